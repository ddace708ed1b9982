"""What agencies offer, as the graph shows it: to families the town, to who has a place the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel import entities
from kernel.graph import Info, Refusal, uuid_of
from kernel.messages import Service
from services.events.actions import clashes, history, reading, swapping
from services.events.graph.charges import ChargedEvent
from services.events.graph.held import HeldEvent
from services.events.graph.history import EventClash, EventReach
from services.events.graph.ringing import RingingEvent
from services.events.graph.staffing import StaffedEvent
from services.events.graph.still_coming import AskedEvent
from services.events.graph.talking import TalkingEvent
from services.events.graph.types import FamilyOfEvents
from services.events.model import event as kept
from services.events.model.event import CountsBy, EventState, Kind, Standing, Tier
from services.events.model.ids import EventId, OfferingId, SittingId
from services.events.waiting.room import standing

if TYPE_CHECKING:
    from services.events.graph.places import Booking, WaitingEntry

    LazyFamily = FamilyOfEvents
else:
    LazyFamily = Annotated["Family", strawberry.lazy("kernel.entities")]  # noqa: F821 - made there

LazyBooking = Annotated["Booking", strawberry.lazy("services.events.graph.places")]
LazyEntry = Annotated["WaitingEntry", strawberry.lazy("services.events.graph.places")]
EVENTS = Service.EVENTS


@strawberry.type
class Venue:
    """Where. Shown to its agency, and to who has a place there."""

    id: strawberry.ID
    name: str
    town: str
    address: str
    arriving: str
    access_needs_met: list[str] | None
    heads_max: int | None

    @staticmethod
    def of(venue: kept.Venue) -> Venue:
        return Venue(
            id=strawberry.ID(str(venue.id)),
            name=venue.name,
            town=venue.town,
            address=venue.address,
            arriving=venue.arriving,
            access_needs_met=venue.access_needs_met,
            heads_max=venue.heads_max,
        )


@strawberry.type
class Whereabouts:
    """Where to go and how to join: for who has a place, and for who runs it."""

    venue: Venue | None
    join_link: str | None
    note: str

    @staticmethod
    def of(found: kept.Whereabouts) -> Whereabouts:
        venue = Venue.of(found.venue) if found.venue else None
        return Whereabouts(venue=venue, join_link=found.join_link, note=found.note)


@strawberry.type
class Offering:
    """A group, workshop or course, whenever it runs."""

    id: strawberry.ID
    agency: str
    kind: Kind
    topic: str | None
    title: str
    summary: str
    tier: Tier
    counts_by: CountsBy
    age_bands: list[str]
    parents_stay: bool
    provider: str | None
    link: str | None
    is_public: bool

    @staticmethod
    def of(offering: kept.Offering) -> Offering:
        return Offering(
            id=strawberry.ID(str(offering.id)),
            agency=offering.agency,
            kind=offering.kind,
            topic=offering.topic,
            title=offering.title,
            summary=offering.summary,
            tier=offering.tier,
            counts_by=offering.counts_by,
            age_bands=offering.age_bands,
            parents_stay=offering.parents_stay,
            provider=offering.provider,
            link=offering.link,
            is_public=offering.is_public,
        )


@strawberry.type
class Sitting:
    """One dated meeting. `wallStart` is what clocks in England show; the others are instants."""

    id: strawberry.ID
    number: int
    wall_start: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    is_off: bool
    event_id: strawberry.Private[EventId]
    row: strawberry.Private[kept.Sitting]

    @strawberry.field
    async def leader_id(self, info: Info) -> strawberry.ID | None:
        """The account of who leads it, to who plans for its host; null to all others."""
        leader = await info.context.load(EVENTS, reading.leaders_of, self.row.id)
        return strawberry.ID(str(leader)) if leader else None

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.event_id)

    @strawberry.field
    async def expected(self, info: Info) -> int | None:
        """Places expected at it, swapped dates counted; to who plans, null to all others."""
        return await info.context.load(EVENTS, swapping.expected, self.row.id)

    @staticmethod
    def of(sitting: kept.Sitting) -> Sitting:
        return Sitting(
            id=strawberry.ID(str(sitting.id)),
            number=sitting.number,
            wall_start=sitting.wall_start.isoformat(timespec="minutes"),
            starts_at=sitting.starts_at,
            ends_at=sitting.ends_at,
            sequence=sitting.sequence,
            is_off=sitting.is_off,
            event_id=sitting.event_id,
            row=sitting,
        )


@strawberry.type
class EventShare:
    """What one agency has of an event's places."""

    agency: str
    guaranteed: int
    most: int
    release_at: datetime
    used: int | None
    waiting: int | None

    @staticmethod
    def of(share: kept.Share, used: int | None, queue: int | None) -> EventShare:
        return EventShare(
            agency=share.agency,
            guaranteed=share.guaranteed,
            most=share.most,
            release_at=share.release_at,
            used=used,
            waiting=queue,
        )


