"""The criteria for many pairs at once: the same 0-100 as `rules.prefer`, found quickly.

`rules.prefer` is the law, as in `closing`. Each twin gives a value for every pair of a cut; what a
criterion counts for a family is in its `weights`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.matching.rules.prefer import KM_BANDS, SLOTS_ENOUGH
from services.matching.rules.rule import PREFERS, Terms
from services.matching.solver.closing import square_metres
from services.matching.solver.columns import (
    NEVER,
    NONE,
    SCHOOL,
    Exact,
    Mentees,
    Mentors,
    Numbers,
)

PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Cut:
    """Allowed pairs, as places among the families and the mentors given."""

    mentees: Mentees
    mentors: Mentors
    row: Numbers
    column: Numbers
    terms: Terms


Twin = Callable[[Cut], Numbers]


def points(cut: Cut) -> Numbers:
    """Whole points of each pair: every criterion's share of its weight, rounded half up."""
    found = np.zeros(len(cut.row), np.int64)
    for place, name in enumerate(PREFERS):
        weight = cut.mentees.weights[:, place]
        if weight.any():
            found += (values(name, cut) * weight[cut.row] + 50) // 100
    return found


def quality(mentees: Mentees, row: Numbers, points: Numbers) -> Numbers:
    """Points of each 100 that count for the family (`Fit.quality`)."""
    asked = mentees.weights.sum(axis=1)[row]
    found: Numbers = (200 * points + asked) // np.maximum(1, 2 * asked)
    return found


def values(name: str, cut: Cut) -> Numbers:
    """0-100 for every pair of the cut; a criterion without a twin is asked pair by pair."""
    if name in TWINS:
        return TWINS[name](cut)
    test, people, mentors = PREFERS[name].test, cut.mentees.people, cut.mentors.people
    pairs = zip(cut.row.tolist(), cut.column.tolist(), strict=True)
    return np.array([test(people[i], mentors[j], cut.terms).value for i, j in pairs], np.int64)


def _sums(cut: Cut, left: Exact, right: Exact) -> Numbers:
    """For each pair the sum of products of its two rows: by whole matrices where most are asked."""
    if len(left) * len(right) <= 8 * len(cut.row):
        dense: Numbers = np.rint((left @ right.T)[cut.row, cut.column]).astype(np.int64)
        return dense
    found = np.empty(len(cut.row), np.float32)
    for at in range(0, len(found), PAIRS_AT_ONCE):
        part = slice(at, at + PAIRS_AT_ONCE)
        found[part] = np.einsum("ij,ij->i", left[cut.row[part]], right[cut.column[part]])
    few: Numbers = np.rint(found).astype(np.int64)
    return few


def _shared(cut: Cut, wanted: Exact) -> Numbers:
    """Sum of the weights of what each mentor holds, times 100, over the total; rounded down."""
    total = np.maximum(1, wanted.sum(axis=1).astype(np.int64))
    value: Numbers = 100 * _sums(cut, wanted, cut.mentors.held) // total[cut.row]
    return value


def _topics(cut: Cut) -> Numbers:
    return _shared(cut, cut.mentees.topics_wanted)


def _route(cut: Cut) -> Numbers:
    return _shared(cut, cut.mentees.route_wanted)


def _wishes(cut: Cut) -> Numbers:
    """As for the route, and a stage of school that is the same, or next to it for half."""
    codes = cut.mentees.wishes
    total, given = np.zeros(len(cut.row), np.int64), np.zeros(len(codes), np.int64)
    counts = (codes != NONE).sum(axis=1)
    asks = counts[cut.row] > 0
    row, column = cut.row[asks], cut.column[asks]
    value = np.zeros(len(row), np.int64)
    for place in range(codes.shape[1]):
        weight = np.maximum(0, counts - place)
        given += weight
        value += weight[row] * _share(cut, codes[row, place], row, column)
    total[asks] = value // np.maximum(1, given[row])
    return total


def _share(cut: Cut, code: Numbers, row: Numbers, column: Numbers) -> Numbers:
    """0, 50 or 100: how far each mentor meets a wish."""
    places = np.where((code >= 0) & (code != SCHOOL), code, 0)
    held = 100 * cut.mentors.held[column, places].astype(np.int64)
    own, theirs = cut.mentees.homes.schools[row], cut.mentors.homes.schools[column]
    beside = ((own << 1 | own >> 1) & theirs) != 0
    school = np.where((own & theirs) != 0, 100, np.where(beside, 50, 0))
    share: Numbers = np.where(code == SCHOOL, school, np.where(code > NEVER, held, 0))
    return np.where(code == NONE, 0, share)


def _been(cut: Cut) -> Numbers:
    counts = cut.mentees.children.sum(axis=1).astype(np.int64)[cut.row]
    value = _sums(cut, cut.mentees.children, cut.mentors.best_for_band) // np.maximum(1, counts)
    childless = np.where(cut.mentors.has_child[cut.column], 100, 0)
    return np.where(counts == 0, childless, value)


def _times(cut: Cut) -> Numbers:
    own, theirs = cut.mentees.homes.slots[cut.row], cut.mentors.homes.slots[cut.column]
    shared = np.minimum(np.bitwise_count(own & theirs), SLOTS_ENOUGH)
    value: Numbers = 100 * shared.astype(np.int64) // SLOTS_ENOUGH
    return value


def _identity(cut: Cut) -> Numbers:
    held = cut.mentees.identities[cut.row] & cut.mentors.identities[cut.column]
    return np.where(held != 0, 100, 0)


def _near(cut: Cut) -> Numbers:
    apart = square_metres(cut.mentees, cut.mentors, cut.row, cut.column)
    value = np.zeros(len(apart), np.int64)
    for km, worth in reversed(KM_BANDS):
        value[apart < (1000 * km) ** 2] = worth
    return value


def load(mentors: Mentors) -> Numbers:
    """0-100 of each mentor's points that is free."""
    value: Numbers = 100 * mentors.free // np.maximum(1, mentors.capacity)
    return value


TWINS: dict[str, Twin] = {
    "shared_topics": _topics,
    "shared_route": _route,
    "own_wishes": _wishes,
    "been_where_they_go": _been,
    "times_in_common": _times,
    "identity_asked_for": _identity,
    "nearness": _near,
    "fair_load": lambda cut: load(cut.mentors)[cut.column],
}
