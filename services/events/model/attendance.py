"""Who came to which date, and the register by which that is marked."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.events.model.event import Event, Sitting
from services.events.model.ids import BookingId, SittingId
from services.events.model.ringing import WhomToRing


class LedTo(StrEnum):
    """What a consultation led to (domain.md A3 row 30)."""

    ONE_OFF = "one_off"
    FOLLOW_UP = "follow_up"
    LONGER_PROGRAMME = "longer_programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How many of a place came to a date. `caught_up`: nobody did, and it was made good later.

    `people` are those of the adults whom the register named; the others came unnamed. `led_to` is
    of consultations alone.
    """

    booking_id: BookingId
    sitting_id: SittingId
    adults: int
    children: int
    caught_up: bool = False
    people: tuple[UUID, ...] = ()
    led_to: LedTo | None = None

    @property
    def counts(self) -> bool:
        """Whether the date counts as attended."""
        return self.caught_up or self.adults + self.children > 0


@dataclass(frozen=True, slots=True)
class LedDate:
    """A date as to who may read its register: the host, whoever leads it, if one is named, and the
    adopter who leads its group (`lead_id`).
    """

    agency: str
    account_id: UUID | None
    lead_id: UUID | None = None


def led_by(event: Event, sitting: Sitting, lead: UUID | None = None) -> LedDate:
    """`lead`: the adopter who leads the group of which it is a date."""
    return LedDate(event.agency, sitting.worker_id, lead)


@dataclass(frozen=True, slots=True)
class OwnSlot:
    """A date to whoever is named for it, and from when its register is open (UTC)."""

    sitting: Sitting
    event: Event
    opens_at: datetime
    is_open: bool
    is_over: bool

    @property
    def is_booked(self) -> bool:
        return self.event.taken > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One place on the register: who is expected, what they need, who came. No more (E22).

    `code` is what stands for a family whose name is not shown: four letters of its booking. To an
    adopter who leads the group every family is of the group's own agency, and no child has an age.
    Of a guest, who is no family known here, there is a first name. Whom to ring is there where
    children stay without a parent and the family has said it; what it wants to talk about is there
    for the worker whose time the slot is.
    """

    booking_id: BookingId
    family_id: UUID
    agency: str
    code: str
    adults: int
    children: tuple[str, ...]
    children_expected: int
    needs: tuple[str, ...]
    photos_allowed: bool
    mark: Mark | None
    is_guest: bool
    guest_name: str | None
    whom_to_ring: WhomToRing | None
    talk_topic: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Of one date. Outside its hours there are no rows."""

    event: Event
    sitting: Sitting
    opens_at: datetime
    closes_at: datetime
    is_open: bool
    rows: tuple[RegisterRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """That one adult attended enough of a course, or a workshop. It names no place.

    `minutes` are those of the dates that they came to. `issued_by` is the host; None for a
    protected family, whom even that could place.
    """

    title: str
    dates: int
    dates_in_all: int
    minutes: int
    first_on: date
    completed_on: date
    issued_by: str | None
