"""A part so large that CP-SAT would hardly begin: filled need by need, each filling a flow.

The lightest needs are placed first, since that places most people; then the next, in the room that
is left. Each filling is the best of its kind, and all together keep every rule; that nothing is
better is not proved. What is known is how many people the free points could ever hold.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.matching.solver import flow
from services.matching.solver.across import Bounds, exceeded
from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Problem


def fill(problem: Problem, edges: Numbers, bounds: Bounds) -> frozenset[int]:
    """The chosen among some edges of a problem, as places; pairs that break a bound are left out,
    the shortest wait first.
    """
    free, chosen = problem.free.copy(), list[int]()
    need = problem.need[problem.row[edges]]
    for points in np.unique(need).tolist():
        own = edges[need == points]
        of_need = np.zeros(len(problem.row), bool)
        of_need[own] = True
        part = replace(problem.only(of_need), free=free, fixed=(), rest=None)
        place = dict(
            zip(
                zip(part.row.tolist(), part.column.tolist(), strict=True), own.tolist(), strict=True
            )
        )
        pairs = flow.relaxed(part).pairs
        np.subtract.at(free, [column for _, column in pairs], points)
        chosen += [place[pair] for pair in pairs]
    chosen.sort(key=lambda edge: (int(problem.tier[problem.row[edge]]), edge))
    while broken := [one for one in bounds if exceeded(one, frozenset(chosen))]:
        chosen.remove(next(e for e in reversed(chosen) if broken[0].times.get(e, 0) > 0))
    return frozenset(chosen)


def people_at_most(problem: Problem, edges: Numbers) -> int:
    """How many the free points could hold if anybody could go anywhere, the lightest first."""
    rows, columns = np.unique(problem.row[edges]), np.unique(problem.column[edges])
    loads = np.cumsum(np.sort(problem.need[rows]))
    return int(np.searchsorted(loads, problem.free[columns].sum(), side="right"))


def open_after(
    problem: Problem, edges: Numbers, chosen: frozenset[int], hinted: Sequence[int] | None
) -> int:
    """People by whom a filling may be bettered, at least 1: waits and fit are not proved either.

    `hinted` is the proved best where points and bounds are not looked at.
    """
    most = people_at_most(problem, edges)
    return max(1, (most if hinted is None else min(most, len(hinted))) - len(chosen))
