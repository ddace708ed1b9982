"""What attending comes to: in time, in part, or not; and when a register may be read; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.events.model.attendance import Mark
from services.events.model.event import Event, Sitting
from services.events.model.ids import SittingId
from services.events.model.place import Booking, BookingState

OPENS_BEFORE, CLOSES_AFTER = timedelta(hours=48), timedelta(days=7)
"""Source: domain.md E22."""
MARKED_BEFORE = timedelta(hours=2)
"""So that whoever is early at the door can be ticked."""


def register_hours(sitting: Sitting) -> tuple[datetime, datetime]:
    """From when to when the register of a date is open: 48 hours before to 7 days after."""
    return sitting.starts_at - OPENS_BEFORE, sitting.ends_at + CLOSES_AFTER


def outcome(
    event: Event, booking: Booking, sittings: Sequence[Sitting], marks: Mapping[SittingId, Mark]
) -> BookingState | None:
    """Where a place stands by its newest marks; None while that cannot be said yet.

    A single date: all of the party, some of it, nobody. A course is over when every date that took
    place is marked; it is completed with `attendance_min` dates, or where none is given, with all.
    Source: domain.md A5 row 46.
    """
    due = [one.id for one in sittings if not one.is_off]
    seen = [marks[id] for id in due if id in marks]
    if len(seen) < len(due) or not due:
        return None
    came = sum(mark.counts for mark in seen)
    if came == 0:
        return BookingState.NOT_ATTENDED
    if event.is_course:
        needed = event.attendance_min or len(due)
        return BookingState.ATTENDED if came >= needed else BookingState.PART_ATTENDED
    (mark,) = seen
    whole = mark.caught_up or (
        mark.adults >= booking.adults and mark.children >= len(booking.children)
    )
    return BookingState.ATTENDED if whole else BookingState.PART_ATTENDED
