"""What a person does with a sorted list: the answers that a run is compared with."""

from __future__ import annotations

import heapq

import numpy as np

from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Places, Problem


def by_wait(problem: Problem) -> Places:
    """Who waited longest takes the best mentor that is still free, and so on down the list."""
    free, found = problem.free.copy(), list(problem.fixed)
    for row in np.lexsort((np.arange(len(problem.tier)), problem.tier)).tolist():
        best = _best_free(problem, row, free)
        if best is not None:
            free[best[1]] -= problem.need[row]
            found.append((row, best[1]))
    return tuple(found)


def by_score(problem: Problem) -> Places:
    """The best pair of all is made first, then the best of those that are left."""
    free, found = problem.free.copy(), list(problem.fixed)
    heap: list[tuple[tuple[int, int], int, int]] = []
    for row in np.unique(problem.row).tolist() if problem.rest is None else _placeable(problem):
        _wait_for(heap, problem, row, free)
    while heap:
        _, row, column = heapq.heappop(heap)
        if problem.need[row] <= free[column]:
            free[column] -= problem.need[row]
            found.append((row, column))
        else:  # taken since: the family's next best may be worse than what others have
            _wait_for(heap, problem, row, free)
    return tuple(found)


def _placeable(problem: Problem) -> list[int]:
    assert problem.rest is not None, "only a problem that does not hold every edge is asked"
    return [int(row) for row in np.nonzero(problem.rest.may)[0]]


def _wait_for(
    heap: list[tuple[tuple[int, int], int, int]], problem: Problem, row: int, free: Numbers
) -> None:
    best = _best_free(problem, row, free)
    if best is not None:
        heapq.heappush(heap, (best[0], row, best[1]))


def _best_free(problem: Problem, row: int, free: Numbers) -> tuple[tuple[int, int], int] | None:
    """The best mentor with room left: (its order, smaller is better), column. None: nobody."""
    best = _first(problem.held_of(row), int(problem.need[row]), free)
    if problem.rest is None or (best is not None and -best[0][0] > problem.rest.sure[row]):
        return best
    return _first(problem.edges_of(row), int(problem.need[row]), free)


def _first(
    edges: tuple[Numbers, Numbers, Numbers], need: int, free: Numbers
) -> tuple[tuple[int, int], int] | None:
    column, quality, tie = (each[need <= free[edges[0]]] for each in edges)
    if not len(column):
        return None
    at = np.lexsort((column, tie, -quality))[0]
    return (-int(quality[at]), int(tie[at])), int(column[at])
