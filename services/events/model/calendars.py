"""What calendars are given: times alone to a private one, the town to a public list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.events.model.event import Kind
from services.events.model.ids import EventId, SittingId

KEPT_FOR = timedelta(days=400)
"""A private address works so long; a new one is a press away. Over a year, so that a course of a
school year never loses its calendar half way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLink:
    """That a person has a private calendar address; the address itself is kept nowhere."""

    account: UUID
    family_id: UUID
    agency: str
    made_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One date in a private calendar. `sequence` rises when it moves (RFC 5545, 3.8.7.4)."""

    sitting_id: SittingId
    starts_at: datetime
    ends_at: datetime
    is_off: bool
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEvent:
    """What everybody may know of an event that its organiser shows to all (domain.md E21)."""

    id: EventId
    agency: str
    kind: Kind
    title: str
    summary: str
    town: str
    is_online: bool
    starts_at: datetime
    ends_at: datetime
    provider: str | None
    link: str | None
