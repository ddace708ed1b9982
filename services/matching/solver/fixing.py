"""Pairs that stand before anything is solved, and what they leave to the others."""

from dataclasses import dataclass, field, replace

import numpy as np

from services.matching.rules.spread import Ties, lender_of
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.crowd import Crowd
from services.matching.solver.judge import Judged


@dataclass
class Fixing:
    """Fixed pairs, `home` by family. Each takes what it needs off `free` and off what is lent."""

    judged: Judged
    free: Numbers
    ties: Ties
    home: dict[int, int] = field(default_factory=dict)

    def take(self, row: int, column: int) -> None:
        self._count(row, column, 1)
        self.home[row] = column

    def _count(self, row: int, column: int, times: int) -> None:
        self.free[column] -= times * self.judged.mentees[row].need_points
        lender = lender_of(self.judged.mentees[row], self.judged.mentors[column])
        left = self.ties.lending_left
        if lender is not None and lender in left:
            now = {**left, lender: left[lender] - times}
            self.ties = replace(self.ties, lending_left=now)

    def has_room(self, row: int, column: int) -> bool:
        """The family is not placed, the mentor's points and their agency's places suffice, and the
        other adult of the household has no say against it.
        """
        if row in self.home or self.judged.mentees[row].need_points > self.free[column]:
            return False
        return not self._may_not(row, column)

    def _may_not(self, row: int, column: int) -> bool:
        lender = lender_of(self.judged.mentees[row], self.judged.mentors[column])
        if lender is not None and self.ties.lending_left.get(lender, 1) <= 0:
            return True
        return any(self.home.get(one) == column for one in self.ties.strangers(row))

    def let_go_of_halves(self) -> None:
        """Of two who share a mentor, one alone is not kept: the two are placed anew."""
        for rows in self.ties.together:
            if self.home.get(rows[0]) != self.home.get(rows[1]):
                for row in self.home.keys() & set(rows):
                    self._count(row, self.home.pop(row), -1)

    def closed(self, judged: Judged) -> Flags:
        """Of each pair held: what is fixed leaves it no place."""
        found = np.zeros(len(judged.mentee), bool)
        for row, column in self._named():
            found |= (judged.mentee == row) & (judged.mentor == column)
        for agency, left in self.ties.lending_left.items():
            if left <= 0:
                ours = np.array([one.home.agency != agency for one in judged.mentees], bool)
                theirs = np.array([one.home.agency == agency for one in judged.mentors], bool)
                found |= ours[judged.mentee] & theirs[judged.mentor]
        return found

    def _named(self) -> set[tuple[int, int]]:
        return {
            (row, self.home[other])
            for pair in self.ties.apart
            for row, other in (pair, pair[::-1])
            if other in self.home
        }

    def crowd_without(self, people: Crowd) -> Crowd:
        """The crowd that is asked for pairs which are not held, without those of `closed`."""
        named = [row * len(people.helpers) + column for row, column in self._named()]
        if not named:
            return people
        return replace(people, apart=np.union1d(people.apart, np.array(named, np.int64)))
