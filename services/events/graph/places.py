"""Places, lines on waiting lists and offers, as the graph shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusal, connection, uuid_of
from kernel.messages import Service
from services.events.actions import attendance, certificates, feedback, guests, reading, who_comes
from services.events.graph.certificates import Certificate
from services.events.graph.charges import ChargedBooking
from services.events.graph.events import Event, LazyFamily, event_by_id, family_of
from services.events.graph.feedback import FeedbackAsk
from services.events.graph.ringing import RingingBooking
from services.events.graph.still_coming import AskedBooking
from services.events.graph.swapping import SwappingBooking
from services.events.graph.talking import TalkingBooking
from services.events.model import place
from services.events.model.ids import BookingId, EntryId
from services.events.model.place import BookingState, EntryState, OfferState, Passed

EVENTS = Service.EVENTS


@strawberry.type
class Booking(ChargedBooking, AskedBooking, RingingBooking, SwappingBooking, TalkingBooking):
    """A family's place. `holdUntil` says until when it is held for a gate; `code` stands for the
    family on a register and in a meeting, where its names are not told.
    """

    id: strawberry.ID
    code: str
    agency: str
    state: BookingState
    places: int
    adults: int
    children: list[str]
    hold_until: datetime | None
    photos_allowed: bool
    booked_at: datetime
    ended_because: str | None

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.row.event_id)

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        return await family_of(info, self.row.family_id)

    @strawberry.field
    async def dates_attended(self, info: Info) -> int | None:
        """How many dates count as attended by the newest marks; null to families, and before any
        is marked.
        """
        marks = await info.context.load(EVENTS, attendance.attended, self.row.id)
        return sum(mark.counts for mark in marks) if marks else None

    @strawberry.field
    async def is_guest(self, info: Info) -> bool | None:
        """Whether it is of somebody who dropped by and is not known; null to families."""
        return await info.context.load(EVENTS, guests.guests, self.row.id)

    @strawberry.field
    async def certificate(self, info: Info) -> Certificate | None:
        """The reader's own; null to staff, and to who came to too little of it."""
        found = await info.context.load(EVENTS, certificates.certificates, self.row.id)
        return Certificate.of(found) if found else None

    @strawberry.field
    async def feedback(self, info: Info) -> FeedbackAsk | None:
        """What the reader may still say of how it was; null to staff, and once it is said."""
        found = await info.context.load(EVENTS, feedback.open_asks, self.row.id)
        return FeedbackAsk.of(found) if found else None

    @staticmethod
    def of(booking: place.Booking) -> Booking:
        return Booking(
            id=strawberry.ID(str(booking.id)),
            code=booking.code,
            agency=booking.agency,
            state=booking.state,
            places=booking.places,
            adults=booking.adults,
            children=booking.children,
            hold_until=booking.hold_until,
            photos_allowed=booking.photos_allowed,
            booked_at=booking.booked_at,
            ended_because=booking.ended_because,
            row=booking,
        )


@strawberry.type
class Offer:
    """A place for one family until `answerBy`."""

    id: strawberry.ID
    state: OfferState
    places: int
    made_at: datetime
    answer_by: datetime
    is_held: bool = strawberry.field(
        description="False where several were asked at once and the first to answer has it."
    )

    @staticmethod
    def of(offer: place.Offer) -> Offer:
        return Offer(
            id=strawberry.ID(str(offer.id)),
            state=offer.state,
            places=offer.places,
            made_at=offer.made_at,
            answer_by=offer.answer_by,
            is_held=offer.booking_id is not None,
        )


@strawberry.type
class WaitingEntry:
    """One family's line on a waiting list, which goes by `tier`, then `since`, then `draw`."""

    id: strawberry.ID
    agency: str
    state: EntryState
    places: int
    adults: int
    children: list[str]
    short_notice: bool
    tier: int
    since: datetime
    draw: str
    lapses: int
    said: str | None = strawberry.field(description="Why the host said no, in its words.")
    row: strawberry.Private[place.Entry]

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.row.event_id)

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        return await family_of(info, self.row.family_id)

    @strawberry.field
    async def offer(self, info: Info) -> Offer | None:
        """The one that waits for an answer."""
        found = await info.context.load(EVENTS, reading.offers_by_entry, self.row.id)
        return Offer.of(found) if found else None

    @strawberry.field
    async def passed_because(self, info: Info) -> Passed | None:
        """Why the last free place went past it. Families are not told what is about another."""
        reason = self.row.passed_because
        hidden = reason is Passed.NOT_AVAILABLE and info.context.actor.household is not None
        return None if hidden else reason

    @strawberry.field
    async def why_not_yet(self, info: Info) -> Refusal | None:
        """Beside a request to come: why the host cannot agree to it now. To the host alone."""
        no = await info.context.load(EVENTS, who_comes.why_not_yet, self.row.id)
        return Refusal(code=no.code, message=str(no.value), field=None) if no else None

    @strawberry.field
    async def turn(self, info: Info) -> reading.Turn | None:
        """About when its turn comes; null once it has come."""
        if self.row.state is not EntryState.WAITING:
            return None
        return await info.context.load(EVENTS, reading.turns, self.row.id)

    @staticmethod
    def of(entry: place.Entry) -> WaitingEntry:
        return WaitingEntry(
            id=strawberry.ID(str(entry.id)),
            agency=entry.agency,
            state=entry.state,
            places=entry.places,
            adults=entry.adults,
            children=entry.children,
            short_notice=entry.short_notice,
            tier=entry.tier,
            since=entry.since,
            draw=str(entry.draw),
            lapses=entry.lapses,
            said=entry.said,
            row=entry,
        )


@strawberry.type
class PlaceQuery:
    @strawberry.field
    async def my_bookings(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Booking]:
        """Every place that the reader's family has or had, the newest first."""
        page = Page.of(first, after, datetime, UUID)
        ask = info.context.ask(EVENTS)
        rows, total = await reading.own_bookings(ask, after=page.after, limit=page.limit)
        return connection(
            page,
            rows,
            node=Booking.of,
            cursor=lambda one: (one.booked_at, one.id),
            total_count=total,
        )

    @strawberry.field
    async def my_waiting(self, info: Info) -> list[WaitingEntry]:
        """The waiting lists that the reader's family is on, with what is offered to it."""
        found = await reading.own_waiting(info.context.ask(EVENTS))
        return [WaitingEntry.of(one) for one in found]

    @strawberry.field
    async def booking(self, info: Info, id: strawberry.ID) -> Booking | None:
        """The family's own, the host's, or of a family of the reader's agency."""
        return await booking_by_id(info, id)

    @strawberry.field
    async def waiting_entry(self, info: Info, id: strawberry.ID) -> WaitingEntry | None:
        return await entry_by_id(info, id)


async def booking_by_id(info: Info, id: strawberry.ID | UUID) -> Booking | None:
    key = BookingId(id if isinstance(id, UUID) else uuid_of(id))
    found = await info.context.load(EVENTS, reading.bookings_by_id, key)
    return Booking.of(found) if found else None


async def entry_by_id(info: Info, id: strawberry.ID | UUID) -> WaitingEntry | None:
    key = EntryId(id if isinstance(id, UUID) else uuid_of(id))
    found = await info.context.load(EVENTS, reading.entries_by_id, key)
    return WaitingEntry.of(found) if found else None
