"""The people of a run as columns of numbers, so that millions of pairs can be judged at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.matching.model.request import Wish, WishKind
from services.matching.model.snapshot import Home, Mentee, Mentor
from services.matching.model.words import (
    SLOTS,
    Channel,
    Form,
    Identity,
    Language,
    Programme,
    Topic,
)
from services.matching.rules.must import FROM_ASSESSMENT_ON, NEEDS_MORE_THAN_A_VOICE
from services.matching.rules.prefer import band_value, rank_weights
from services.matching.rules.profile import matchable
from services.matching.rules.road import BANDS, CAN_GUIDE, age_band, months_along
from services.matching.rules.rule import Terms
from services.matching.rules.wishes import school_stage
from services.matching.solver.weights import weights

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Exact = NDArray[np.float32]
"""Small whole numbers as float32: products of matrices are quick, and exact below 2 to the 24."""
People = NDArray[np.object_]
Person = TypeVar("Person", Mentee, Mentor)
Anybody = TypeVar("Anybody", Mentee, Mentor, Home)
Value = TypeVar("Value", np.int64, np.bool_)
Side = TypeVar("Side", bound="Homes | Mentors | Mentees")
LANGUAGES, CHANNELS = tuple(Language), tuple(Channel)
IDENTITIES, TOPICS = tuple(Identity), tuple(Topic)
OFF_ROAD = -100_000
"""Months along for a stage that is off the road: behind everybody as a mentor."""

_KINDS: dict[WishKind, type[StrEnum]] = {
    WishKind.TOPIC: Topic,
    WishKind.FORM: Form,
    WishKind.CHANNEL: Channel,
    WishKind.IDENTITY: Identity,
}
PLACE: dict[tuple[WishKind, str], int] = {
    pair: at
    for at, pair in enumerate(
        (kind, str(choice)) for kind, choices in _KINDS.items() for choice in choices
    )
}
"""What can be wished for: topics first, then forms, channels, identities. By kind and word,
because a topic and a form may one day be spelt alike."""
WISHABLE = len(PLACE)
SCHOOL, NEVER, NONE = WISHABLE, -2, -1
"""Codes of wishes beside the places: the stage of school, what no mentor can meet, no wish."""


def upright(column: NDArray[Value]) -> NDArray[Value]:
    """A column of families, standing so that it meets every mentor."""
    return column.reshape(-1, 1)


def taken(side: Side, places: Numbers) -> Side:
    """The columns of some people only, in the order given."""
    found: dict[str, Any] = {}
    for field in fields(side):
        value = getattr(side, field.name)
        found[field.name] = taken(value, places) if isinstance(value, Homes) else value[places]
    return type(side)(**found)


def bits(choices: tuple[str, ...]) -> Callable[[Collection[str]], int]:
    """From the choices that somebody holds to a bit for each; many people hold the same."""
    place = {choice: 1 << at for at, choice in enumerate(choices)}
    known: dict[Collection[str], int] = {}

    def held(mine: Collection[str]) -> int:
        found = known.get(mine)
        if found is None:
            found = known[mine] = sum(place.get(choice, 0) for choice in set(mine))
        return found

    return held


@dataclass(frozen=True, slots=True)
class Homes:
    """What both sides have, one row a person."""

    family: Numbers
    agency: Numbers
    easting: Numbers
    northing: Numbers
    protected: Flags
    months: Numbers
    languages: Numbers
    slots: Numbers
    voice_is_not_enough: Flags
    schools: Numbers


def homes(all_homes: Sequence[Home], codes: dict[object, int], terms: Terms) -> Homes:
    """`codes` numbers families and agencies alike for both sides."""

    column = _columns(all_homes)

    def code(key: object) -> int:
        return codes.setdefault(key, len(codes))

    def along(home: Home) -> int:
        months = months_along(home, terms.on)
        return OFF_ROAD if months is None else months

    return Homes(
        family=column(lambda home: code(home.family_id.int)),
        agency=column(lambda home: code(home.agency)),
        easting=column(attrgetter("easting_m")),
        northing=column(attrgetter("northing_m")),
        protected=column(attrgetter("protected")).astype(bool),
        months=column(along),
        languages=_bits(all_homes, "languages", LANGUAGES),
        slots=_bits(all_homes, "slots", SLOTS),
        voice_is_not_enough=column(
            lambda home: not NEEDS_MORE_THAN_A_VOICE.isdisjoint(home.access_needs)
        ).astype(bool),
        schools=_schools(all_homes, terms),
    )


def _schools(all_homes: Sequence[Home], terms: Terms) -> Numbers:
    """A bit for each stage of school that a child of theirs is in; many children are as old."""
    rows = [home.child_birth_months for home in all_homes]
    stage = {month: 1 << school_stage(month, terms.on) for month in set(chain.from_iterable(rows))}
    return np.array([sum({stage[month] for month in months}) for months in rows], np.int64)


@dataclass(frozen=True, slots=True)
class Mentors:
    """The mentors of a run as columns; `ready` has a column for each programme."""

    people: People
    homes: Homes
    ready: Flags
    guides: Flags
    free: Numbers
    capacity: Numbers
    channels: Numbers
    identities: Numbers
    not_able: Numbers
    travel_max: Numbers
    lends: Flags
    held: Exact
    has_child: Flags
    best_for_band: Exact
    """For a family's child of each age band, the best value among the mentor's children."""


def mentors(people: Sequence[Mentor], codes: dict[object, int], terms: Terms) -> Mentors:
    column = _columns(people)
    ready = [
        [
            programme in one.programmes
            and one.consents_to_mentoring
            and matchable(one, programme, terms) is None
        ]
        for one in people
        for programme in Programme
    ]
    return Mentors(
        people=_objects(people),
        homes=homes([one.home for one in people], codes, terms),
        ready=np.array(ready, bool).reshape(len(people), len(Programme)),
        guides=column(lambda one: one.home.stage in CAN_GUIDE).astype(bool),
        free=column(attrgetter("free_points")),
        capacity=column(attrgetter("capacity_points")),
        channels=_bits(people, "channels", CHANNELS),
        identities=_bits(people, "identities", IDENTITIES),
        not_able=_bits(people, "not_able_to_support", TOPICS),
        travel_max=column(attrgetter("travel_minutes_max")),
        lends=column(terms.lends).astype(bool),
        held=np.minimum(_wanted(_choices(people)), 1),
        has_child=column(lambda one: bool(one.home.child_birth_months)).astype(bool),
        best_for_band=_best_for_band(_children(people, terms)),
    )


def _best_for_band(children: Exact) -> Exact:
    """People x bands: the best that any of their children is worth to a child of each band."""
    bands = range(len(BANDS))
    value = np.array([[band_value(band - their) for their in bands] for band in bands], np.float32)
    best: Exact = np.max((children > 0)[:, :, np.newaxis] * value, axis=1, initial=0)
    return best


def _choices(people: Sequence[Mentor]) -> Iterator[tuple[WishKind, list[Collection[str]]]]:
    yield WishKind.TOPIC, [one.topics for one in people]
    yield WishKind.FORM, [one.home.forms for one in people]
    yield WishKind.CHANNEL, [one.channels for one in people]
    yield WishKind.IDENTITY, [one.identities for one in people]


@dataclass(frozen=True, slots=True)
class Mentees:
    """The families of a run as columns; `weights` are families x criteria, 0 where not used."""

    people: People
    homes: Homes
    may: Flags
    programme: Numbers
    need: Numbers
    channels: Numbers
    identities: Numbers
    topics: Numbers
    other_agencies: Flags
    weights: Numbers
    topics_wanted: Exact
    route_wanted: Exact
    wishes: Numbers
    """Codes of their ranked wishes, the first one first; NONE fills the row."""
    must_haves: Numbers
    children: Exact
    """How many children of each age band."""


def mentees(
    people: Sequence[Mentee], mentors: Sequence[Mentor], codes: dict[object, int], terms: Terms
) -> Mentees:
    """`mentors` are only asked what a criterion without a column of its own counts for."""
    column = _columns(people)
    programmes = {programme: place for place, programme in enumerate(Programme)}
    return Mentees(
        people=_objects(people),
        homes=homes([one.home for one in people], codes, terms),
        may=column(_may_be_matched).astype(bool),
        programme=column(lambda one: programmes[one.programme]),
        need=column(attrgetter("need_points")),
        channels=_bits(people, "channels", CHANNELS),
        identities=_bits(people, "identities_asked_for", IDENTITIES),
        topics=_bits(people, "topics", TOPICS),
        other_agencies=column(attrgetter("other_agencies")).astype(bool),
        weights=weights(people, mentors, terms),
        topics_wanted=_wanted([(WishKind.TOPIC, [one.topics for one in people])]),
        route_wanted=_wanted([(WishKind.FORM, [one.ranked_forms for one in people])], rank_weights),
        wishes=_codes([(one, one.wishes) for one in people]),
        must_haves=_codes([(one, one.must_haves) for one in people]),
        children=_children(people, terms),
    )


def _may_be_matched(one: Mentee) -> bool:
    """H3 and the family's half of H11."""
    wants = one.asked_by_themself and one.consents_to_mentoring
    return wants and one.home.stage in FROM_ASSESSMENT_ON


