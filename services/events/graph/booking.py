"""Taking, changing and giving back a place; waiting for one; answering an offer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import (
    gates,
    moving,
    offering,
    ringing,
    slots,
    swapping,
    waiting,
    who_comes,
)
from services.events.actions.booking import (
    book,
    cancel_booking,
    change_party,
    say_talk_topic,
    withdraw_booking,
)
from services.events.actions.offering import Answer
from services.events.actions.reading import entry_of_offer
from services.events.graph.events import Event, event_by_id
from services.events.graph.overrides import AskedOverride, shown
from services.events.graph.places import Booking, WaitingEntry, booking_by_id, entry_by_id
from services.events.graph.ringing import WhomToRingInput
from services.events.graph.types import still_seen
from services.events.model.group import Decision
from services.events.model.ids import BookingId, EntryId, EventId, OfferId, SittingId, SwapId
from services.events.model.place import Party, Wishes

EVENTS = Service.EVENTS


@strawberry.input
class PartyInput:
    """Who comes: adults, and the age band of each child."""

    adults: int
    children: list[str] = strawberry.field(default_factory=list)

    def given(self) -> Party:
        return Party(adults=self.adults, children=tuple(self.children))


HoldSlotResult = Annotated[Event | Refusal, strawberry.union("HoldSlotResult")]
BookResult = Annotated[Booking | Refusal, strawberry.union("BookResult")]
SayWhomToRingResult = Annotated[Booking | Refusal, strawberry.union("SayWhomToRingResult")]
SayTalkTopicResult = Annotated[Booking | Refusal, strawberry.union("SayTalkTopicResult")]
CancelBookingResult = Annotated[Booking | Refusal, strawberry.union("CancelBookingResult")]
ChangePartyResult = Annotated[Booking | Refusal, strawberry.union("ChangePartyResult")]
TransferBookingResult = Annotated[Booking | Refusal, strawberry.union("TransferBookingResult")]
SwapDateResult = Annotated[Booking | Refusal, strawberry.union("SwapDateResult")]
SwapDateBackResult = Annotated[Booking | Refusal, strawberry.union("SwapDateBackResult")]
WithdrawBookingResult = Annotated[Booking | Refusal, strawberry.union("WithdrawBookingResult")]
MeetGatesResult = Annotated[Booking | Refusal, strawberry.union("MeetGatesResult")]
JoinWaitingListResult = Annotated[WaitingEntry | Refusal, strawberry.union("JoinWaitingListResult")]
LeaveWaitingListResult = Annotated[
    WaitingEntry | Refusal, strawberry.union("LeaveWaitingListResult")
]
AnswerOfferResult = Annotated[WaitingEntry | Refusal, strawberry.union("AnswerOfferResult")]
DecideWhoComesResult = Annotated[WaitingEntry | Refusal, strawberry.union("DecideWhoComesResult")]
OfferPlaceResult = Annotated[
    WaitingEntry | AskedOverride | Refusal, strawberry.union("OfferPlaceResult")
]


@strawberry.type
class BookingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def hold_slot(self, info: Info, event: strawberry.ID, key: UUID) -> HoldSlotResult:
        """Keep a slot of a consultation for ten minutes while one fills in the form."""
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, slots.hold_slot, event=which)
        info.context.forget()
        return still_seen(await event_by_id(info, which))

    @strawberry.mutation(extensions=[Refusable()])
    async def book(
        self,
        info: Info,
        event: strawberry.ID,
        party: PartyInput,
        key: UUID,
        family: strawberry.ID | None = None,
        photos_allowed: bool = False,
        talk_topic: str = "",
    ) -> BookResult:
        """A place for the whole party, or none. Staff say for which family of theirs; what it
        wants to talk about in a slot the family alone says.
        """
        booked = await once(
            info.context.ask(EVENTS),
            key,
            book,
            event=EventId(uuid_of(event)),
            party=party.given(),
            family=uuid_of(family) if family else None,
            wishes=Wishes(photos_allowed=photos_allowed, talk_topic=talk_topic),
        )
        return await _booking(info, booked)

    @strawberry.mutation(extensions=[Refusable()])
    async def say_whom_to_ring(
        self,
        info: Info,
        booking: strawberry.ID,
        input: WhomToRingInput,
        agrees: bool,
        key: UUID,
    ) -> SayWhomToRingResult:
        """Agree that one's children stay without a parent, and say whom to ring."""
        which, given = BookingId(uuid_of(booking)), input.given()
        ask = info.context.ask(EVENTS)
        await once(ask, key, ringing.say_whom_to_ring, booking=which, given=given, agrees=agrees)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def say_talk_topic(
        self, info: Info, booking: strawberry.ID, words: str, key: UUID
    ) -> SayTalkTopicResult:
        """What one's family wants to talk about in its slot, until it begins; empty: nothing."""
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, say_talk_topic, booking=which, words=words)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def cancel_booking(
        self, info: Info, booking: strawberry.ID, key: UUID, agreed_pence: int = 0
    ) -> CancelBookingResult:
        """Give the place back. No reason is asked, and no more charged than was agreed to."""
        which = BookingId(uuid_of(booking))
        ask = info.context.ask(EVENTS)
        await once(ask, key, cancel_booking, booking=which, agreed_pence=agreed_pence)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def change_party(
        self, info: Info, booking: strawberry.ID, party: PartyInput, key: UUID
    ) -> ChangePartyResult:
        """Say anew who comes: more only if all fit."""
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, change_party, booking=which, party=party.given())
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def transfer_booking(
        self,
        info: Info,
        booking: strawberry.ID,
        event: strawberry.ID,
        key: UUID,
        agreed_pence: int = 0,
    ) -> TransferBookingResult:
        """The same party at another date of the same thing; late it costs what giving back does,
        and no more than was agreed to. Answers the new place.
        """
        moved = await once(
            info.context.ask(EVENTS),
            key,
            moving.transfer_booking,
            booking=BookingId(uuid_of(booking)),
            to=EventId(uuid_of(event)),
            agreed_pence=agreed_pence,
        )
        return await _booking(info, moved)

    @strawberry.mutation(extensions=[Refusable()])
    async def swap_date(
        self,
        info: Info,
        booking: strawberry.ID,
        sitting: strawberry.ID,
        instead: strawberry.ID,
        key: UUID,
    ) -> SwapDateResult:
        """Come to the same date of a parallel course instead of to one's own; the place stays."""
        which = BookingId(uuid_of(booking))
        mine, theirs = SittingId(uuid_of(sitting)), SittingId(uuid_of(instead))
        ask = info.context.ask(EVENTS)
        await once(ask, key, swapping.swap_date, booking=which, own=mine, other=theirs)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def swap_date_back(
        self, info: Info, booking: strawberry.ID, swap: strawberry.ID, key: UUID
    ) -> SwapDateBackResult:
        """Come to one's own date after all, where nobody has filled it."""
        which, given = BookingId(uuid_of(booking)), SwapId(uuid_of(swap))
        ask = info.context.ask(EVENTS)
        await once(ask, key, swapping.swap_date_back, booking=which, swap=given)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def withdraw_booking(
        self, info: Info, booking: strawberry.ID, reason: str, key: UUID
    ) -> WithdrawBookingResult:
        """The host takes a place back; the family is told, and reads the reason."""
        which = BookingId(uuid_of(booking))
        ask = info.context.ask(EVENTS)
        await once(ask, key, withdraw_booking, booking=which, reason=reason)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def meet_gates(self, info: Info, booking: strawberry.ID, key: UUID) -> MeetGatesResult:
        """What the place waited for is met: confirm it."""
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, gates.meet_gates, booking=which)
        return await _booking(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def join_waiting_list(
        self,
        info: Info,
        event: strawberry.ID,
        party: PartyInput,
        key: UUID,
        family: strawberry.ID | None = None,
        short_notice: bool = False,
    ) -> JoinWaitingListResult:
        """Wait for places for the whole party. `shortNotice`: ask us on the last day too."""
        joined = await once(
            info.context.ask(EVENTS),
            key,
            waiting.join_waiting_list,
            event=EventId(uuid_of(event)),
            party=party.given(),
            family=uuid_of(family) if family else None,
            short_notice=short_notice,
        )
        return await _entry(info, joined)

    @strawberry.mutation(extensions=[Refusable()])
    async def leave_waiting_list(
        self, info: Info, entry: strawberry.ID, key: UUID
    ) -> LeaveWaitingListResult:
        """Always allowed; no reason is asked."""
        which = EntryId(uuid_of(entry))
        await once(info.context.ask(EVENTS), key, waiting.leave_waiting_list, entry=which)
        return await _entry(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def answer_offer(
        self, info: Info, offer: strawberry.ID, answer: Answer, key: UUID
    ) -> AnswerOfferResult:
        """Say yes or no to the place that was offered. Refused once its time has passed."""
        which = OfferId(uuid_of(offer))
        ask = info.context.ask(EVENTS)
        await once(ask, key, offering.answer_offer, offer=which, answer=answer)
        return await _entry(info, await entry_of_offer(info.context.ask(EVENTS), which))

    @strawberry.mutation(extensions=[Refusable()])
    async def offer_place(
        self, info: Info, entry: strawberry.ID, reason: str, key: UUID
    ) -> OfferPlaceResult:
        """Offer what is free out of turn, with a reason that the log shows; where the host wants a
        second person for that, ask for it.
        """
        which = EntryId(uuid_of(entry))
        ask = info.context.ask(EVENTS)
        asked = await once(ask, key, offering.offer_by_hand, entry=which, reason=reason)
        return await shown(info, asked) if asked else await _entry(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def decide_who_comes(
        self,
        info: Info,
        entry: strawberry.ID,
        decision: Decision,
        key: UUID,
        words: str = "",
    ) -> DecideWhoComesResult:
        """Where families come by asking: agree to one, or say no in words that it reads."""
        which, decide = EntryId(uuid_of(entry)), who_comes.decide_who_comes
        ask = info.context.ask(EVENTS)
        await once(ask, key, decide, entry=which, decision=decision, words=words)
        return await _entry(info, which)


async def _booking(info: Info, booking_id: UUID) -> Booking:
    info.context.forget()
    return still_seen(await booking_by_id(info, booking_id))


async def _entry(info: Info, entry: UUID) -> WaitingEntry:
    info.context.forget()
    return still_seen(await entry_by_id(info, entry))
