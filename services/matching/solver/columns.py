"""The people of a run as columns of numbers, so that millions of pairs can be judged at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

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
from services.matching.rules.must import FROM_ASSESSMENT_ON, NEEDS_MORE_THAN_A_VOICE, matchable
from services.matching.rules.prefer import band_value
from services.matching.rules.road import BANDS, CAN_GUIDE, age_band, months_along
from services.matching.rules.rule import Terms
from services.matching.rules.wishes import school_stages

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Person = TypeVar("Person", Mentee, Mentor)
Value = TypeVar("Value", np.int64, np.bool_)
OFF_ROAD = -100_000
"""Months along for a stage that is off the road: behind everybody as a mentor."""
WISHABLE: tuple[StrEnum, ...] = (*Topic, *Form, *Channel, *Identity)


def down(column: NDArray[Value], rows: slice) -> NDArray[Value]:
    """The rows of a column, standing upright, so that it meets every mentor."""
    return column[rows].reshape(-1, 1)


def bits(held: Iterable[str], choices: Sequence[str]) -> int:
    """A bit for each choice held."""
    mine = set(held)
    return sum(1 << place for place, choice in enumerate(choices) if choice in mine)


def flags(held: Iterable[str], choices: Sequence[str]) -> list[int]:
    mine = set(held)
    return [int(choice in mine) for choice in choices]


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

    def column(value: Callable[[Home], int]) -> Numbers:
        return np.fromiter((value(home) for home in all_homes), np.int64, len(all_homes))

    def code(key: object) -> int:
        return codes.setdefault(key, len(codes))

    def along(home: Home) -> int:
        months = months_along(home, terms.on)
        return OFF_ROAD if months is None else months

    return Homes(
        family=column(lambda home: code(home.family_id)),
        agency=column(lambda home: code(home.agency)),
        easting=column(lambda home: home.easting_m),
        northing=column(lambda home: home.northing_m),
        protected=column(lambda home: home.protected).astype(bool),
        months=column(along),
        languages=column(lambda home: bits(home.languages, tuple(Language))),
        slots=column(lambda home: bits(home.slots, SLOTS)),
        voice_is_not_enough=column(
            lambda home: bool(home.access_needs & NEEDS_MORE_THAN_A_VOICE)
        ).astype(bool),
        schools=column(lambda home: sum(1 << stage for stage in school_stages(home, terms.on))),
    )


@dataclass(frozen=True, slots=True)
class Mentors:
    """The mentors of a run as columns; `ready` has a row for each programme."""

    people: Sequence[Mentor]
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
    held: NDArray[np.float32]
    has_child: Flags
    best_for_band: NDArray[np.float32]
    """For a family's child of each age band, the best value among the mentor's children."""


def mentors(people: Sequence[Mentor], codes: dict[object, int], terms: Terms) -> Mentors:
    column = _columns(people)
    ready = [
        [programme in one.programmes and matchable(one, programme, terms) is None for one in people]
        for programme in Programme
    ]
    return Mentors(
        people=people,
        homes=homes([one.home for one in people], codes, terms),
        ready=np.array(ready, bool).reshape(len(Programme), len(people)),
        guides=column(lambda one: one.home.stage in CAN_GUIDE).astype(bool),
        free=column(lambda one: one.free_points),
        capacity=column(lambda one: one.capacity_points),
        channels=column(lambda one: bits(one.channels, tuple(Channel))),
        identities=column(lambda one: bits(one.identities, tuple(Identity))),
        not_able=column(lambda one: bits(one.not_able_to_support, tuple(Topic))),
        travel_max=column(lambda one: one.travel_minutes_max),
        lends=column(lambda one: one.lends_to_other_agencies).astype(bool),
        held=np.array([_held(one) for one in people], np.float32).reshape(-1, len(WISHABLE)),
        has_child=column(lambda one: bool(one.home.child_birth_months)).astype(bool),
        best_for_band=np.array(
            [_best_for_band(one.home, terms) for one in people], np.float32
        ).reshape(-1, len(BANDS)),
    )


def _best_for_band(home: Home, terms: Terms) -> list[int]:
    bands = {age_band(month, terms.on) for month in home.child_birth_months}
    return [
        max((band_value(band - their) for band in bands), default=0) for their in range(len(BANDS))
    ]


def _held(one: Mentor) -> list[int]:
    return [
        *flags(one.topics, tuple(Topic)),
        *flags(one.home.forms, tuple(Form)),
        *flags(one.channels, tuple(Channel)),
        *flags(one.identities, tuple(Identity)),
    ]


@dataclass(frozen=True, slots=True)
class Mentees:
    """The families of a run as columns."""

    people: Sequence[Mentee]
    homes: Homes
    may: Flags
    programme: Numbers
    need: Numbers
    channels: Numbers
    identities: Numbers
    topics: Numbers
    other_agencies: Flags


def mentees(people: Sequence[Mentee], codes: dict[object, int], terms: Terms) -> Mentees:
    column = _columns(people)
    programmes = {programme: place for place, programme in enumerate(Programme)}
    return Mentees(
        people=people,
        homes=homes([one.home for one in people], codes, terms),
        may=column(_may_be_matched).astype(bool),
        programme=column(lambda one: programmes[one.programme]),
        need=column(lambda one: one.need_points),
        channels=column(lambda one: bits(one.channels, tuple(Channel))),
        identities=column(lambda one: bits(one.identities_asked_for, tuple(Identity))),
        topics=column(lambda one: bits(one.topics, tuple(Topic))),
        other_agencies=column(lambda one: one.other_agencies).astype(bool),
    )


def _may_be_matched(one: Mentee) -> bool:
    """H3 and the family's half of H11."""
    wants = one.asked_by_themself and one.consents_to_mentoring
    return wants and one.home.stage in FROM_ASSESSMENT_ON


def _columns(people: Sequence[Person]) -> Callable[[Callable[[Person], int]], Numbers]:
    def column(value: Callable[[Person], int]) -> Numbers:
        return np.fromiter((value(one) for one in people), np.int64, len(people))

    return column
