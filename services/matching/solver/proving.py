"""Aims in their order, each proved: ceilings first, then one answer that comes to them.

Nearly always some answer comes to every ceiling; it is looked for among the few choices that it can
make at all. Where none does, the first aim that falls short is solved for itself, and the ceilings
of those after it are reckoned anew from what it came to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from services.matching.solver.ceilings import Ceiling, Goal, Relaxed
from services.matching.solver.choices import Choice, Choices, Row
from services.matching.solver.columns import Flags

Answer = frozenset[Choice]
FEW = 2_000
"""So many choices are tried before all that may matter."""


@dataclass(slots=True)
class Proof:
    """The most that the first aims can come to, an answer that does, and the work that is left.

    `ceilings` has every aim's; each holds while those before it come to theirs.
    """

    left: float
    most: list[int] = field(default_factory=list)
    answer: Answer | None = None
    ceilings: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Few:
    """A model with the first goals held at their values, of the choices that this leaves open."""

    model: Choices
    goals: Sequence[Goal]
    values: Sequence[int]
    open: Flags

    def best(self, goal: Goal, proof: Proof) -> tuple[Answer, bool] | None:
        """The best answer found, and whether nothing is better. None: none found."""
        few, places = self.model.only(np.nonzero(self.open)[0].tolist())

        def of_few(counts: Goal) -> Goal:
            return {places[one]: count for one, count in counts.items() if one in places}

        for held, value in zip(self.goals, self.values, strict=True):
            few.at_least(of_few(held), value)
        known = {place: one in (proof.answer or ()) for one, place in places.items()}
        settled = few.best(of_few(goal), known, work=max(0.0, proof.left))
        proof.left -= settled.work
        if settled.chosen is None:
            return None
        chosen = settled.chosen
        return frozenset(one for one, place in places.items() if place in chosen), settled.proved


def prove(model: Choices, cuts: Sequence[Row], goals: Sequence[Goal], work: float) -> Proof:
    """Of as many of the first goals as `work` suffices for. `cuts` as `Relaxed` has them."""
    proving = Proving(model, goals, Relaxed(model, cuts), Proof(work))
    while proving.goes_on():
        pass
    proving.proof.ceilings = proving.values
    return proving.proof


@dataclass(slots=True)
class Proving:
    """The goals of a model, their ceilings as far as they are known, and what is proved so far.

    `opens[held]` are the choices of answers that come to the first so many values.
    """

    model: Choices
    goals: Sequence[Goal]
    relaxed: Relaxed
    proof: Proof
    tops: list[Ceiling] = field(default_factory=list)
    opens: list[Flags] = field(default_factory=list)

    def goes_on(self) -> bool:
        """Prove more: all goals, or those that come to their ceilings and the one after them.
        Whether there is more to do.
        """
        before = len(self.proof.most)
        self._reckon()
        if self._all_at_once():
            return False
        if len(self.model) > 2 * FEW:
            self._as_many_as_reach()
        goal, held = self.goals[len(self.proof.most)], len(self.proof.most)
        found = self._first(held, self.opens[0]).best(goal, self.proof)
        if found is not None and found[1]:
            self._settle(found[0], held + 1)
        return before < len(self.proof.most) < len(self.goals)

    @property
    def values(self) -> list[int]:
        """What is proved, and the ceilings of the others."""
        most = self.proof.most
        return [*most, *(top.most for top in self.tops[len(most) :])]

    def _reckon(self) -> None:
        """The ceilings after what was proved last; those before it are as they were."""
        del self.tops[len(self.proof.most) :]
        for goal in self.goals[len(self.tops) :]:
            self.relaxed.hold(self.goals[: len(self.tops)], self.values)
            self.tops.append(self.relaxed.ceiling(goal))
        self.opens = [np.ones(len(self.model), bool)]
        for top, value in zip(self.tops, self.values, strict=True):
            self.opens.append(self.opens[-1] & top.open_to(value))

    def _first(self, held: int, among: Flags) -> Few:
        """The first so many goals held, among some choices."""
        return Few(self.model, self.goals[:held], self.values[:held], self.opens[held] & among)

    def _settle(self, answer: Answer, held: int) -> None:
        self.proof.answer = answer
        self.proof.most = [_comes_to(goal, answer) for goal in self.goals[:held]]

    def _all_at_once(self) -> bool:
        """Every goal at its ceiling; or all but the last, and the last proved for itself: nothing
        is better than what is best among the choices open to answers that are as good.
        """
        every, last = len(self.goals), len(self.goals) - 1
        found = self._first(every, self.opens[-1]).best({}, self.proof)
        if found is not None:
            self._settle(found[0], every)
            return True
        near = self._near()
        while (
            found := self._first(last, self.tops[last].open_to(near)).best(
                self.goals[last], self.proof
            )
        ) is not None and found[1]:
            worth = _comes_to(self.goals[last], found[0])
            self._settle(found[0], last)
            if worth >= near:
                self._settle(found[0], every)
                return True
            near = worth
        return False

    def _near(self) -> int:
        """A value of the last goal that leaves few choices open."""
        top = self.tops[-1]
        return top.value_at(int(np.sort(top.less)[: FEW + 1][-1]))

    def _as_many_as_reach(self) -> None:
        """How many of the next goals come to their ceilings together, with few choices."""
        among = self.tops[-1].open_to(self._near())
        least, most = len(self.proof.most), len(self.goals) - 2
        while least < most:
            reach = (least + most + 1) // 2
            found = self._first(reach, among).best({}, self.proof)
            if found is None:
                most = reach - 1
            else:
                self._settle(found[0], reach)
                least = reach


def _comes_to(goal: Goal, answer: Answer) -> int:
    return sum(goal.get(one, 0) for one in answer)
