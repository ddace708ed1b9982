"""Chooses the solver: a flow where seats are enough, CP-SAT where points of need must be packed.

The flow is solved first, with as many seats at each mentor as the lightest need allows. That is
an upper bound of every aim. Where its answer also fits the points, it is the best answer. Only the
connected components where a mentor would carry too many points are solved again, by CP-SAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from services.matching.model.run import Result
from services.matching.solver import flow
from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Problem, Solution

if TYPE_CHECKING:
    from services.matching.solver import cpsat


def solve(problem: Problem, *, limits: cpsat.Limits | None = None) -> Solution:
    """The best pairs beside the fixed ones: most people, longest waiting, quality, the draw."""
    guess = flow.relaxed(problem)
    crowded = _crowded(problem, guess)
    if not crowded:
        return Solution(tuple(sorted((*problem.fixed, *guess))))
    part = components(problem)
    bad = {int(part[row]) for row, column in guess if column in crowded}
    settled = [pair for pair in guess if int(part[pair[0]]) not in bad]
    parts = [_solve_part(problem, part, which, guess, limits) for which in sorted(bad)]
    packed = [pair for answer in parts for pair in answer.pairs]
    return Solution(
        tuple(sorted((*problem.fixed, *settled, *packed))),
        gap=sum(answer.gap for answer in parts),
        result=next((one.result for one in parts if one.gap), Result.OPTIMAL),
    )


def _solve_part(
    problem: Problem,
    part: Numbers,
    which: int,
    guess: Sequence[tuple[int, int]],
    limits: cpsat.Limits | None,
) -> Solution:
    # Here and not above: CP-SAT brings pandas, a second of every start and 60 MB of every process
    # that never packs anything.
    from services.matching.solver import cpsat  # noqa: PLC0415

    edges = np.nonzero(part[problem.row] == which)[0].astype(np.int64)
    return cpsat.solve(problem, edges, hint=guess, limits=limits)


def _crowded(problem: Problem, pairs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Mentors who would carry more points than they have free."""
    load = np.zeros(len(problem.mentors), np.int64)
    for row, column in pairs:
        load[column] += problem.need[row]
    return frozenset(np.nonzero(load > problem.free)[0].tolist())


def components(problem: Problem) -> Numbers:
    """A number for each family: those with the same number share mentors, directly or by others."""
    people = len(problem.mentees)
    root = list(range(people + len(problem.mentors)))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for row, column in zip(problem.row.tolist(), problem.column.tolist(), strict=True):
        root[find(row)] = find(people + column)
    return np.array([find(row) for row in range(people)], np.int64)