def _one_each(count: int) -> Iterable[int]:
    return (1,) * count


def _wanted(
    kinds: Iterable[tuple[WishKind, Sequence[Collection[str]]]],
    counts: Callable[[int], Iterable[int]] = _one_each,
) -> Exact:
    """People x what can be wished for: what each choice counts, by its place and their number."""
    found: list[Exact] = []
    for kind, rows in kinds:
        places = {str(choice): PLACE[kind, str(choice)] for choice in _KINDS[kind]}
        wanted = np.zeros((len(rows), WISHABLE), np.float32)
        many = [len(choices) for choices in rows]
        column = np.array([places[choice] for choices in rows for choice in choices], np.int64)
        count = list(chain.from_iterable(map(counts, many)))
        np.add.at(wanted, (np.repeat(np.arange(len(rows)), many), column), count)
        found.append(wanted)
    wanted_in_all: Exact = np.sum(found, axis=0, dtype=np.float32)
    return wanted_in_all


def _codes(rows: Sequence[tuple[Mentee, Sequence[Wish]]]) -> Numbers:
    width = max((len(wishes) for _, wishes in rows), default=0)
    codes = np.full((len(rows), max(1, width)), NONE, np.int64)
    for row, (one, wishes) in enumerate(rows):
        for place, wish in enumerate(wishes):
            codes[row, place] = _code(one, wish)
    return codes


