"""The criteria for many pairs at once: the same 0-100 as `rules.prefer`, found quickly.

`rules.prefer` is the law, as in `closing`. Each twin gives a value for every family of `rows`
and every mentor; whether a criterion is used depends on the family alone.
"""

from collections.abc import Callable, Iterable

import numpy as np

from services.matching.model.request import WishKind
from services.matching.model.snapshot import Mentee
from services.matching.model.words import Channel, Form, Topic
from services.matching.rules.prefer import KM_BANDS, SLOTS_ENOUGH, band_value, rank_weights
from services.matching.rules.road import BANDS, age_band
from services.matching.rules.rule import Terms
from services.matching.solver.closing import Rows, square_metres
from services.matching.solver.columns import WISHABLE, Mentees, Mentors, Numbers, down

Twin = Callable[[Mentees, Mentors, Rows, Terms], Numbers]
_PLACE = {choice: place for place, choice in enumerate(WISHABLE)}


def _weighted(
    mentors: Mentors, rows: list[list[tuple[int, int]]], totals: Iterable[int]
) -> Numbers:
    """Sum of the weights of what each mentor holds, times 100, over the total; rounded down."""
    wanted = np.zeros((len(rows), len(WISHABLE)), np.float32)
    for row, wishes in enumerate(rows):
        for place, weight in wishes:
            wanted[row, place] += weight
    held = np.rint(wanted @ mentors.held.T).astype(np.int64)
    total = np.maximum(1, np.array(list(totals), np.int64)).reshape(-1, 1)
    value: Numbers = 100 * held // total
    return value


def _topics(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    people = mentees.people[rows]
    wanted = [[(_PLACE[Topic(topic)], 1) for topic in one.topics] for one in people]
    return _weighted(mentors, wanted, (len(one.topics) for one in people))


def _route(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    people = mentees.people[rows]
    ranked = [
        list(zip(one.ranked_forms, rank_weights(len(one.ranked_forms)), strict=True))
        for one in people
    ]
    wanted = [[(_PLACE[Form(form)], weight) for form, weight in row] for row in ranked]
    return _weighted(mentors, wanted, (sum(weight for _, weight in row) for row in ranked))


def _wishes(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    """As for the route, and a stage of school that is the same, or next to it for half."""
    value = np.zeros((len(mentees.people[rows]), len(mentors.people)), np.int64)
    for row, one in enumerate(mentees.people[rows]):
        if one.wishes:
            value[row] = _wish_row(one, int(mentees.homes.schools[rows][row]), mentors)
    return value


def _wish_row(one: Mentee, schools: int, mentors: Mentors) -> Numbers:
    weights = rank_weights(len(one.wishes))
    total = np.zeros(len(mentors.people), np.int64)
    for wish, weight in zip(one.wishes, weights, strict=True):
        if wish.kind is WishKind.SAME_STAGE_OF_SCHOOL:
            total += weight * _school_shares(schools, mentors.homes.schools)
        elif wish.kind is not WishKind.CHANNEL or Channel(wish.value) in one.channels:
            place = next(at for choice, at in _PLACE.items() if choice == wish.value)
            total += 100 * weight * mentors.held[:, place].astype(np.int64)
    return total // sum(weights)


def _school_shares(own: int, theirs: Numbers) -> Numbers:
    same = (own & theirs) != 0
    beside = ((own << 1 | own >> 1) & theirs) != 0
    return np.where(same, 100, np.where(beside, 50, 0)).astype(np.int64)


def _been(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    best = np.zeros((len(mentors.people), len(BANDS)), np.float32)
    for column, bands in enumerate(mentors.bands):
        for their in range(len(BANDS)):
            best[column, their] = max((band_value(own - their) for own in bands), default=0)
    children = np.zeros((len(mentees.people[rows]), len(BANDS)), np.float32)
    for row, one in enumerate(mentees.people[rows]):
        for month in one.home.child_birth_months:
            children[row, age_band(month, terms.on)] += 1
    counts = children.sum(axis=1).astype(np.int64)[:, None]
    value = np.rint(children @ best.T).astype(np.int64) // np.maximum(1, counts)
    has_child = np.array([bool(bands) for bands in mentors.bands], bool)
    return np.where(counts == 0, np.where(has_child, 100, 0), value)


def _times(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    shared = np.bitwise_count(down(mentees.homes.slots, rows) & mentors.homes.slots)
    value: Numbers = 100 * np.minimum(shared, SLOTS_ENOUGH).astype(np.int64) // SLOTS_ENOUGH
    return value


def _identity(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    return np.where((down(mentees.identities, rows) & mentors.identities) != 0, 100, 0)


def _near(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    apart = square_metres(mentees, mentors, rows)
    value = np.zeros(apart.shape, np.int64)
    for km, worth in reversed(KM_BANDS):
        value[apart < (1000 * km) ** 2] = worth
    return value


def _load(mentees: Mentees, mentors: Mentors, rows: Rows, terms: Terms) -> Numbers:
    value = 100 * mentors.free // np.maximum(1, mentors.capacity)
    return np.broadcast_to(value, (len(mentees.people[rows]), len(mentors.people)))


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
