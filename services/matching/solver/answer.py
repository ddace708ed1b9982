"""An answer and everything that was judged on the way to it, as the explanations need them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.run import RunStep, Tell, untold
from services.matching.model.snapshot import Mentee, Mentor, RunSettings, Snapshot
from services.matching.rules import explain, spread
from services.matching.rules.rule import Terms
from services.matching.rules.spread import NO_TIES, Ties
from services.matching.solver.aims import decide
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.judge import Judged, judge
from services.matching.solver.problem import Problem, Solution, build, places
from services.matching.solver.residual import Residual

MANY_PAIRS = 500_000
FAMILIES_KEPT = 100
"""Of so many a large run keeps what each mentor is worth to them: all would fill gigabytes."""


class Worth(Mapping[int, dict[int, tuple[int, int]]]):
    """By family, then mentor: points and quality. Looked up when asked for: a large run does not
    hold every pair.
    """

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._known: dict[int, dict[int, tuple[int, int]]] = {}
        self._pairs: dict[tuple[int, int], tuple[int, int] | None] = {}

    def of_pair(self, row: int, column: int) -> tuple[int, int] | None:
        """Of one pair, without all others of the family where not all are held; None: closed."""
        if self._judged.whole or row in self._known:
            return self[row].get(column)
        if (row, column) not in self._pairs:
            self._pairs[row, column] = self._judged.of_pair(row, column)
        return self._pairs[row, column]

    def __getitem__(self, row: int) -> dict[int, tuple[int, int]]:
        if row not in self._known:
            if not self._judged.whole and len(self._known) >= FAMILIES_KEPT:
                self._known.clear()
            mentor, points, quality = (each.tolist() for each in self._judged.of_family(row))
            self._known[row] = dict(zip(mentor, zip(points, quality, strict=True), strict=True))
        return self._known[row]

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self._judged.mentees)))

    def __len__(self) -> int:
        return len(self._judged.mentees)


class Closing(NamedTuple):
    """A mentor, by place too, and why they are closed to somebody."""

    column: int
    mentor: Mentor
    why: list[explain.Closed]


@dataclass(frozen=True)
class Answer:
    """One solved run. People go by their place: a `row` is a family, a `column` a mentor."""

    snapshot: Snapshot
    settings: RunSettings
    judged: Judged
    problem: Problem
    solution: Solution
    _closings: dict[int, list[Closing]] = field(default_factory=dict, compare=False, repr=False)

    def closed_by(self, row: int) -> list[Closing]:
        """Every mentor with all the rules that close them to the family; in a large crowd every one
        whom agency and distance leave.

        Kept for the family that was asked about last: its explanation asks for it many times.
        """
        if row not in self._closings:
            mentee, terms, judged = self.mentee(row), self.terms, self.judged
            columns = range(len(judged.mentors)) if judged.whole else judged.crowd.at_hand(row)
            suspected = judged.crowd.suspected(row, columns)
            self._closings.clear()
            self._closings[row] = [
                Closing(column, one, explain.all_closed(mentee, one, terms, codes))
                for column, one, codes in _with_codes(judged.mentors, columns, suspected)
            ]
        return self._closings[row]

    @cached_property
    def is_large(self) -> bool:
        """Nothing is solved again, nor every mentor tried, for each family's reasons."""
        return len(self.judged.mentees) * len(self.judged.mentors) > MANY_PAIRS

    @cached_property
    def terms(self) -> Terms:
        return Terms.of(self.snapshot, self.settings)

    @cached_property
    def ties(self) -> Ties:
        """What reaches across mentors in the whole run, its fixed pairs with it."""
        return spread.ties_of(self.judged.mentees, self.snapshot.lending_left)

    @cached_property
    def untied(self) -> frozenset[int]:
        """Who would have a mentor if no rule reached across mentors."""
        problem = replace(self.problem, ties=NO_TIES)
        return frozenset(row for row, _ in decide(problem, self.settings.first_aim).pairs)

    @cached_property
    def places(self) -> tuple[dict[RequestId, int], dict[MentorId, int]]:
        """Where each request and each mentor stands."""
        return places(self.judged)

    @cached_property
    def chosen(self) -> dict[int, int]:
        return dict(self.solution.pairs)

    @cached_property
    def worth(self) -> Worth:
        """Points and quality of every allowed pair: family, then mentor."""
        return Worth(self.judged)

    @cached_property
    def residual(self) -> Residual:
        """What the flow leaves open, for prices of pairs; only where all need the same points."""
        return Residual.of(self.solution.proved_on or self.problem, self.solution)

    @cached_property
    def left_free(self) -> Numbers:
        """Points of each mentor that this answer leaves free."""
        return room_left(self.problem, self.solution.pairs)

    def mentee(self, row: int) -> Mentee:
        return self.judged.mentees[row]

    def mentor(self, column: int) -> Mentor:
        return self.judged.mentors[column]

    def points(self, row: int, column: int) -> int:
        return self._worth_of(row, column)[0]

    def quality(self, row: int, column: int) -> int:
        return self._worth_of(row, column)[1]

    def _worth_of(self, row: int, column: int) -> tuple[int, int]:
        found = self.worth.of_pair(row, column)
        assert found is not None, "asked of allowed pairs only"
        return found


def answer(snapshot: Snapshot, settings: RunSettings, *, tell: Tell = untold) -> Answer:
    """Judge everybody, solve, and keep what was found. Raises PinRefused."""
    tell(RunStep.JUDGE, 0, 0)
    judged = judge(snapshot, settings)
    tell(RunStep.SOLVE, 0, 0)
    problem = build(judged, snapshot, settings)
    return Answer(snapshot, settings, judged, problem, decide(problem, settings.first_aim))


def _with_codes(
    mentors: Sequence[Mentor], columns: Sequence[int], suspected: Mapping[str, Flags]
) -> Iterator[tuple[int, Mentor, list[str]]]:
    """Each mentor with the rules that may close them, in the order of the rules."""
    which = np.stack(list(suspected.values()), axis=1)
    names = np.array(list(suspected))
    for column, some in zip(columns, which, strict=True):
        yield column, mentors[column], names[some].tolist()


def room_left(problem: Problem, pairs: Sequence[tuple[int, int]]) -> Numbers:
    """Points left free; `problem.free` has the fixed pairs taken off already."""
    free = problem.free.copy()
    for row, column in frozenset(pairs) - frozenset(problem.fixed):
        free[column] -= problem.need[row]
    return free
