"""Hours in which a venue is somebody else's, so that nothing of ours is there (domain.md E24)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from services.events.model.event import Venue
from services.events.model.ids import EventId, KeptClearId, VenueId


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKeptClear:
    """By the wall. `weekly`: from `first_on` every week, to `last_on` where that is given."""

    venue: VenueId
    first_on: date
    weekly: bool
    last_on: date | None
    from_wall: time
    until_wall: time


@dataclass(frozen=True, slots=True)
class KeptClear:
    id: KeptClearId
    venue: Venue
    given: GivenKeptClear


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNotClear:
    """A date to come that was published before such hours were known."""

    event_id: EventId
    title: str
    wall_start: datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """What who keeps such hours reads: the hours, what is too near them, and venues to choose."""

    hours: tuple[KeptClear, ...] = ()
    not_clear: tuple[DateNotClear, ...] = ()
    venues: tuple[Venue, ...] = ()
