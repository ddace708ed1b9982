"""The order of the aims, each as a change to the problem that the same solver then solves.

The solver keeps most people, then waits, then quality, then the draw. Even load takes the place of
the draw: each mentor's seats stand apart, and a seat is drawn the later, the larger a share of what
they offered its mentor then carries (domain.md F3 (6)). Best score first is the same problem with
nobody's seat beside every family, worth nothing: then all are placed, and only the score is left.
"""

from dataclasses import dataclass, replace

import numpy as np

from services.matching.model.snapshot import FirstAim
from services.matching.rules.spread import NOBODY
from services.matching.solver.best import rank_within
from services.matching.solver.columns import Numbers
from services.matching.solver.crowd import TIE_STEPS
from services.matching.solver.problem import Problem, Solution
from services.matching.solver.solve import solve

MANY_EDGES = 400_000
"""Beyond so many pairs the seats stay together: so large a crowd is left to the draw."""
WORST = 100
STEP = TIE_STEPS // (WORST + 1)


@dataclass(frozen=True, slots=True)
class Apart:
    """A problem whose columns are seats: `origin` is each one's mentor, `weight` each edge's share.

    The weight, 0-100, grows with the share of their capacity that the mentor carries once the seat
    is taken, so that all weights together are least where shares are most even.
    """

    problem: Problem
    origin: Numbers
    weight: Numbers


def decide(problem: Problem, first: FirstAim = FirstAim.PEOPLE) -> Solution:
    """The best pairs beside the fixed ones, by all aims in their order.

    A crowd whose edges are not all held is left to the draw instead of even load.
    """
    if problem.rest is not None:
        return solve(problem, first=first)
    apart = _with_draw(seats_apart(problem))
    if first is FirstAim.PEOPLE:
        return _together(problem, apart, solve(apart.problem))
    return _together(problem, apart, solve(_or_nobody(_waits_alike(apart.problem))))


def most_people(problem: Problem) -> int:
    """How many can be matched at most, whoever they are: the first aim alone, and quickly."""
    nothing = np.zeros_like(problem.row)
    return len(solve(replace(_waits_alike(problem), quality=nothing, tie=nothing)).pairs)


def without_waits(problem: Problem) -> Solution:
    """As if all had asked on one day: most people, then the best fit."""
    return decide(_waits_alike(problem))


def load_before_score(problem: Problem) -> Solution:
    """Most people, waits, even load, and the fit only after that."""
    if problem.rest is not None:
        return solve(problem)
    apart = seats_apart(problem)
    tie = apart.problem.quality * STEP
    turned = replace(apart.problem, quality=WORST - apart.weight, tie=tie)
    return _together(problem, apart, solve(turned))


def seats_apart(problem: Problem) -> Apart:
    """Give each seat a column of its own where all who may come to a mentor need the same.

    Where needs differ the mentor's points stay together, and only the first share counts.
    """
    mentors = len(problem.mentors)
    need = problem.need[problem.row]
    if len(need) > MANY_EDGES:
        return Apart(problem, np.arange(mentors), np.zeros(len(need), np.int64))
    least, most = np.full(mentors, np.iinfo(np.int64).max), np.zeros(mentors, np.int64)
    np.minimum.at(least, problem.column, need)
    np.maximum.at(most, problem.column, need)
    alike = (least == most) & (most > 0)
    comers = np.bincount(problem.column, minlength=mentors)
    seats = np.where(alike, np.minimum(problem.free // np.maximum(1, least), comers), 1)
    return _split(problem, seats, np.where(alike, least, problem.free))


def _split(problem: Problem, seats: Numbers, room: Numbers) -> Apart:
    """`seats` columns for each mentor, each with `room` points."""
    origin = np.repeat(np.arange(len(seats)), seats)
    first = np.cumsum(seats) - seats
    edge = np.repeat(np.arange(len(problem.row)), seats[problem.column])
    place = rank_within(edge)
    old = problem.column[edge]
    capacity = np.array([one.capacity_points for one in problem.mentors], np.int64)
    apart = replace(
        problem,
        mentors=tuple(problem.mentors[column] for column in origin.tolist()),
        free=room[origin],
        row=problem.row[edge],
        column=first[old] + place,
        quality=problem.quality[edge],
        tie=problem.tie[edge],
        fixed=(),
    )
    need = problem.need[apart.row]
    carried = np.maximum(0, capacity - problem.free)[old]
    # The share squared, times the capacity: what the next seat adds to it, at most twice the need.
    added = 16 * need * (2 * carried + (2 * place + 1) * need) // np.maximum(1, capacity[old])
    return Apart(apart, origin, np.minimum(WORST, added))


def _with_draw(apart: Apart) -> Apart:
    """Even load as the last aim, and the draw below it while the crowd is small enough."""
    problem = apart.problem
    draw = STEP // max(1, len(problem.mentees))
    tie = (WORST - apart.weight) * STEP + problem.tie * draw // TIE_STEPS
    return replace(apart, problem=replace(problem, tie=tie, fixed=()))


def _waits_alike(problem: Problem) -> Problem:
    return replace(problem, tier=np.zeros_like(problem.tier))


def _or_nobody(problem: Problem) -> Problem:
    """A place with nobody for each family that has any choice, worth nothing."""
    rows = np.unique(problem.row)
    nothing = np.zeros(len(rows), np.int64)
    row = np.r_[problem.row, rows]
    column = np.r_[problem.column, len(problem.mentors) + np.arange(len(rows))]
    order = np.lexsort((column, row))
    anybody = tuple(replace(one, mentor_id=NOBODY) for one in problem.mentors[:1]) * len(rows)
    return replace(
        problem,
        mentors=(*problem.mentors, *anybody),
        free=np.r_[problem.free, problem.need[rows]],
        row=row[order],
        column=column[order],
        quality=np.r_[problem.quality, nothing][order],
        tie=np.r_[problem.tie, nothing][order],
    )


def _together(problem: Problem, apart: Apart, solution: Solution) -> Solution:
    """The answer by mentors again, without nobody's places, and with the fixed pairs."""
    columns = len(apart.origin)
    pairs = [(row, int(apart.origin[seat])) for row, seat in solution.pairs if seat < columns]
    return replace(solution, pairs=tuple(sorted({*problem.fixed, *pairs})))
