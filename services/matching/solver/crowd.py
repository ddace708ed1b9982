"""Everybody of a run, and every allowed pair among them: judged block by block, never held whole.

A block is some families and all the mentors who could be allowed to any of them, by agency and by
distance: families are taken square by square of the National Grid where distance binds. What is
asked of the blocks (the best few pairs of each person, pairs above a price) leaves few of them.
Blocks go to as many threads as there are processors; their answers are put together in one order,
so that the number of threads changes nothing.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.matching.model.snapshot import Mentee, Mentor, Pair, Snapshot
from services.matching.rules.must import FAR_KM
from services.matching.rules.rule import MUSTS, Terms
from services.matching.solver import closing, columns, insisting, packed, scoring
from services.matching.solver.columns import Flags, Mentees, Mentors, Numbers, taken
from services.matching.solver.named import distinct, places
from services.matching.solver.scoring import Cut

PAIRS_AT_ONCE = 2_000_000
SQUARE_FAMILIES = 80
ENGLAND_M2 = 130_279_000_000
MANY_PAIRS = 1_000_000
"""From here on compiled code is quicker than waking it up costs."""
CLOSED = -1
TIE_STEPS = 1 << 16
PAIRS_KEPT = 100_000_000
"""So many allowed pairs, of five bytes each, a crowd keeps once they are judged."""
Qualities = NDArray[np.int16]
"""Families x mentors: quality of each pair, CLOSED where it may not be."""
Places = NDArray[np.int32]
Hundredths = NDArray[np.int8]
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Block:
    """Places of families and of mentors: every allowed pair of these families is in it."""

    rows: Numbers
    columns: Numbers


class Opened(NamedTuple):
    """The allowed pairs of a block, in order: those of the first family, then of the next.

    `start` has where those of each family begin, and the end; `place` is the mentor's among the
    block's columns.
    """

    block: Block
    start: Numbers
    place: Places
    quality: Hundredths

    def row(self, some: Numbers | slice = slice(None)) -> Numbers:
        """The family of some of the pairs, or of all."""
        if isinstance(some, slice):
            return np.repeat(self.block.rows, np.diff(self.start))[some]
        return self.block.rows[np.searchsorted(self.start, some, side="right") - 1]

    def column(self, some: Numbers | slice = slice(None)) -> Numbers:
        return self.block.columns[self.place[some]]


class Asked(NamedTuple):
    """What a pair would have to be worth more than: of families, what is asked `beyond` the most
    that any pair of theirs can be worth; of mentors, the price of a seat. From 0 on together, the
    pair cannot be.
    """

    beyond: Numbers
    price: Numbers


@dataclass(frozen=True)
class Crowd:
    """The people of a run in order of their ids, and the pairs that are set apart by name.

    `apart` counts rows and columns as one number each: row x mentors + column, in order. `codes`
    number families and agencies alike for both sides.
    """

    families: tuple[Mentee, ...]
    helpers: tuple[Mentor, ...]
    left: Mentees
    right: Mentors
    apart: Numbers
    terms: Terms
    codes: dict[object, int]

    def blocks(self) -> Iterator[Block]:
        """Every family once, with every mentor whom some rule of agency or distance leaves."""
        for rows in self._alike():
            whom = np.nonzero(self._in_reach(rows))[0]
            step = max(1, PAIRS_AT_ONCE // max(1, len(whom)))
            for at in range(0, len(rows), step):
                yield Block(rows[at : at + step], whom)

    def _alike(self) -> Iterator[Numbers]:
        """Families of one square and one agency together; each part in order of the ids."""
        homes, other = self.left.homes, self.left.other_agencies
        bounded, alone = self._reach < FAR_KM * 1000, np.where(other, -1, homes.agency)
        side = max(1, math.isqrt(ENGLAND_M2 * SQUARE_FAMILIES // max(1, len(self.families))))
        east = np.where(bounded, homes.easting // side, -1)
        north = np.where(bounded, homes.northing // side, -1)
        keys = np.column_stack([alone, self._reach, east, north])
        order = np.lexsort(keys.T)
        edges = np.nonzero((keys[order][1:] != keys[order][:-1]).any(axis=1))[0] + 1
        yield from (part for part in np.split(order, edges) if len(part))

    @cached_property
    def _reach(self) -> Numbers:
        """Metres beyond which nobody is allowed to a family."""
        furthest = 1000 * min(self.terms.settings.apart_km_max, FAR_KM)
        by_road = int(closing.reach_m(self.right.travel_max).max(initial=0))
        in_person = (self.left.channels == closing.IN_PERSON) & (furthest == FAR_KM * 1000)
        return np.where(in_person, min(furthest, by_road), furthest)

    def at_hand(self, row: int) -> list[int]:
        """Mentors whom agency and distance leave to a family, with room or without."""
        found: list[int] = np.nonzero(self._near(np.array([row])))[0].tolist()
        return found

    def _in_reach(self, rows: Numbers) -> Flags:
        return (self.right.free > 0) & self._near(rows)

    def _near(self, rows: Numbers) -> Flags:
        """Mentors who may be near enough, and of the right agency, to one of the families."""
        ours, theirs = self.left.homes, self.right.homes
        reach = int(self._reach[rows[0]]) + 1
        away_m2 = np.zeros(len(self.helpers), np.int64)  # from the rectangle that holds them all
        for own, their in ((ours.easting, theirs.easting), (ours.northing, theirs.northing)):
            least, most = own[rows].min(), own[rows].max()
            away_m2 += (their - np.clip(their, least, most)) ** 2
        near: Flags = away_m2 <= reach * reach
        if self.left.other_agencies[rows[0]]:
            codes = int(max(theirs.agency.max(initial=0), ours.agency.max())) + 1
            ours_too = np.zeros(codes, bool)
            ours_too[ours.agency[rows]] = True
            near &= self.right.lends | ours_too[theirs.agency]
        else:
            near &= theirs.agency == ours.agency[rows[0]]
        return near

    def qualities(self, rows: Numbers, whom: Numbers) -> Qualities:
        """What each pair of these people is worth, CLOSED where a rule or a name closes it."""
        opened = self._open(Block(rows, whom), self._nothing)
        found = np.full((len(rows), len(whom)), CLOSED, np.int16)
        found[np.repeat(np.arange(len(rows)), np.diff(opened.start)), opened.place] = opened.quality
        return found

    def opened(self, asked: Asked | None = None) -> Iterator[Opened]:
        """Every allowed pair, block by block: judged once, where they are few enough to keep.

        Where more is asked of a pair than it can be worth, it may be left out without being judged.
        """
        yield from self._judged(asked or self._nothing) if self._kept is None else self._kept

    @cached_property
    def _kept(self) -> list[Opened] | None:
        """None: too many to keep."""
        kept, many = [], 0
        for part in self._judged(self._nothing):
            kept.append(part)
            many += len(part.place)
            if many > PAIRS_KEPT:
                return None
        return kept

    def _judged(self, asked: Asked) -> Iterator[Opened]:
        yield from in_order(lambda block: self._open(block, asked), self.blocks())

    def named(self, pairs: Numbers, rows: Numbers, whom: Numbers) -> tuple[Numbers, Numbers]:
        """Of pairs counted as `apart` is, those of these people: places in `rows` and in `whom`."""
        many = len(self.helpers)
        start, end = (np.searchsorted(pairs, (rows + step) * many) for step in (0, 1))
        at = np.repeat(np.arange(len(rows)), end - start)
        passed = np.repeat(np.cumsum(end - start) - end, end - start)
        column = pairs[np.arange(len(at)) - passed] - rows[at] * many
        place = np.full(many, -1, np.int64)
        place[whom] = np.arange(len(whom))
        here = place[column] >= 0
        return at[here], place[column[here]]

    @cached_property
    def _nothing(self) -> Asked:
        return Asked(
            np.full(len(self.families), -1, np.int64), np.zeros(len(self.helpers), np.int64)
        )

    def _open(self, block: Block, asked: Asked) -> Opened:
        rows, whom = block.rows, block.columns
        apart = self.named(self.apart, rows, whom)
        if self.compiled:
            # Here and not above: compiled code is an extra, and costs a second to wake.
            from services.matching.solver import compiled  # noqa: PLC0415

            some = compiled.Some(rows, whom, asked.beyond[rows], asked.price[whom], *apart)
            return Opened(block, *compiled.opened(*self._packed, some, self.terms))
        allowed = asked.beyond[rows][:, np.newaxis] + asked.price[whom] < 0
        allowed[apart] = False
        quality = by_columns(taken(self.left, rows), taken(self.right, whom), self.terms, allowed)
        row, place = np.nonzero(quality != CLOSED)
        start = np.searchsorted(row, np.arange(len(rows) + 1))
        return Opened(block, start, place.astype(np.int32), quality[row, place].astype(np.int8))

    @cached_property
    def _packed(self) -> tuple[packed.Families, packed.Helpers]:
        return packed.families(self.left, self.terms), packed.helpers(self.right)

    @cached_property
    def compiled(self) -> bool:
        """Whether there are so many pairs that compiled code pays, and it is there."""
        if len(self.families) * len(self.helpers) < MANY_PAIRS:
            return False
        try:
            from services.matching.solver import compiled  # noqa: F401, PLC0415
        except ImportError:  # the extra `numba` is not installed
            return False
        return packed.fit_in(self.left)

    def suspected(self, row: int, whom: Sequence[int]) -> dict[str, Flags]:
        """By hard rule, the mentors whom it may close to a family; no rule closes any other.

        Rules that share a twin are suspected together: `rules.must` says which it is, and why.
        """
        places = np.array(whom, np.int64)
        left, right = taken(self.left, np.array([row])), taken(self.right, places)
        apart = np.zeros(len(places), bool)
        apart[self.named(self.apart, np.array([row]), places)[1]] = True
        found = {code: np.ones(len(places), bool) for code in MUSTS}
        for codes, twin in closing.TWINS.items():
            closed = ~twin(left, right, self.terms)[0]
            found |= dict.fromkeys(codes, closed | apart if "H4" in codes else closed)
        met = insisting.met(_row(left, right, self.terms))
        return found | dict.fromkeys(insisting.CODES, ~met)

    def would_be(self, row: int, whom: Sequence[int]) -> Numbers:
        """The quality of a family's pair with each mentor, whether rules allow it or not."""
        left = taken(self.left, np.array([row]))
        cut = _row(left, taken(self.right, np.array(whom, np.int64)), self.terms)
        return scoring.quality(left, cut.row, scoring.points(cut))

    def tried(self, changed: Sequence[Mentee], whom: Sequence[int]) -> Qualities:
        """What families would find who are of this run but for something small, as `qualities` says
        it; pairs that are set apart by name are not asked about.
        """
        right = taken(self.right, np.array(whom, np.int64))
        left = columns.mentees(changed, self.helpers, self.codes, self.terms)
        allowed = np.ones((len(changed), len(whom)), bool)
        return by_columns(left, right, self.terms, allowed)

    def points(self, row: Numbers, column: Numbers) -> Numbers:
        """Whole points of allowed pairs."""
        if len(row) >= len(self.families):
            return scoring.points(Cut(self.left, self.right, row, column, self.terms))
        rows, row = np.unique(row, return_inverse=True)
        whom, column = np.unique(column, return_inverse=True)
        some = taken(self.left, rows), taken(self.right, whom)
        return scoring.points(Cut(*some, row, column, self.terms))

    @cached_property
    def seeds(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        left = np.array([_seed(one.request_id.int) for one in self.families], np.uint64)
        right = np.array([_seed(one.mentor_id.int) for one in self.helpers], np.uint64)
        return left, right

    def ties(self, row: Numbers, column: Numbers) -> Numbers:
        """A fixed hash of the two ids, the same on every machine and in any order of people."""
        left, right = self.seeds
        mixed = left[row] ^ (right[column] * np.uint64(0x9E3779B97F4A7C15))
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        return (mixed % np.uint64(TIE_STEPS)).astype(np.int64)


THREADS = os.cpu_count() or 1


def in_order(ask: Callable[[Given], Found], parts: Iterable[Given]) -> Iterator[Found]:
    """What `ask` says of each part, in the order of the parts, by as many threads as there are."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(ask, parts)


def _seed(identity: int) -> int:
    return (identity & 0xFFFFFFFFFFFFFFFF) ^ (identity >> 64)


def crowd(snapshot: Snapshot, terms: Terms) -> Crowd:
    """The order in which people were given makes no difference."""
    codes: dict[object, int] = {}
    families = tuple(sorted(snapshot.mentees, key=lambda one: one.request_id.int))
    helpers = tuple(sorted(snapshot.mentors, key=lambda one: one.mentor_id.int))
    return Crowd(
        families=families,
        helpers=helpers,
        left=columns.mentees(families, helpers, codes, terms),
        right=columns.mentors(helpers, codes, terms),
        apart=distinct(
            np.concatenate(
                [
                    places(pairs, families, helpers)
                    for pairs in (
                        snapshot.not_available,
                        snapshot.earlier_ended,
                        snapshot.forbidden,
                        _by_household(families, helpers),
                    )
                ]
            )
        ),
        terms=terms,
        codes=codes,
    )


def _by_household(families: Sequence[Mentee], helpers: Sequence[Mentor]) -> Iterator[Pair]:
    """The pairs that H14 closes: few families share a household with somebody who is helped."""
    for one in families:
        same, other = one.same_mentor_as, one.other_mentor_than
        if same or other:
            mentors = (each.mentor_id for each in helpers)
            yield from (
                (one.request_id, each)
                for each in mentors
                if each in other or (same and each not in same)
            )


def by_columns(left: Mentees, right: Mentors, terms: Terms, allowed: Flags) -> Qualities:
    """Every family with every mentor that is not ruled out before, by whole columns of numbers."""
    for twin in closing.TWINS.values():
        allowed &= twin(left, right, terms)
    _ask_the_rest(left, right, terms, allowed)
    row, column = (where.astype(np.int64) for where in np.nonzero(allowed))
    kept = insisting.met(Cut(left, right, row, column, terms))
    row, column = row[kept], column[kept]
    points = scoring.points(Cut(left, right, row, column, terms))
    found = np.full(allowed.shape, CLOSED, np.int16)
    found[row, column] = scoring.quality(left, row, points)
    return found


def _row(left: Mentees, right: Mentors, terms: Terms) -> Cut:
    """One family with every mentor."""
    column = np.arange(len(right.people), dtype=np.int64)
    return Cut(left, right, np.zeros_like(column), column, terms)


def _ask_the_rest(left: Mentees, right: Mentors, terms: Terms, allowed: Flags) -> None:
    """Hard rules without a twin, pair by pair."""
    known = {code for codes in closing.TWINS for code in codes} | insisting.CODES
    rest = [rule for code, rule in MUSTS.items() if code not in known]
    for row, column in np.argwhere(allowed).tolist() if rest else ():
        mentee, mentor = left.people[row], right.people[column]
        allowed[row, column] = all(rule.test(mentee, mentor, terms) is None for rule in rest)
