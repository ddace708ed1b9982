"""What reaches across mentors in one problem: the bounds, and where an answer breaks them."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from services.matching.rules import spread
from services.matching.rules.spread import Bound, Offer
from services.matching.solver.problem import Places, Problem

Bounds = Sequence[Bound]


def bounds(problem: Problem) -> Bounds:
    """Every bound of the rules across mentors, over places of edges; none in nearly every run."""
    ties = problem.ties
    if not ties or not len(problem.row):
        return ()
    named = sorted(set(chain.from_iterable((*ties.together, *ties.apart))))
    lent = [one.home.agency in ties.lending_left for one in problem.mentors]
    concerned = np.isin(problem.row, named) | np.array(lent, bool)[problem.column]
    offers = [
        Offer(place, row, problem.mentees[row], problem.mentors[column])
        for place, row, column in _edges(problem, np.nonzero(concerned)[0].tolist())
    ]
    return [bound for bound in spread.bounds(ties, offers) if bound.times]


def _edges(problem: Problem, places: Sequence[int]) -> list[tuple[int, int, int]]:
    row, column = problem.row[places].tolist(), problem.column[places].tolist()
    return list(zip(places, row, column, strict=True))


def exceeded(bound: Bound, chosen: frozenset[int]) -> bool:
    """Whether an answer, as places of edges, counts more than the bound allows."""
    return sum(count for place, count in bound.times.items() if place in chosen) > bound.most


def broken(problem: Problem, those: Bounds, pairs: Places) -> list[Bound]:
    """The bounds that an answer does not keep."""
    wanted = frozenset(pairs)
    places = sorted({place for bound in those for place in bound.times})
    chosen = frozenset(
        place for place, row, column in _edges(problem, places) if (row, column) in wanted
    )
    return [bound for bound in those if exceeded(bound, chosen)]


def rows_of(problem: Problem, bound: Bound) -> list[int]:
    """The families whose pairs a bound counts."""
    rows: list[int] = problem.row[list(bound.times)].tolist()
    return rows
