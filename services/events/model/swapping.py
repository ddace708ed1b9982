"""One date of a course made good at the same date of a parallel one (event-scenarios.md F03)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.events.model.event import Sitting
from services.events.model.ids import BookingId, EventId, SittingId, SwapId


@dataclass(frozen=True, slots=True, kw_only=True)
class SwappedDate:
    """A place of the course of `from_event` that is expected at a date of another. It holds while
    the place does and both dates take place.
    """

    id: SwapId
    booking_id: BookingId
    family_id: UUID
    places: int
    from_sitting: SittingId
    to_sitting: SittingId
    from_event: EventId
    to_event: EventId
    swapped_at: datetime


@dataclass(frozen=True, slots=True)
class SwapChoice:
    """A date of one's own, and a date of a parallel course at which there is room instead."""

    own: Sitting
    other: Sitting
