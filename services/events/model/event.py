"""What agencies offer, the events that are booked as one, and their counter of places."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.events.model.ids import EventId, OfferingId, SittingId, VenueId
from services.events.model.topics import TopicCode


class Kind(StrEnum):
    """What can be offered (domain.md A3, A5)."""

    SUPPORT_GROUP = "support_group"
    STAY_AND_PLAY = "stay_and_play"
    CLUB = "club"
    TEEN_GROUP = "teen_group"
    FUN_DAY = "fun_day"
    CELEBRATION = "celebration"
    WORKSHOP = "workshop"
    COURSE = "course"
    ONLINE = "online"
    CONSULTATION = "consultation"
    DROP_IN = "drop_in"  # a consultation of one to two hours, at short notice (row 30)
    LISTING = "listing"  # somebody else's, with their link; no booking here


SLOTS = frozenset({Kind.CONSULTATION, Kind.DROP_IN})
"""A talk of one family with a worker: held while one fills in the form, and led to something."""


class Tier(StrEnum):
    """A tag, never a ladder: nobody need begin at the first (domain.md A5 row 56)."""

    UNIVERSAL = "universal"
    TARGETED = "targeted"
    SPECIALIST = "specialist"


class CountsBy(StrEnum):
    """What one place is: a family, or a head (domain.md A3 row 20)."""

    FAMILIES = "families"
    HEADS = "heads"


class EventState(StrEnum):
    """What staff decide. Open, full, closed, running and done are read off counter and clock."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """Where a published event is (domain.md D7), never stored, so never stale."""

    NOT_YET_OPEN = "not_yet_open"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where. The address is for who has a place, the town and `access_needs_met` for all (domain.md
    E21): codes as the register has them, empty for none of them, null where nobody has said.
    """

    id: VenueId
    agency: str
    name: str
    town: str
    address: str
    arriving: str
    access_needs_met: list[str] | None
    heads_max: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A group, workshop or course, whenever it runs."""

    id: OfferingId
    agency: str
    kind: Kind
    topic: TopicCode | None
    title: str
    summary: str
    tier: Tier
    counts_by: CountsBy
    age_bands: list[str]
    parents_stay: bool
    provider: str | None
    link: str | None
    is_public: bool = False  # in the list that anybody may read


@dataclass(frozen=True, slots=True)
class Share:
    """What one agency has of an event's places, in the order of the event's agencies."""

    agency: str
    guaranteed: int
    most: int
    release_at: datetime
    used: int
    queue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is booked as one: a single date, or a course of several. Its row is the counter.

    `places` is the most that may be taken; `taken` what is booked or held; `shares` the same by
    agency, the host first. Instants are UTC.
    """

    id: EventId
    offering_id: OfferingId
    agency: str
    state: EventState
    is_course: bool
    town: str
    venue_id: VenueId | None
    is_online: bool
    starts_at: datetime
    ends_at: datetime
    books_from: datetime | None
    books_until: datetime
    offers_until: datetime
    list_open: bool
    list_max: int | None
    auto_offers: bool
    party_waits_days: int
    walk_ins: bool
    attendance_min: int | None
    numbers_min: int | None
    decide_on: date | None
    capacity: int
    extra: int
    room_max: int | None
    places: int
    taken: int
    allowed: int
    shares: tuple[Share, ...]
    listed: int
    version: int
    cancelled_because: str | None
    kind: Kind
    counts_by: CountsBy
    title: str
    topic: TopicCode | None
    cost_pence: int | None = None  # what the whole of it was bought for
    parents_stay: bool = True
    kept_back: int = 0  # places that staff keep from everybody
    by_asking: bool = False  # families ask, and the host says yes or no to each
    age_bands: tuple[str, ...] = ()  # of the children it is for; empty: of any age

    @property
    def agencies(self) -> list[str]:
        return [share.agency for share in self.shares]

    @property
    def is_slot(self) -> bool:
        return self.kind in SLOTS

    @property
    def free(self) -> int:
        """Places that nobody has, 0 when more are taken than there are (A07)."""
        return max(0, self.places - self.taken)

    @property
    def visiting(self) -> int:
        """Places that families of parallel courses take at one date or more (F03)."""
        most = self.capacity + self.extra
        room = most if self.room_max is None else min(most, self.room_max)
        return max(0, room - self.kept_back - self.places)

    @property
    def queue(self) -> int:
        """Families who come before the public for a free place."""
        return sum(share.queue for share in self.shares)

    def share_of(self, agency: str) -> Share | None:
        return next((share for share in self.shares if share.agency == agency), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One dated meeting: the time on the wall in England, and the instants (UTC) that it spans."""

    id: SittingId
    event_id: EventId
    number: int
    wall_start: datetime
    starts_at: datetime
    ends_at: datetime
    sequence: int
    worker_id: UUID | None
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What only those with a place are told: the venue, and how to join."""

    venue: Venue | None
    join_link: str | None
    note: str
