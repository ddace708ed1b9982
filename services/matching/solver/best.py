"""The best few pairs of each person, and the pairs above a price: what is left of all the blocks.

Ties of quality are broken by the draw, so that the few are the same on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.crowd import (
    CLOSED,
    TIE_STEPS,
    Asked,
    Crowd,
    Hundredths,
    Opened,
    Places,
    in_order,
)
from services.matching.solver.worth import Scale

BEST_OF_FAMILY, BEST_OF_MENTOR = 20, 5
MORE_AT_ONCE = 10
LEVELS = 128
"""Qualities are whole numbers below this."""
Limits = NDArray[np.int16]
NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Best:
    """Pairs in no order, each once, and how many pairs are allowed in all."""

    row: Numbers
    column: Numbers
    quality: Numbers
    possible: int


@dataclass(frozen=True, slots=True)
class Few:
    """How many pairs of each person to take, at or above the floor, and which to take anyhow.

    `anyhow` counts pairs as `Crowd.apart` does, in order; a pair that a rule closes is not taken.
    """

    floor: int
    anyhow: Numbers
    of_family: int
    of_mentor: int


def of_each(people: Crowd, few: Few) -> Best:
    """The best pairs of each family, and the best of each mentor."""
    lowest = np.full(len(people.families), few.floor, np.int16)
    bar = np.full(len(people.helpers), few.floor, np.int16)

    def ask(part: Opened) -> tuple[int, Numbers, Numbers, Numbers]:
        rows, columns = part.block.rows, part.block.columns
        own, theirs = kth(part, few.of_family, few.of_mentor, compile_it=people.compiled)
        lowest[rows] = np.maximum(lowest[rows], own)
        bar[columns] = np.maximum(bar[columns], theirs)  # only ever less to look at
        some = _at_least(part, lowest[rows], bar[columns], compile_it=people.compiled)
        if len(few.anyhow):
            wanted = np.isin(part.row() * len(bar) + part.column(), few.anyhow)
            some = np.union1d(some, np.nonzero(wanted)[0])
        quality = part.quality[some].astype(np.int64)
        return len(part.place), part.row(some), part.column(some), quality

    parts = list(in_order(ask, people.opened()))
    row, column, quality = (
        np.concatenate([NOTHING, *(part[at] for part in parts)]) for at in (1, 2, 3)
    )
    anyhow = np.isin(row * len(bar) + column, few.anyhow)
    some = np.nonzero(anyhow | (quality >= np.minimum(lowest[row], bar[column])))[0]
    row, column, quality, anyhow = row[some], column[some], quality[some], anyhow[some]
    good = quality >= few.floor
    worth = np.where(good, quality * TIE_STEPS + people.ties(row, column), -1)
    keep = good & (rank_down(row, worth) < few.of_family)
    keep |= good & (rank_down(column, worth) < few.of_mentor)
    keep |= anyhow
    return Best(row[keep], column[keep], quality[keep], sum(part[0] for part in parts))


@dataclass(frozen=True)
class Rest:
    """The pairs that a problem does not hold: every allowed one of these families can be asked for.

    `may` is of families still to be placed; a pair needs no more than is `free`.
    """

    people: Crowd
    floor: int
    may: Flags
    free: Numbers
    sure: Numbers
    """Every pair of a family above this quality is held."""
    top: Numbers
    """The best that any pair of a family can be."""

    def gainers(
        self, ask: Numbers, price: Numbers, scale: Scale, *, most: int | None = MORE_AT_ONCE
    ) -> Gainers:
        """The pairs worth more than the family asks and the mentor's seat costs; of each family
        the best few, lest one round adds nearly all there are. `most` None: all of them.
        """
        ask = np.where(self.may, ask, FAR)

        def above(part: Opened) -> Gainers:
            some = self._above(part, ask, price, scale)
            found = self._judged(part.row(some), part.column(some), part.quality[some])
            more = scale.gain(found[2], found[3]) - ask[found[0]] - price[found[1]]
            return _best_few(Gainers(*found, more), most)

        beyond = ask - scale.gain(self.top, np.full(len(ask), TIE_STEPS - 1))
        parts = [*in_order(above, self.people.opened(Asked(beyond, price))), NOBODY]
        return Gainers(*(np.concatenate(each) for each in zip(*parts, strict=True)))

    def _above(self, part: Opened, ask: Numbers, price: Numbers, scale: Scale) -> Numbers:
        """Places of the pairs that gain if their draw is the highest."""
        most = scale.gain(np.arange(LEVELS), np.full(LEVELS, TIE_STEPS - 1))
        most[: max(0, self.floor)] = -FAR
        asked, priced = ask[part.block.rows], price[part.block.columns]
        if self.people.compiled:
            # Here and not above: compiled code is an extra, and costs a second to wake.
            from services.matching.solver import compiled  # noqa: PLC0415

            return compiled.above(part[1:], asked, priced, most)
        needs = np.repeat(asked, np.diff(part.start)) + priced[part.place]
        return np.nonzero(most[part.quality] > needs)[0]

    def _judged(
        self, row: Numbers, column: Numbers, quality: NDArray[np.signedinteger[Any]]
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        fits = self.people.left.need[row] <= self.free[column]
        row, column = row[fits], column[fits]
        return row, column, quality[fits].astype(np.int64), self.people.ties(row, column)

    def of_family(self, row: int) -> tuple[Numbers, Numbers, Numbers]:
        """Mentors, quality and draw of every pair of one family that may be made."""
        everybody = np.arange(len(self.free))
        quality = self.people.qualities(np.array([row]), everybody)[0]
        column = np.nonzero((quality >= self.floor) & self.may[row])[0]
        found = self._judged(np.full(len(column), row), column, quality[column])
        return found[1], found[2], found[3]


class Gainers(NamedTuple):
    """Pairs that would gain, and how much `more` they are worth than is asked for them."""

    row: Numbers
    column: Numbers
    quality: Numbers
    tie: Numbers
    more: Numbers


NOBODY = Gainers(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
FAR = np.int64(1) << 61


def _best_few(found: Gainers, most: int | None) -> Gainers:
    few = np.nonzero(found.more > 0)[0]
    if most is not None:
        few = few[rank_down(found.row[few], found.more[few]) < most]
    return Gainers(*(each[few] for each in found))


def sure_above(row: Numbers, quality: Numbers, families: int) -> Numbers:
    """Of the pairs of `of_each`: the quality down to which each family's are all among them."""
    last = rank_down(row, quality) == BEST_OF_FAMILY - 1
    found = np.full(families, CLOSED, np.int64)
    found[row[last]] = quality[last]
    return found