@strawberry.type
class EventCounts:
    """The counter, to staff of the agencies that take part. Offered places count as taken. Null is
    a number that is hidden: to board viewers those under five, and what would tell them.
    """

    capacity: int
    extra: int
    room_max: int | None
    places: int
    taken: int | None
    listed: int | None
    visiting: int | None = strawberry.field(
        description="Of the places, what families of parallel courses take at one date or more."
    )
    over: int | None = strawberry.field(description="Taken above the places, since they were cut.")
    shares: list[EventShare]

    @staticmethod
    def of(found: reading.Counted) -> EventCounts:
        event = found.event
        return EventCounts(
            capacity=event.capacity,
            extra=event.extra,
            room_max=event.room_max,
            places=event.places + event.visiting,
            taken=found.taken,
            listed=found.listed,
            visiting=found.visiting,
            over=None if found.taken is None else max(0, found.taken - event.places),
            shares=[
                EventShare.of(share, used, queue)
                for share, used, queue in zip(event.shares, found.used, found.queue, strict=True)
            ],
        )


@strawberry.type
class Event(StaffedEvent, ChargedEvent, AskedEvent, HeldEvent, RingingEvent, TalkingEvent):
    """What is booked as one: a single date, or a course of several."""

    id: strawberry.ID
    agency: str
    agencies: list[str]
    kind: Kind
    title: str
    topic: str | None
    state: EventState
    is_course: bool
    town: str
    is_online: bool
    starts_at: datetime
    ends_at: datetime
    books_from: datetime | None
    books_until: datetime
    list_open: bool
    list_stays_open: bool
    list_max: int | None
    auto_offers: bool
    by_asking: bool = strawberry.field(
        description="Families ask to come, and the host says yes or no to each."
    )
    party_waits_days: int
    walk_ins: bool
    counts_by: CountsBy
    attendance_min: int | None
    numbers_min: int | None
    decide_on: date | None
    places: int
    people_wait: bool = strawberry.field(description="Somebody comes before the public.")
    cancelled_because: str | None

    @strawberry.field
    def places_free(self, info: Info) -> int | None:
        """Never below nothing; null to board viewers where it would tell a small number."""
        return reading.free_of(info.context.actor, self.row)

    @strawberry.field
    async def standing(self, info: Info) -> Standing:
        """Where it is now: open, full, closed, running, done."""
        now = await info.context.load(EVENTS, reading.instants, self.row.id)
        assert now is not None, "the database has a clock"
        return standing(self.row, now)

    @strawberry.field
    async def offering(self, info: Info) -> Offering | None:
        found = await info.context.load(EVENTS, reading.offerings_by_id, self.row.offering_id)
        return Offering.of(found) if found else None

    @strawberry.field
    async def sittings(self, info: Info) -> list[Sitting]:
        found = await info.context.load(EVENTS, reading.sittings_of, self.row.id)
        return [Sitting.of(one) for one in found or []]

    @strawberry.field
    async def whereabouts(self, info: Info) -> Whereabouts | None:
        """Null to who has no place there and does not run it, and to families before its day."""
        found = await info.context.load(EVENTS, reading.whereabouts, self.row.id)
        return Whereabouts.of(found) if found else None

    @strawberry.field
    async def my_booking(self, info: Info) -> LazyBooking | None:
        """The reader's family's place."""
        from services.events.graph.places import Booking  # noqa: PLC0415 - they name each other

        found = await info.context.load(EVENTS, reading.own_places, self.row.id)
        return Booking.of(found) if found else None

    @strawberry.field
    async def my_waiting(self, info: Info) -> LazyEntry | None:
        """The reader's family's line on the waiting list, with what is offered to it."""
        from services.events.graph.places import WaitingEntry  # noqa: PLC0415 - as above

        found = await info.context.load(EVENTS, reading.own_lines, self.row.id)
        return WaitingEntry.of(found) if found else None

    @strawberry.field
    async def why_not_book(self, info: Info) -> Refusal | None:
        """Why the reader's family cannot book one place now; null when it can, and to staff."""
        no = await info.context.load(EVENTS, reading.why_not_book, self.row.id)
        return Refusal(code=no.code, message=no.message, field=None) if no else None

    @strawberry.field
    async def check_first(self, info: Info) -> str | None:
        """Why the reader's family should ask the helpdesk as well; it may book all the same."""
        return await info.context.load(EVENTS, reading.check_first, self.row.id)

    @strawberry.field
    async def counts(self, info: Info) -> EventCounts | None:
        """Null to families."""
        found = await info.context.load(EVENTS, reading.counted, self.row.id)
        return EventCounts.of(found) if found else None

    @strawberry.field
    async def reach(self, info: Info) -> EventReach | None:
        """How many families a change would tell; null to who does not host it."""
        found = await info.context.load(EVENTS, history.reach, self.row.id)
        return EventReach.of(found) if found else None

    @strawberry.field
    async def clashes(self, info: Info) -> list[EventClash]:
        """What its dates run into; empty to who does not host it."""
        found = await info.context.load(EVENTS, clashes.clashes, self.row.id)
        return [EventClash.of(one) for one in found or []]

    @strawberry.field
    async def bookings(self, info: Info) -> list[LazyBooking]:
        """Who has a place, to the host and to the families' own agencies; else empty."""
        from services.events.graph.places import Booking  # noqa: PLC0415 - as above

        found = await info.context.load(EVENTS, reading.places_at, self.row.id)
        return [Booking.of(one) for one in found or []]

    @strawberry.field
    async def waiting(self, info: Info) -> list[LazyEntry]:
        """The list in its order, to the same."""
        from services.events.graph.places import WaitingEntry  # noqa: PLC0415 - as above

        found = await info.context.load(EVENTS, reading.lists_at, self.row.id)
        return [WaitingEntry.of(one) for one in found or []]

    @staticmethod
    def of(event: kept.Event) -> Event:
        return Event(
            id=strawberry.ID(str(event.id)),
            agency=event.agency,
            agencies=event.agencies,
            kind=event.kind,
            title=event.title,
            topic=event.topic,
            state=event.state,
            is_course=event.is_course,
            town=event.town,
            is_online=event.is_online,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            books_from=event.books_from,
            books_until=event.books_until,
            list_open=event.list_open,
            list_stays_open=event.offers_until > event.books_until,
            list_max=event.list_max,
            auto_offers=event.auto_offers,
            by_asking=event.by_asking,
            party_waits_days=event.party_waits_days,
            walk_ins=event.walk_ins,
            counts_by=event.counts_by,
            attendance_min=event.attendance_min,
            numbers_min=event.numbers_min,
            decide_on=event.decide_on,
            places=event.places + event.visiting,
            people_wait=event.queue > 0,
            cancelled_because=event.cancelled_because,
            row=event,
        )


async def event_by_id(info: Info, id: strawberry.ID | UUID) -> Event | None:
    key = EventId(id if isinstance(id, UUID) else uuid_of(id))
    found = await info.context.load(EVENTS, reading.events_by_id, key)
    return Event.of(found) if found else None


async def sitting_by_id(info: Info, id: strawberry.ID | UUID) -> Sitting | None:
    key = SittingId(id if isinstance(id, UUID) else uuid_of(id))
    found = await info.context.load(EVENTS, reading.sittings_by_id, key)
    return Sitting.of(found) if found else None


async def offering_by_id(info: Info, id: strawberry.ID | UUID) -> Offering | None:
    key = OfferingId(id if isinstance(id, UUID) else uuid_of(id))
    found = await info.context.load(EVENTS, reading.offerings_by_id, key)
    return Offering.of(found) if found else None


async def family_of(info: Info, family: UUID) -> LazyFamily | None:
    """Resolved by the register, which shows it to who may see it."""
    return await entities.refer(FamilyOfEvents, info, strawberry.ID(str(family)))
