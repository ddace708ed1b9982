"""What a seat of each mentor is worth to those who do not get it: the duals of a flow.

The solver gives none, so they are found on its answer: from zero upwards, a mentor's price rises
until nobody would gain by moving there. Each round lets a price rise through one mentor more.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.problem import Problem

MORE_AT_ONCE = 5
OUT = np.int64(1) << 50
"""What a family of a tier that has no place at all would have to gain: more than there is."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A flow's answer on the edges in `use`: `gain` is of every edge, `chosen` are places.

    `tiers` is true where the number matched of each waiting tier was given beforehand: then a
    family that stays out would have to gain what the least of its tier gains.
    """

    problem: Problem
    room: Numbers
    gain: Numbers
    use: Numbers
    chosen: Numbers
    tiers: bool

    @property
    def objective(self) -> int:
        return int(self.gain[self.chosen].sum())

    def home(self) -> Numbers:
        """Each family's mentor; -1 without one."""
        home = np.full(len(self.problem.mentees), -1, np.int64)
        home[self.problem.row[self.chosen]] = self.problem.column[self.chosen]
        return home

    def kept(self) -> Numbers:
        kept = np.zeros(len(self.problem.mentees), np.int64)
        kept[self.problem.row[self.chosen]] = self.gain[self.chosen]
        return kept


@dataclass(frozen=True, slots=True)
class Prices:
    seat: Numbers
    paid: Numbers
    """What each family gains now, after the price; for one that stays out, what it would need."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`bound` is proved by the prices; `gainers` are edges not in use that would gain."""

    bound: int
    gainers: Numbers


def of_seats(answer: Answered) -> Prices:
    """The least price of a seat of each mentor at which the chosen edges are the best in use."""
    problem, use = answer.problem, answer.use
    if len(use) == 0:
        return Prices(
            np.zeros(len(problem.mentors), np.int64), np.zeros(len(problem.mentees), np.int64)
        )
    order = np.argsort(problem.column[use], kind="stable")
    row, column, worth = (
        problem.row[use][order],
        problem.column[use][order],
        answer.gain[use][order],
    )
    starts = np.nonzero(np.r_[True, column[1:] != column[:-1]])[0]
    mentors, home, kept = column[starts], answer.home(), answer.kept()
    own = home[row] == column
    full = np.bincount(problem.column[answer.chosen], minlength=len(answer.room)) >= answer.room
    seat = np.zeros(len(problem.mentors), np.int64)
    while True:
        paid = _paid(answer, home, kept, seat)
        wish = np.where(own, 0, worth - paid[row])
        risen = np.maximum(seat[mentors], np.maximum.reduceat(wish, starts))
        risen = np.where(full[mentors], risen, 0)
        if (risen == seat[mentors]).all():
            return Prices(seat, paid)
        seat[mentors] = risen


def _paid(answer: Answered, home: Numbers, kept: Numbers, seat: Numbers) -> Numbers:
    matched: Flags = home >= 0
    paid = np.where(matched, kept - seat[home], 0)
    if not answer.tiers:
        return paid
    tier = answer.problem.tier
    least = np.full(int(tier.max(initial=0)) + 1, OUT)
    np.minimum.at(least, tier[matched], paid[matched])
    return np.where(matched, paid, least[tier])


def judge(answer: Answered, prices: Prices) -> Judgement:
    """The bound that these prices prove over every edge, and the edges that would gain."""
    problem = answer.problem
    left = answer.gain - prices.seat[problem.column]
    starts = np.nonzero(np.r_[True, problem.row[1:] != problem.row[:-1]])[0]
    best = np.maximum.reduceat(left, starts)
    bound = int((answer.room * prices.seat).sum()) + _families(answer, prices, starts, best)
    gainers = np.nonzero(left > prices.paid[problem.row])[0]
    return Judgement(bound, _best_few(problem.row[gainers], left[gainers], gainers))


def _families(answer: Answered, prices: Prices, starts: Numbers, best: Numbers) -> int:
    """The families' part of the bound: what each could gain at most at these prices."""
    if not answer.tiers:
        return int(np.maximum(best, 0).sum())
    tier, matched = answer.problem.tier, answer.home() >= 0
    least = np.full(int(tier.max(initial=0)) + 1, OUT)
    np.minimum.at(least, tier[matched], prices.paid[matched])
    tier_of = tier[answer.problem.row[starts]]
    above = np.maximum(best - least[tier_of], 0).sum()
    return int(above + least[tier[matched]].sum())


def _best_few(row: Numbers, left: Numbers, gainers: Numbers) -> Numbers:
    """The best few of each family, lest one round adds nearly all there are."""
    order = np.lexsort((-left, row))
    return gainers[order][rank_within(row[order]) < MORE_AT_ONCE]


def rank_within(group: Numbers) -> Numbers:
    """0, 1, 2 ... within each run of equal numbers."""
    places = np.arange(len(group))
    start = np.r_[True, group[1:] != group[:-1]][: len(group)]
    first: Numbers = np.maximum.accumulate(np.where(start, places, 0))
    return places - first
