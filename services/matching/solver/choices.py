"""Yes-or-no choices under linear bounds, handed to CP-SAT as it reads them.

The solver's usual front door brings pandas, which is used for nothing here: two seconds of every
process that packs anything, and 60 MB of it. What a model is made of is the same either way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from ortools.sat.python import cp_model_helper as cp_sat

Choice = int
NO_LEAST, NO_MOST = -(1 << 62), 1 << 62


@dataclass(frozen=True, slots=True)
class Settled:
    """What a solve came to. `chosen` is None where none was found in time; `work` is counted by the
    solver itself, so that it is the same on any machine.
    """

    chosen: frozenset[Choice] | None
    proved: bool
    bound: int
    work: float


class Row(NamedTuple):
    """What some choices count together, and the least or the most that it may come to."""

    times: Mapping[Choice, int]
    least: int = NO_LEAST
    most: int = NO_MOST


class Choices:
    """A model whose variables are choices, counted from 0; `rows` is what bounds them."""

    def __init__(self) -> None:
        self._model = cp_sat.CpModelProto()
        self.rows: list[Row] = []

    def __len__(self) -> int:
        return len(self._model.variables)

    def add(self) -> Choice:
        self._model.variables.add().domain.extend([0, 1])
        return len(self._model.variables) - 1

    def at_most_one(self, those: Iterable[Choice]) -> None:
        self.rows.append(Row(dict.fromkeys(those, 1), most=1))
        self._model.constraints.add().at_most_one.literals.extend(list(self.rows[-1].times))

    def at_most(self, times: Mapping[Choice, int], most: int) -> None:
        self._linear(Row(times, most=most))

    def at_least(self, times: Mapping[Choice, int], least: int) -> None:
        self._linear(Row(times, least=least))

    def only(self, those: Sequence[Choice]) -> tuple[Self, dict[Choice, Choice]]:
        """The same with no other choice made, and what each is called there."""
        found = type(self)()
        place = {one: found.add() for one in those}
        for row in self.rows:
            times = {place[one]: count for one, count in row.times.items() if one in place}
            if times or row.least > 0 or row.most < 0:
                found._linear(Row(times, row.least, row.most))
        return found, place

    def _linear(self, row: Row) -> None:
        times, least, most = row
        self.rows.append(row)
        linear = self._model.constraints.add().linear
        linear.vars.extend(list(times))
        linear.coeffs.extend(list(times.values()))
        linear.domain.extend([least, most])

    def best(
        self, goal: Mapping[Choice, int], known: Mapping[Choice, bool], *, work: float
    ) -> Settled:
        """Those whose weights together are largest. `known` is an answer to begin with, `work` what
        the solver may spend on it. One thread and one seed: the same in, the same out.
        """
        self._model.clear_objective()
        self._model.clear_solution_hint()
        aim = self._model.objective
        aim.vars.extend(list(goal))
        aim.coeffs.extend([-weight for weight in goal.values()])
        aim.scaling_factor = -1.0
        hint = self._model.solution_hint
        hint.vars.extend(list(known))
        hint.values.extend([int(value) for value in known.values()])
        solver: Any = cp_sat.SolveWrapper()
        solver.set_parameters(_parameters(work))
        found = solver.solve(self._model)
        proved = found.status == cp_sat.CpSolverStatus.OPTIMAL
        chosen = None
        if proved or found.status == cp_sat.CpSolverStatus.FEASIBLE:
            chosen = frozenset(one for one, value in enumerate(found.solution) if value)
        return Settled(
            chosen, proved, int(found.best_objective_bound), float(found.deterministic_time)
        )


def _parameters(work: float) -> cp_sat.SatParameters:
    parameters = cp_sat.SatParameters()
    parameters.num_workers = 1
    parameters.random_seed = 1
    parameters.max_deterministic_time = work
    # The whole linear relaxation: with less of it, three hundred families took two minutes.
    parameters.linearization_level = 2
    return parameters
