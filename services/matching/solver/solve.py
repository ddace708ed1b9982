"""Chooses the solver: a flow where seats are enough, CP-SAT where points of need must be packed or
a rule reaches across mentors.

The flow is solved first, with as many seats at each mentor as the lightest need allows and without
the rules across mentors. That is an upper bound of every aim. Where its answer also fits the points
and keeps those rules, it is the best answer. Only the connected components where it does not are
solved again, by CP-SAT; two pairs that one rule counts belong to one component.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.matching.model.run import Result
from services.matching.model.snapshot import FirstAim
from services.matching.rules.spread import Bound
from services.matching.solver import across, flow
from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Limits, Problem, Solution

Place = tuple[int, int]


def solve(
    problem: Problem, *, limits: Limits | None = None, first: FirstAim = FirstAim.PEOPLE
) -> Solution:
    """The best pairs beside the fixed ones: most people, longest waiting, quality, the draw.

    With the best score first only quality and the draw count; for problems that are a flow.
    Raises worth.TooLarge when the numbers would overflow the solver.
    """
    by_aim = flow.relaxed if first is FirstAim.PEOPLE else flow.best_score
    found = by_aim(problem, limits)
    problem, guess = found.problem, found.pairs
    kept = None if problem.rest is None else problem
    crowded, bounds = _crowded(problem, guess), across.bounds(problem)
    broken = across.broken(problem, bounds, guess)
    if not crowded and not broken:
        result = Result.OUT_OF_TIME if found.gap else Result.OPTIMAL
        pairs = tuple(sorted((*problem.fixed, *guess)))
        return Solution(pairs, found.gap, result, proved_on=kept)
    part = components(problem, bounds)
    bad = {int(part[row]) for row, column in guess if column in crowded}
    bad |= {int(part[across.rows_of(problem, bound)[0]]) for bound in broken}
    settled = [pair for pair in guess if int(part[pair[0]]) not in bad]
    packing = Packing(
        problem, part, bounds, guess, ceiling=first is FirstAim.PEOPLE and not found.gap
    )
    parts = [packing.of_part(which, limits) for which in sorted(bad)]
    chosen = [*settled, *(pair for answer in parts for pair in answer.pairs)]
    gap = found.gap + sum(answer.gap for answer in parts)
    if problem.rest is not None and not gap:
        gap = _short_of(problem, chosen, guess)
    return Solution(
        tuple(sorted((*problem.fixed, *chosen))),
        gap=gap,
        result=Result.OUT_OF_TIME if gap else Result.OPTIMAL,
        proved_on=kept,
    )


def _short_of(problem: Problem, chosen: Sequence[Place], bound: Sequence[Place]) -> int:
    """What packing on the edges held leaves open, against the flow's bound over all edges."""
    levels = int(problem.tier.max(initial=0)) + 1
    worth = dict(
        zip(
            zip(problem.row.tolist(), problem.column.tolist(), strict=True),
            problem.quality.tolist(),
            strict=True,
        )
    )
    counts = [
        np.bincount(problem.tier[[row for row, _ in pairs]], minlength=levels)
        for pairs in (chosen, bound)
    ]
    if (counts[0] != counts[1]).any():
        return max(1, abs(len(bound) - len(chosen)))
    return int(sum(worth[pair] for pair in bound) - sum(worth[pair] for pair in chosen))


@dataclass(frozen=True, slots=True)
class Packing:
    """A problem beyond the flow, with the flow's answer: the hint, and where it is proved (the
    `ceiling`) what no answer can be better than.
    """

    problem: Problem
    part: Numbers
    bounds: across.Bounds
    guess: Sequence[Place]
    ceiling: bool

    def of_part(self, which: int, limits: Limits | None) -> Solution:
        # Here and not above: most processes never pack anything.
        from services.matching.solver import cpsat  # noqa: PLC0415

        edges = np.nonzero(self.part[self.problem.row] == which)[0].astype(np.int64)
        own = [each for each in self.bounds if self._of(each) == which]
        task = cpsat.Task(self.problem, edges, own)
        return cpsat.solve(task, hint=self.guess, ceiling=self.ceiling, limits=limits)

    def _of(self, bound: Bound) -> int:
        return int(self.part[across.rows_of(self.problem, bound)[0]])


def _crowded(problem: Problem, pairs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Mentors who would carry more points than they have free."""
    load = np.zeros(len(problem.mentors), np.int64)
    for row, column in pairs:
        load[column] += problem.need[row]
    return frozenset(np.nonzero(load > problem.free)[0].tolist())


def components(problem: Problem, bounds: across.Bounds = ()) -> Numbers:
    """A number for each family: those with the same number share mentors, directly or by others, or
    a bound that counts pairs of both.
    """
    people = len(problem.mentees)
    root = list(range(people + len(problem.mentors)))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for row, column in zip(problem.row.tolist(), problem.column.tolist(), strict=True):
        root[find(row)] = find(people + column)
    for bound in bounds:
        first, *others = across.rows_of(problem, bound)
        for row in others:
            root[find(row)] = find(first)
    return np.array([find(row) for row in range(people)], np.int64)
