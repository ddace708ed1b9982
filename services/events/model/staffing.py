"""Who helps at an event, what is in date of its leader, what is decided, what partners read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Part(StrEnum):
    """What somebody does at an event. None of them takes a family's place."""

    FACILITATOR = "facilitator"
    INTERPRETER = "interpreter"
    OBSERVER = "observer"
    HELPER = "helper"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person, whatever they do there."""

    account_id: UUID
    parts: tuple[Part, ...]


class LeaderCheck(StrEnum):
    """What must be in date of who leads children without their parents (domain.md A3 row 21)."""

    DBS_ENHANCED_BARRED = "dbs_enhanced_barred"
    SAFEGUARDING_TRAINING = "safeguarding_training"
    FIRST_AID = "first_aid"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """The last day on which it counts; None where nobody has written one down."""

    kind: LeaderCheck
    until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """An event that has fewer families than it needs, on the day to decide or after it.

    Costs are pence: of the whole, for each family that comes, and of the places that are empty.
    """

    needed: int
    families: int
    decide_on: date | None
    cost_pence: int | None
    a_family_pence: int | None
    empty_pence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLine:
    """What a partner is told of one line of a shared list, and no more (C18). Of the reader's own
    families `entry_id` and `family_id` besides.
    """

    number: int
    agency: str
    tier: int
    since: datetime
    places: int
    access_needs: tuple[str, ...]
    gates_met: bool
    draw: int
    entry_id: UUID | None
    family_id: UUID | None


Checks = Mapping[LeaderCheck, date]
