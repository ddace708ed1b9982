"""What staff give when they write down what is offered; checked by actions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.events.model.event import CountsBy, Kind, Tier
from services.events.model.ids import VenueId
from services.events.model.topics import TopicCode


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenVenue:
    """`access_needs_met`: empty for none of them; null says nothing, and leaves what was said."""

    name: str
    town: str
    address: str
    arriving: str = ""
    access_needs_met: tuple[str, ...] | None = None
    heads_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOffering:
    """`kind` and `counts_by` stay as they are when an offering is corrected."""

    kind: Kind
    title: str
    summary: str = ""
    topic: TopicCode | None = None
    tier: Tier = Tier.UNIVERSAL
    counts_by: CountsBy = CountsBy.FAMILIES
    age_bands: tuple[str, ...] = ()
    parents_stay: bool = True
    provider: str | None = None
    link: str | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDate:
    """A time on the wall in England, and how long from then."""

    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPlaces:
    """`capacity` is the aim, `extra` what may go over it, `room_max` what the room holds."""

    capacity: int
    extra: int = 0
    room_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvent:
    """What is the same for all dates that are added at once. Times of booking are on the wall.

    Booking closes with the start unless said otherwise (E12): at an instant, or so many hours
    before. No place is offered after it closes unless `list_stays_open`. `by_asking`: families ask,
    and the host says yes or no to each; nothing is booked or offered by itself.
    """

    places: GivenPlaces
    venue: VenueId | None = None
    is_online: bool = False
    join_link: str | None = None
    note: str = ""
    books_from: datetime | None = None
    books_until: datetime | None = None
    closes_before_hours: int = 0
    list_open: bool = True
    list_stays_open: bool = False
    list_max: int | None = None
    auto_offers: bool = True
    by_asking: bool = False
    party_waits_days: int = 0
    walk_ins: bool = False
    attendance_min: int | None = None
    numbers_min: int | None = None
    decide_on: date | None = None
    worker: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenShare:
    """An agency that takes part, what it is promised and until when, and the most it may have."""

    agency: str
    guaranteed: int = 0
    most: int | None = None
    release_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDraft:
    """All of an event as a form sends it: what it is, where, when, and for which agencies.

    `venue` is one to be added; else the event names a kept one. `as_course`: all dates are booked
    as one. Without `shares` it is for families of the host alone.
    """

    what: GivenOffering
    dates: tuple[GivenDate, ...]
    event: GivenEvent
    venue: GivenVenue | None = None
    as_course: bool = False
    shares: tuple[GivenShare, ...] = ()
