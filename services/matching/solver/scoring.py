"""The criteria for many pairs at once: the same 0-100 as `rules.prefer`, found quickly.

`rules.prefer` is the law, as in `closing`. Each twin gives a value for every pair of a cut; whether
a criterion is used depends on the family alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.matching.model.request import WishKind
from services.matching.model.snapshot import Mentee
from services.matching.model.words import Channel
from services.matching.rules.prefer import KM_BANDS, SLOTS_ENOUGH, rank_weights
from services.matching.rules.road import BANDS, age_band
from services.matching.rules.rule import Terms
from services.matching.solver.closing import square_metres
from services.matching.solver.columns import WISHABLE, Mentees, Mentors, Numbers
from services.matching.solver.wished import PLACE, shares


@dataclass(frozen=True, slots=True)
class Cut:
    """Allowed pairs among some rows of families: `row` counts from the first of `rows`."""

    mentees: Mentees
    mentors: Mentors
    rows: slice
    row: Numbers
    column: Numbers
    terms: Terms

    @property
    def people(self) -> Sequence[Mentee]:
        return self.mentees.people[self.rows]

    @property
    def place(self) -> Numbers:
        """Each pair's family among all families."""
        at: Numbers = self.row + self.rows.start
        return at


Twin = Callable[[Cut], Numbers]


def _weighted(cut: Cut, wanted: list[list[tuple[int, int]]], totals: Iterable[int]) -> Numbers:
    """Sum of the weights of what each mentor holds, times 100, over the total; rounded down."""
    weights = np.zeros((len(wanted), len(WISHABLE)), np.float32)
    for row, wishes in enumerate(wanted):
        for place, weight in wishes:
            weights[row, place] += weight
    held = (weights @ cut.mentors.held.T)[cut.row, cut.column]
    total = np.maximum(1, np.array(list(totals), np.int64))
    value: Numbers = 100 * np.rint(held).astype(np.int64) // total[cut.row]
    return value


def _topics(cut: Cut) -> Numbers:
    wanted = [[(PLACE[WishKind.TOPIC, topic], 1) for topic in one.topics] for one in cut.people]
    return _weighted(cut, wanted, (len(one.topics) for one in cut.people))


def _route(cut: Cut) -> Numbers:
    wanted = [
        [
            (PLACE[WishKind.FORM, form], weight)
            for form, weight in zip(
                one.ranked_forms, rank_weights(len(one.ranked_forms)), strict=True
            )
        ]
        for one in cut.people
    ]
    return _weighted(cut, wanted, (sum(weight for _, weight in row) for row in wanted))


def _wishes(cut: Cut) -> Numbers:
    """As for the route, and a stage of school that is the same, or next to it for half."""
    value = np.zeros((len(cut.people), len(cut.mentors.people)), np.int16)
    for row, one in enumerate(cut.people):
        if one.wishes:
            schools = int(cut.mentees.homes.schools[cut.rows.start + row])
            value[row] = _wish_row(one, schools, cut.mentors)
    return value[cut.row, cut.column].astype(np.int64)


def _wish_row(one: Mentee, schools: int, mentors: Mentors) -> Numbers:
    weights = rank_weights(len(one.wishes))
    total = np.zeros(len(mentors.people), np.int64)
    for wish, weight in zip(one.wishes, weights, strict=True):
        total += weight * shares(wish, one, schools, mentors)
    return total // sum(weights)


def _been(cut: Cut) -> Numbers:
    children = np.zeros((len(cut.people), len(BANDS)), np.float32)
    for row, one in enumerate(cut.people):
        for month in one.home.child_birth_months:
            children[row, age_band(month, cut.terms.on)] += 1
    counts = children.sum(axis=1).astype(np.int64)[cut.row]
    added = (children @ cut.mentors.best_for_band.T)[cut.row, cut.column]
    value = np.rint(added).astype(np.int64) // np.maximum(1, counts)
    childless = np.where(cut.mentors.has_child[cut.column], 100, 0)
    return np.where(counts == 0, childless, value)


def _times(cut: Cut) -> Numbers:
    own, theirs = cut.mentees.homes.slots[cut.place], cut.mentors.homes.slots[cut.column]
    shared = np.minimum(np.bitwise_count(own & theirs), SLOTS_ENOUGH)
    value: Numbers = 100 * shared.astype(np.int64) // SLOTS_ENOUGH
    return value


def _identity(cut: Cut) -> Numbers:
    held = cut.mentees.identities[cut.place] & cut.mentors.identities[cut.column]
    return np.where(held != 0, 100, 0)


def _near(cut: Cut) -> Numbers:
    apart = square_metres(cut.mentees, cut.mentors, cut.place, cut.column)
    value = np.zeros(len(apart), np.int64)
    for km, worth in reversed(KM_BANDS):
        value[apart < (1000 * km) ** 2] = worth
    return value


def _load(cut: Cut) -> Numbers:
    value: Numbers = (100 * cut.mentors.free // np.maximum(1, cut.mentors.capacity))[cut.column]
    return value


def always(one: Mentee) -> bool:
    return True


USED: dict[str, Callable[[Mentee], bool]] = {
    "shared_topics": lambda one: bool(one.topics),
    "shared_route": lambda one: bool(one.ranked_forms),
    "own_wishes": lambda one: bool(one.wishes),
    "identity_asked_for": lambda one: bool(one.identities_asked_for),
    "nearness": lambda one: Channel.IN_PERSON in one.channels,
}
TWINS: dict[str, Twin] = {
    "shared_topics": _topics,
    "shared_route": _route,
    "own_wishes": _wishes,
    "been_where_they_go": _been,
    "times_in_common": _times,
    "identity_asked_for": _identity,
    "nearness": _near,
    "fair_load": _load,
}
