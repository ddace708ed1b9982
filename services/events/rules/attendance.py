"""What attending comes to: in time, in part, or not; and when a register may be read; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.events.model.attendance import Certificate, Mark
from services.events.model.event import Event, EventState, Kind, Sitting
from services.events.model.ids import SittingId
from services.events.model.place import Booking, BookingState
from services.events.rules.desk_days import day_in_england

OPENS_BEFORE, CLOSES_AFTER = timedelta(hours=48), timedelta(days=7)
"""Source: domain.md E22."""
MARKED_BEFORE = timedelta(hours=2)
"""So that whoever is early at the door can be ticked."""

CERTIFIED = frozenset({Kind.WORKSHOP, Kind.COURSE})
"""What one learns at: of groups and days out there is no certificate."""


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult of the family that has a place, and whether it was they who booked it."""

    person: UUID
    booked: bool


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


def came(adult: Adult, booking: Booking, mark: Mark) -> bool:
    """Whether one adult of a place was at a date.

    By name where the register named who came. Where it did not: the one who booked, if an adult
    came; the other too where two or more were expected and all of them came. A date that was
    caught up counts for each.
    Source: event-scenarios.md F06.
    """
    if mark.caught_up:
        return True
    if mark.people:
        return adult.person in mark.people
    return mark.adults > 0 and (adult.booked or 1 < booking.adults <= mark.adults)


@dataclass(frozen=True, slots=True)
class Known:
    """Which adults of a place were there: by name, and whether the one who booked it was. Where
    neither says anything it may have been each of them.
    """

    people: frozenset[UUID] = frozenset()
    booker: bool = False


def known_to_have_come(booking: Booking, marks: Iterable[Mark]) -> Known:
    """The same as `came` says of any of its dates, turned round: of whom, and not whether.

    Nobody is known where all came, where a date was caught up, and where children came alone.
    Source: event-scenarios.md F06.
    """
    there = [mark for mark in marks if mark.counts]
    if any(
        mark.caught_up or (not mark.people and 1 < booking.adults <= mark.adults) for mark in there
    ):
        return Known()
    return Known(
        people=frozenset(person for mark in there for person in mark.people),
        booker=any(mark.adults > 0 and not mark.people for mark in there),
    )


def stayed_at_home(person: UUID | None, marks: Iterable[Mark]) -> bool:
    """Whether the register is sure that an adult was at no date: at each that adults came to it
    named all who did, and not them. Where one came unnamed it may have been they.
    """
    there = [mark for mark in marks if mark.counts and (mark.caught_up or mark.adults > 0)]
    return bool(there) and all(
        not mark.caught_up and len(mark.people) == mark.adults and person not in mark.people
        for mark in there
    )


def certificate(
    event: Event,
    booking: Booking,
    sittings: Sequence[Sitting],
    marks: Mapping[SittingId, Mark],
    adult: Adult,
) -> Certificate | None:
    """What an adult may have to show for it; None where they came to too few dates, or to a thing
    of which there is none. Who issues it is not said here.

    Source: domain.md A5 row 46; event-scenarios.md D08.
    """
    due = [one for one in sittings if not one.is_off]
    if event.kind not in CERTIFIED or event.state is not EventState.PUBLISHED or not due:
        return None
    there = [one for one in due if one.id in marks and came(adult, booking, marks[one.id])]
    needed = (event.attendance_min or len(due)) if event.is_course else 1
    if len(there) < needed:
        return None
    lasted = sum((one.ends_at - one.starts_at for one in there), timedelta())
    return Certificate(
        title=event.title,
        dates=len(there),
        dates_in_all=len(due),
        minutes=lasted // timedelta(minutes=1),
        first_on=day_in_england(due[0].starts_at),
        completed_on=day_in_england(due[-1].ends_at),
        issued_by=event.agency,
    )
