"""Places that wait for a gate: held until a day, then confirmed or let go (domain.md A5 row 45)."""

from collections.abc import Sequence
from datetime import datetime

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.filling import fill
from services.events.actions.telling import Deed, tell_family
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.ids import BookingId
from services.events.model.place import BookingState
from services.events.refusals import Why
from services.events.states.places import BookingMove
from services.events.store.whole import Whole


async def held_until(_store: Whole, _event: Event, _family: FamilyHere) -> datetime | None:
    """Until when a place is held for a gate that this family has not met; None when all are met."""
    return None


async def meet_gates(ask: Ask[Whole], *, booking: BookingId) -> BookingId:
    """What a place waited for is met: it is confirmed. By the host, or the family's agency.

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER.
    """
    async with ask.begin() as store:
        held = await store.bookings.booking(booking)
        if held is None or ACCESS.allows(ask.actor, Permit.FILL, held) is False:
            event = await store.events.event(held.event_id) if held else None
            ACCESS.require(ask.actor, Permit.FILL, event)
        assert held is not None, "required above"
        event = await store.events.event(held.event_id)
        assert event is not None, "whose family is booked sees it"
        await store.turn.become_system(event.agency)
        move = BookingMove.MEET_GATE
        met = await store.bookings.become(booking, move, BookingState.CONFIRMED)
        if met is None:
            raise Refused(Why.BOOKING_OVER)
        await tell_family(store, NoticeKind.BOOKED, met, event, Deed(what="met_gates"))
    return booking


async def gates_due(ask: Ask[Whole]) -> Sequence[tuple[BookingId, str]]:
    """Places of any host whose gate was not met in time: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.bookings.gates_due(ask.now)


async def expire_gate(ask: Ask[Whole], booking: BookingId) -> None:
    """Let a place go whose gate was not met in time, and offer it on. Safe to call twice."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        found = await store.bookings.booking(booking)
        if found is None:
            return
        event = await store.events.lock_one(found.event_id)
        held = await store.bookings.booking(booking)
        if held is None or held.hold_until is None or held.hold_until > ask.now:
            return
        lost = await store.bookings.become(
            booking,
            BookingMove.EXPIRE_GATE,
            BookingState.CANCELLED_BY_AGENCY,
            why="gate_not_met",
        )
        if lost is None:
            return
        await store.events.count(event.id, lost.agency, taken=-lost.places)
        deed = Deed(what="expired_gate", why="gate_not_met")
        await tell_family(store, NoticeKind.PLACE_LOST, lost, event, deed)
        await fill(store, event.id)