def kth(part: Opened, of_family: int, of_mentor: int, *, compile_it: bool) -> tuple[Limits, Limits]:
    """The quality of the pair at that place from the best: of each family, and of each mentor."""
    if compile_it:
        # Here and not above, as in `_above`.
        from services.matching.solver import compiled  # noqa: PLC0415

        return compiled.kth(part[1:], len(part.block.columns), of_family, of_mentor)
    row = np.repeat(np.arange(len(part.block.rows)), np.diff(part.start))
    return (
        _down_to(row, part.quality, len(part.block.rows), of_family),
        _down_to(part.place, part.quality, len(part.block.columns), of_mentor),
    )


def _at_least(part: Opened, lowest: Limits, bar: Limits, *, compile_it: bool) -> Numbers:
    """Places of the pairs that are good enough for the family or for the mentor."""
    if compile_it:
        from services.matching.solver import compiled  # noqa: PLC0415

        return compiled.at_least(part[1:], lowest, bar)
    enough = np.minimum(np.repeat(lowest, np.diff(part.start)), bar[part.place])
    return np.nonzero(part.quality >= enough)[0]


def _down_to(whose: Numbers | Places, quality: Hundredths, many: int, place: int) -> Limits:
    """By counting, since there are few qualities: -1 where there are fewer pairs."""
    key = whose.astype(np.int64) * LEVELS + quality
    counts = np.bincount(key, minlength=many * LEVELS).reshape(many, LEVELS)
    enough = np.cumsum(counts[:, ::-1], axis=1) >= place
    found = LEVELS - 1 - np.argmax(enough, axis=1)
    return np.where(enough[:, -1], found, CLOSED).astype(np.int16)


def rank_down(group: Numbers, worth: Numbers) -> Numbers:
    """0 for the most worth of each group, then 1, 2 ... (no two of a group are alike)."""
    most = int(worth.max(initial=0))
    # As one number: lexsort takes three times as long. Groups and worths are far from 2 to the 63.
    order = np.argsort(group * (most - int(worth.min(initial=0)) + 1) + most - worth, kind="stable")
    found = np.empty(len(group), np.int64)
    found[order] = rank_within(group[order])
    return found


def rank_within(group: Numbers) -> Numbers:
    """0, 1, 2 ... within each run of equal numbers."""
    places = np.arange(len(group))
    start = np.r_[True, group[1:] != group[:-1]][: len(group)]
    first: Numbers = np.maximum.accumulate(np.where(start, places, 0))
    return places - first
