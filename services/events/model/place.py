"""Who has a place, who waits for one, and what was offered to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.events.model.event import CountsBy
from services.events.model.ids import BookingId, EntryId, EventId, OfferId

CODE_LETTERS = 4


class BookingState(StrEnum):
    """Where a family's place is (domain.md D7)."""

    HELD = "held"  # for an offer that has not been answered
    WAITING_FOR_GATE = "waiting_for_gate"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    PART_ATTENDED = "part_attended"
    NOT_ATTENDED = "not_attended"
    CANCELLED_BY_FAMILY = "cancelled_by_family"
    CANCELLED_BY_AGENCY = "cancelled_by_agency"
    TRANSFERRED = "transferred"
    LET_GO = "let_go"  # an offer that was not taken


class EntryState(StrEnum):
    """Where a family is on a waiting list. An offer that lapses leads back to waiting."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"


class OfferState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"


class Passed(StrEnum):
    """Why a free place went past a family on the list: coded, and told to it (domain.md D7)."""

    NOT_ELIGIBLE = "not_eligible"
    GATE_NOT_MET = "gate_not_met"
    PARTY_TOO_BIG = "party_too_big"
    AGENCY_FULL = "agency_full"
    RESTING = "resting"  # let the last offer lapse a short while ago
    NOT_AT_SHORT_NOTICE = "not_at_short_notice"
    HOST_DECIDES = "host_decides"  # a request, where one comes by asking
    NOT_AVAILABLE = "not_available"  # said to staff alone, and never why (domain.md E19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who comes: adults, and one age band for each child."""

    adults: int
    children: tuple[str, ...] = ()

    @property
    def heads(self) -> int:
        return self.adults + len(self.children)

    def places(self, by: CountsBy) -> int:
        """How many places the party takes, whole or not at all."""
        return self.heads if by is CountsBy.HEADS else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a family says beside who comes. `talk_topic` is of a slot, and its family's own."""

    photos_allowed: bool = False
    talk_topic: str = ""


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A family's place at an event. `hold_until` is set while it is held."""

    id: BookingId
    event_id: EventId
    family_id: UUID
    agency: str
    state: BookingState
    places: int
    adults: int
    children: list[str]
    hold_until: datetime | None
    photos_allowed: bool
    booked_by: UUID
    booked_at: datetime
    ended_at: datetime | None
    ended_because: str | None
    moved_to: BookingId | None
    version: int

    @property
    def party(self) -> Party:
        return Party(adults=self.adults, children=tuple(self.children))

    @property
    def code(self) -> str:
        """What stands for the family where its names are not told."""
        return self.id.hex[:CODE_LETTERS].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One family's line on a waiting list. The order is tier, since, draw (domain.md C1)."""

    id: EntryId
    event_id: EventId
    family_id: UUID
    agency: str
    state: EntryState
    places: int
    adults: int
    children: list[str]
    short_notice: bool
    tier: int
    since: datetime
    draw: int
    lapses: int
    rests_until: datetime | None
    passed_because: Passed | None
    kept_since: datetime | None
    joined_by: UUID
    joined_at: datetime
    version: int
    said: str | None = None  # the host's words to a family that it said no to

    @property
    def party(self) -> Party:
        return Party(adults=self.adults, children=tuple(self.children))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A place for one family until `answer_by`. No booking where several were asked at once."""

    id: OfferId
    event_id: EventId
    entry_id: EntryId
    booking_id: BookingId | None
    family_id: UUID
    agency: str
    state: OfferState
    places: int
    made_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    made_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSettings:
    """How an agency gives places away. Hours are of the wall clock; number 0 is the default.

    Source: domain.md D7 (offer window).
    """

    number: int = 0
    far_hours: int = 72  # the start is more than 14 days away
    near_hours: int = 24  # 14 to 4 days
    close_hours: int = 4  # 4 days to 1 day, and never at night
    cut_off_minutes: int = 60
    rest_hours: int = 24
    remind_days: int = 2  # before a date; 0: nobody is reminded
    remind_hour: int = 10
    ask_days: int = 7  # before the date: whether they still come, where an event asks
    ask_again_days: int = 5
    pass_on_days: int = 3
    address_days: int = 14  # before the first date: where it is, to who has a place (I03)
    release_days: int = 21  # before the first date: promised places are free, if no day is given
    jumps_by_two: bool = False  # a place out of turn wants a second person (I07)
    extra_by_two: bool = False  # so do places over what an event aims at


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSettingsVersion:
    """A version as it stood, and who made it so, when and why."""

    settings: PlaceSettings
    set_at: datetime
    set_by: UUID
    why: str


SAFE = {
    "far_hours": (24, 168),
    "near_hours": (8, 72),
    "close_hours": (2, 12),
    "cut_off_minutes": (15, 1440),
    "rest_hours": (0, 168),
    "remind_days": (0, 14),
    "remind_hour": (8, 20),
    "ask_days": (3, 30),
    "ask_again_days": (2, 29),
    "pass_on_days": (1, 28),
    "address_days": (2, 60),
    "release_days": (1, 90),
}
"""Least and most of each number, as the database holds them too."""
