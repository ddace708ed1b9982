"""What no answer of a part can be better than, aim by aim, and the choices that such an answer
cannot make.

Choices are taken for parts of one: then the simplex method tells the most that an aim can come to,
and begins the next aim where the last one ended. What it tells is not believed: from its prices the
bound is reckoned anew in whole numbers, so that it holds whatever was rounded on the way.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from ortools.linear_solver import pywraplp

from services.matching.solver.choices import NO_LEAST, NO_MOST, Choice, Choices, Row
from services.matching.solver.columns import Flags, Numbers

STEPS = 1 << 24
"""Of a price: fine enough that rounding loses no whole point, coarse enough for 64 bits."""

Goal = Mapping[Choice, int]


class Ceiling(NamedTuple):
    """The most that an aim can come to while those before it come to what was held.

    `less` is how much of `steps` an answer loses by each choice that it makes.
    """

    steps: int
    less: Numbers

    @property
    def most(self) -> int:
        return self.steps // STEPS

    def open_to(self, value: int) -> Flags:
        """The choices that an answer may make which comes to at least so much."""
        found: Flags = self.less <= self.steps - value * STEPS
        return found

    def value_at(self, less: int) -> int:
        """The most that is sure to leave choices open that lose so much."""
        return (self.steps - less) // STEPS


class _Told(NamedTuple):
    """A row as it is reckoned with: which choices count how often; `sign` -1 for a least."""

    places: Numbers
    times: Numbers
    sign: int
    limit: int


class Relaxed:
    """A model whose choices may be made in part. `cuts` are rows that every whole answer keeps."""

    def __init__(self, model: Choices, cuts: Sequence[Row]) -> None:
        solvers: Any = pywraplp.Solver
        self._solver = solvers.CreateSolver("GLOP")
        self._parts = [self._solver.NumVar(0, 1, "") for _ in range(len(model))]
        self._rows: list[Any] = []
        self._told: list[_Told] = []
        for row in (*model.rows, *cuts):
            self._hold(row)
        self._held: list[int] = []

    def hold(self, goals: Sequence[Goal], values: Sequence[int]) -> None:
        """Hold these goals at these values at least, and no others."""
        for goal in goals[len(self._held) :]:
            self._held.append(len(self._rows))
            self._hold(Row(goal, least=0))
        for at, place in enumerate(self._held):
            least = values[at] if at < len(values) else 0
            self._rows[place].SetLb(least)
            self._told[place] = self._told[place]._replace(limit=least)

    def _hold(self, row: Row) -> None:
        without = self._solver.infinity()
        least = -without if row.least == NO_LEAST else row.least
        bound = self._solver.Constraint(least, without if row.most == NO_MOST else row.most)
        for choice, times in row.times.items():
            bound.SetCoefficient(self._parts[choice], times)
        self._rows.append(bound)
        self._told.append(_told(row))

    def ceiling(self, goal: Goal) -> Ceiling:
        objective = self._solver.Objective()
        objective.Clear()
        for choice, weight in goal.items():
            objective.SetCoefficient(self._parts[choice], weight)
        objective.SetMaximization()
        proved = self._solver.Solve() == pywraplp.Solver.OPTIMAL
        return self.reckoned(goal, [one.dual_value() if proved else 0.0 for one in self._rows])

    def reckoned(self, goal: Goal, prices: Sequence[float]) -> Ceiling:
        """By weak duality: no answer comes to more than all limits at their prices, and what each
        choice counts beyond the prices of its rows.
        """
        left, steps = np.zeros(len(self._parts), np.int64), 0
        places, weights = _numbers(goal)
        left[places] = weights * STEPS
        for row, price in zip(self._told, prices, strict=True):
            whole = row.sign * max(0, row.sign * round(price * STEPS))
            if whole:
                left[row.places] -= whole * row.times
                steps += whole * row.limit
        return Ceiling(steps + sum(left[left > 0].tolist()), -left)


def _numbers(counts: Goal) -> tuple[Numbers, Numbers]:
    return (
        np.fromiter(counts, np.int64, len(counts)),
        np.fromiter(counts.values(), np.int64, len(counts)),
    )


def _told(row: Row) -> _Told:
    sign = 1 if row.least == NO_LEAST else -1
    return _Told(*_numbers(row.times), sign, row.most if sign == 1 else row.least)
