"""A copy of today with something different, and what would come of it, as people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.matching.model.ids import MentorId, Outcode
from services.matching.model.improving import Move
from services.matching.model.settings import Foreseen
from services.matching.model.words import Programme, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """A mentor who is not there: where, what about, when. `capacity_points` of time."""

    outcode: Outcode
    programme: Programme
    topics: frozenset[Topic]
    slots: frozenset[str]
    capacity_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`more_room` are points more for one mentor; `figures` are named as in RunSettings."""

    one_more: OneMore | None = None
    more_room: tuple[MentorId, int] | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two answers from nothing with today's people. A move to `imagined` is to the mentor who is
    not there.
    """

    now: Foreseen
    then: Foreseen
    moves: tuple[Move, ...]
    imagined: MentorId | None
