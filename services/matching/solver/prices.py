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
    """A flow's answer on the edges that a problem holds: `gain` is of every edge, `chosen` are
    their places.

    `tiers` is true where the number matched of each waiting tier was given beforehand: then a
    family that stays out would have to gain what the least of its tier gains.
    """

    problem: Problem
    room: Numbers
    gain: Numbers
    chosen: Numbers
    tiers: bool

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


def of_seats(answer: Answered) -> Prices:
    """The least price of a seat of each mentor at which the chosen edges are the best held."""
    problem = answer.problem
    if len(problem.row) == 0:
        nothing = np.zeros(len(problem.mentors), np.int64)
        return Prices(nothing, _paid(answer, answer.home(), answer.kept(), nothing))
    order = np.argsort(problem.column, kind="stable")
    row, column, worth = problem.row[order], problem.column[order], answer.gain[order]
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
