"""Chooses the solver: a flow where seats are enough, CP-SAT where points of need must be packed.

The flow is solved first, with as many seats at each mentor as the lightest need allows. That is
an upper bound of every aim. Where its answer also fits the points, it is the best answer. Only the
connected components where a mentor would carry too many points are solved again, by CP-SAT.
"""

from collections.abc import Sequence

import numpy as np

from services.matching.model.run import Result
from services.matching.model.snapshot import FirstAim
from services.matching.solver import flow
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
    crowded = _crowded(problem, guess)
    if not crowded:
        result = Result.OUT_OF_TIME if found.gap else Result.OPTIMAL
        pairs = tuple(sorted((*problem.fixed, *guess)))
        return Solution(pairs, found.gap, result, proved_on=kept)
    part = components(problem)
    bad = {int(part[row]) for row, column in guess if column in crowded}
    settled = [pair for pair in guess if int(part[pair[0]]) not in bad]
    parts = [_solve_part(problem, part, which, guess, limits) for which in sorted(bad)]
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


def _solve_part(
    problem: Problem,
    part: Numbers,
    which: int,
    guess: Sequence[tuple[int, int]],
    limits: Limits | None,
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