def _code(one: Mentee, wish: Wish) -> int:
    if wish.kind is WishKind.SAME_STAGE_OF_SCHOOL:
        return SCHOOL
    if wish.kind is WishKind.CHANNEL and Channel(wish.value) not in one.channels:
        return NEVER
    return PLACE[wish.kind, wish.value]


def _children(people: Sequence[Person], terms: Terms) -> Exact:
    rows = [one.home.child_birth_months for one in people]
    known = {month: age_band(month, terms.on) for month in set(chain.from_iterable(rows))}
    bands = [known[month] for months in rows for month in months]
    counts = np.zeros((len(rows), len(BANDS)), np.float32)
    owner = np.repeat(np.arange(len(rows)), [len(months) for months in rows])
    np.add.at(counts, (owner, np.array(bands, np.int64)), 1)
    return counts


def _objects(people: Sequence[Person]) -> People:
    found = np.empty(len(people), object)
    found[:] = people
    return found


def _columns(people: Sequence[Anybody]) -> Callable[[Callable[[Anybody], int]], Numbers]:
    def column(value: Callable[[Anybody], int]) -> Numbers:
        return np.fromiter(map(value, people), np.int64, len(people))

    return column


def _bits(people: Sequence[Home | Person], name: str, choices: tuple[str, ...]) -> Numbers:
    """Of each person a bit for each of the choices held."""
    return np.fromiter(map(bits(choices), map(attrgetter(name), people)), np.int64, len(people))
