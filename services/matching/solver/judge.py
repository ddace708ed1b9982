"""Which pairs are allowed, and what each is worth.

A run of an agency holds every allowed pair. Where there are too many to hold, it holds the best few
of each family and of each mentor (at or above the floor), and asks the crowd for the rest when a
price must be proved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from services.matching.model.snapshot import Mentee, Mentor, RunSettings, Snapshot
from services.matching.rules import must, prefer
from services.matching.rules.rule import Terms
from services.matching.solver import best
from services.matching.solver.best import Few
from services.matching.solver.columns import Numbers
from services.matching.solver.crowd import CLOSED, Crowd, crowd
from services.matching.solver.named import places

PAIRS_HELD = 2_000_000
_LAW = (must, prefer)  # importing the two fills the registry


@dataclass(frozen=True)
class Judged:
    """Allowed pairs, in order of the two ids: rows of `mentees` and `mentors`, and their worth.

    `quality` is points of each 100 that count for the family (`Fit.quality`). `possible` counts
    all allowed pairs; those held are all of them only where the run is `whole`.
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    mentee: Numbers
    mentor: Numbers
    quality: Numbers
    possible: int
    whole: bool
    crowd: Crowd

    @cached_property
    def points(self) -> Numbers:
        """Of each pair held: not asked for in a large crowd, where a million are held."""
        return self.crowd.points(self.mentee, self.mentor)

    def of_family(self, row: int) -> tuple[Numbers, Numbers, Numbers]:
        """Mentors, points and quality of every allowed pair of one family, held or not."""
        if self.whole:
            part = slice(*np.searchsorted(self.mentee, [row, row + 1]))
            return self.mentor[part], self.points[part], self.quality[part]
        mentors = np.arange(len(self.mentors))
        quality = self.crowd.qualities(np.array([row]), mentors)[0].astype(np.int64)
        found = np.nonzero(quality != CLOSED)[0]
        points = self.crowd.points(np.full(len(found), row), found)
        return found, points, quality[found]

    def quality_of(self, row: int, column: int) -> int:
        """Of one pair, held or not; CLOSED when a rule closes it."""
        return int(self.crowd.qualities(np.array([row]), np.array([column]))[0, 0])

    def of_pair(self, row: int, column: int) -> tuple[int, int] | None:
        """Points and quality of one pair, held or not; None when a rule closes it."""
        quality = self.quality_of(row, column)
        if quality == CLOSED:
            return None
        return int(self.crowd.points(np.array([row]), np.array([column]))[0]), quality


def judge(snapshot: Snapshot, settings: RunSettings, people: Crowd | None = None) -> Judged:
    """Judge every pair; the order in which people were given makes no difference.

    `people` are the snapshot's, where they have been read already.
    """
    people = people or crowd(snapshot, Terms.of(snapshot, settings))
    whole = len(people.families) * len(people.helpers) <= PAIRS_HELD
    if whole:
        row, column, quality = (np.concatenate(part) for part in zip(*_every(people), strict=True))
        possible = len(row)
    else:
        anyhow = places(chain(snapshot.kept, snapshot.pinned), people.families, people.helpers)
        few = Few(settings.quality_floor, anyhow, best.BEST_OF_FAMILY, best.BEST_OF_MENTOR)
        found = best.of_each(people, few)
        row, column, quality, possible = found.row, found.column, found.quality, found.possible
    order = np.argsort(row * len(people.helpers) + column)
    row, column, quality = row[order], column[order], quality[order]
    return Judged(
        mentees=people.families,
        mentors=people.helpers,
        mentee=row,
        mentor=column,
        quality=quality,
        possible=possible,
        whole=whole,
        crowd=people,
    )


def _every(people: Crowd) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    nothing = np.zeros(0, np.int64)
    yield nothing, nothing, nothing
    for part in people.opened():
        yield part.row(), part.column(), part.quality.astype(np.int64)
