"""People to allowed pairs with whole-number worth: the whole of what a solver sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from services.matching.model.ids import MentorId, RequestId
from services.matching.model.run import Result
from services.matching.model.snapshot import Mentee, Mentor, Pair, RunSettings, Snapshot
from services.matching.rules import explain, spread
from services.matching.rules.rule import Terms
from services.matching.rules.spread import NO_TIES, Ties
from services.matching.solver.best import Gainers, Rest, sure_above
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.fixing import Fixing
from services.matching.solver.judge import Judged

Places = tuple[tuple[int, int], ...]
"""Pairs as rows of families and columns of mentors."""
PINS_NEED_MORE = "The pins of this mentor need more points than are free."
SHARED = "Two adults of one household asked for one mentor, and a pin of one counts for both. "


class PinRefused(Exception):
    """A person's pin that no run may keep: which pair, which rule, and why in words."""

    def __init__(self, pair: Pair, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.request_id: RequestId = pair[0]
        self.mentor_id: MentorId = pair[1]
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """Edges (`row` of mentees, `column` of mentors) at or above the floor, in order of the ids.

    `tier` counts down from the longest wait: 0 is served first. `free` is what pairs that are
    `fixed` leave: pins, and pairs that an earlier run suggested. `tie` is a fixed hash of the two
    ids (`Crowd.ties`). `rest` can be asked for the edges that are not held; None: all are. `ties`
    are what reaches across mentors (`rules.spread`), once the fixed pairs have had their share.
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    need: Numbers
    tier: Numbers
    free: Numbers
    row: Numbers
    column: Numbers
    quality: Numbers
    tie: Numbers
    fixed: Places
    rest: Rest | None = None
    ties: Ties = NO_TIES

    def edges_of(self, row: int) -> tuple[Numbers, Numbers, Numbers]:
        """Columns, quality and draw of every edge of one family, held or not."""
        return self.held_of(row) if self.rest is None else self.rest.of_family(row)

    def held_of(self, row: int) -> tuple[Numbers, Numbers, Numbers]:
        part = slice(*np.searchsorted(self.row, [row, row + 1]))
        return self.column[part], self.quality[part], self.tie[part]

    def only(self, those: Flags) -> Problem:
        """The same problem with some of its edges."""
        names = ("row", "column", "quality", "tie")
        return replace(self, **{name: getattr(self, name)[those] for name in names})

    def with_edges(self, more: Gainers) -> Problem:
        """The same problem with edges that it did not hold."""
        row, column = np.r_[self.row, more.row], np.r_[self.column, more.column]
        _, first = np.unique(row * len(self.mentors) + column, return_index=True)
        return replace(
            self,
            row=row[first],
            column=column[first],
            quality=np.r_[self.quality, more.quality][first],
            tie=np.r_[self.tie, more.tie][first],
        )


@dataclass(frozen=True, slots=True)
class Solution:
    """Chosen pairs as rows and columns of the problem, fixed ones too. `gap` 0 means proved.

    `proved_on` is the problem with every edge that a price had to be proved on; None: it held all.
    """

    pairs: Places
    gap: int = 0
    result: Result = field(default=Result.OPTIMAL)
    proved_on: Problem | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run stops and says that it ran out of time. None of it is read off a clock, so that
    the same input ends in the same answer on any machine.

    Deterministic seconds of CP-SAT, about as many real ones: of all aims, and at most for the
    draw. `rounds` of pricing edges that are not held, for each aim.
    """

    work: float = 60.0
    draw: float = 2.0
    rounds: int = 60


def build(judged: Judged, snapshot: Snapshot, settings: RunSettings) -> Problem:
    """The problem of a run. Raises PinRefused for a pin that breaks a hard rule."""
    pins = pinned(judged, snapshot, settings)
    row, column = places(judged)
    kept = [(row[a], column[b]) for a, b in snapshot.kept if a in row and b in column]
    return arrange(judged, settings, pins=pins, kept=kept)


def arrange(
    judged: Judged, settings: RunSettings, *, pins: Places, kept: Iterable[tuple[int, int]]
) -> Problem:
    """Fix the pins, then of the kept pairs those that still fit; the rest is to be solved."""
    need = np.array([one.need_points for one in judged.mentees], np.int64)
    waits = np.array([one.waiting_days for one in judged.mentees], np.int64)
    free = np.array([one.free_points for one in judged.mentors], np.int64)
    fixing = Fixing(judged, free, spread.ties_of(judged.mentees, judged.crowd.terms.lending_left))
    for row, column in pins:
        fixing.take(row, column)
    _keep_what_fits(fixing, settings.quality_floor, kept)
    placed = np.zeros(len(judged.mentees), bool)
    placed[list(fixing.home)] = True
    good = (judged.quality >= settings.quality_floor) & ~fixing.closed(judged)
    (use,) = np.nonzero(
        good & (need[judged.mentee] <= free[judged.mentor]) & ~placed[judged.mentee]
    )
    rest = None
    if not judged.whole:
        sure = sure_above(judged.mentee, judged.quality, len(placed))
        top = np.full(len(placed), judged.crowd.terms.settings.quality_floor, np.int64)
        np.maximum.at(top, judged.mentee, judged.quality)
        people = fixing.crowd_without(judged.crowd)
        rest = Rest(people, settings.quality_floor, ~placed, free, sure, top)
    rows, columns = judged.mentee[use], judged.mentor[use]
    return Problem(
        mentees=judged.mentees,
        mentors=judged.mentors,
        need=need,
        tier=tiers(waits, settings.waiting_tier_days),
        free=free,
        row=rows,
        column=columns,
        quality=judged.quality[use],
        tie=judged.crowd.ties(rows, columns),
        fixed=tuple(sorted(fixing.home.items())),
        rest=rest,
        ties=fixing.ties,
    )


def places(judged: Judged) -> tuple[dict[RequestId, int], dict[MentorId, int]]:
    """Where each request and each mentor stands."""
    return (
        {one.request_id: place for place, one in enumerate(judged.mentees)},
        {one.mentor_id: place for place, one in enumerate(judged.mentors)},
    )


def _keep_what_fits(fixing: Fixing, floor: int, kept: Iterable[tuple[int, int]]) -> None:
    """The kept pairs that rules, floor and pins still leave room for, longest wait first."""
    judged = fixing.judged
    wanted = sorted(frozenset(kept), key=lambda pair: (-judged.mentees[pair[0]].waiting_days, pair))
    edges = judged.mentee * len(judged.mentors) + judged.mentor
    good = edges[judged.quality >= floor]
    allowed = frozenset(good.tolist()) if wanted else frozenset()
    for row, column in wanted:
        held = row * len(judged.mentors) + column in allowed
        if fixing.has_room(row, column) and (
            held or (not judged.whole and judged.quality_of(row, column) >= floor)
        ):
            fixing.take(row, column)
    fixing.let_go_of_halves()


def tiers(waiting_days: Numbers, tier_days: int) -> Numbers:
    """0 for those who waited longest, then 1; waits within one tier of days count alike.

    >>> tiers(np.array([83, 3, 80, 5]), 7).tolist()
    [0, 1, 0, 1]
    """
    weeks = -(waiting_days // max(1, tier_days))
    return np.unique(weeks, return_inverse=True)[1].astype(np.int64)


def pinned(judged: Judged, snapshot: Snapshot, settings: RunSettings) -> Places:
    """The pins whose request is still open, each judged by the rules and by the room left, and with
    them the adults who asked to share a pinned one's mentor.
    """
    if not snapshot.pinned:
        return ()
    terms = Terms.of(snapshot, settings)
    row, column = places(judged)
    taken: dict[int, int] = {}
    pins: dict[int, int] = {}
    everybody = spread.pins_with_partners(snapshot)
    for pair in sorted(everybody, key=lambda pair: (pair[0].bytes, pair[1].bytes)):
        if pair[0] not in row:
            continue
        if pair[1] not in column:
            raise PinRefused(pair, "H1", "The mentor is not among those of this run.")
        mentee, mentor = judged.mentees[row[pair[0]]], judged.mentors[column[pair[1]]]
        _judge_pin(pair, mentee, mentor, snapshot, terms)
        if row[pair[0]] in pins:
            raise _twice(pair, snapshot)
        pins[row[pair[0]]] = column[pair[1]]
        taken[column[pair[1]]] = taken.get(column[pair[1]], 0) + mentee.need_points
        if taken[column[pair[1]]] > mentor.free_points:
            shared = any(one[1] == pair[1] for one in everybody - snapshot.pinned)
            raise PinRefused(pair, "H2", (SHARED if shared else "") + PINS_NEED_MORE)
    _judge_together(judged, snapshot, pins)
    return tuple(sorted(pins.items()))


def _judge_pin(
    pair: Pair, mentee: Mentee, mentor: Mentor, snapshot: Snapshot, terms: Terms
) -> None:
    pinned_too = "" if pair in snapshot.pinned else SHARED
    closed = explain.closed(mentee, mentor, terms)
    if closed is not None:
        raise PinRefused(pair, closed.code, pinned_too + closed.sentence)
    if pair in snapshot.forbidden:
        sentence = "This pair is also marked as never to be made."
        raise PinRefused(pair, "forbidden", pinned_too + sentence)


def _twice(pair: Pair, snapshot: Snapshot) -> PinRefused:
    if sum(pair[0] == request for request, _ in snapshot.pinned) > 1:
        return PinRefused(pair, "pinned_twice", "This request is pinned to two mentors.")
    rule = spread.OneMentorForBoth()
    return PinRefused(pair, rule.code, rule.pins_break)


def stands(problem: Problem) -> bool:
    """Whether the fixed pairs leave every mentor and agency what they have, and no rule across
    mentors is broken by them.
    """
    left = problem.ties.lending_left
    chosen = {row: problem.mentors[column] for row, column in problem.fixed}
    ties = replace(problem.ties, lending_left={})
    return (
        problem.free.min(initial=0) >= 0
        and min(left.values(), default=0) >= 0
        and not any(spread.broken(ties, problem.mentees, chosen))
    )


def _judge_together(judged: Judged, snapshot: Snapshot, pins: Mapping[int, int]) -> None:
    """Pins that no rule closes one by one may still not stand beside each other."""
    ties = spread.ties_of(judged.mentees, snapshot.lending_left)
    chosen = {row: judged.mentors[column] for row, column in pins.items()}
    for rule, rows in spread.broken(ties, judged.mentees, chosen):
        pair = (judged.mentees[rows[0]].request_id, chosen[rows[0]].mentor_id)
        raise PinRefused(pair, rule.code, rule.pins_break)
