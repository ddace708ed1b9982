"""Moving a place to another date of the same thing, in one transaction (domain.md D7)."""

from dataclasses import replace
from uuid import uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import give_back, refusal_for, slot_held
from services.events.actions.charges import charge, due_now
from services.events.actions.coming import come_to, is_kept_from, no_place_for, require_no_swap_to
from services.events.actions.filling import fill
from services.events.actions.gates import held_until
from services.events.actions.offering import without_late
from services.events.actions.telling import Deed, tell_family, tell_nothing_more
from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking, BookingState
from services.events.refusals import Why
from services.events.states.places import BookingMove
from services.events.store.bookings import AlreadyHasOne
from services.events.store.whole import Whole
from services.events.waiting.room import why_no_place


async def transfer_booking(
    ask: Ask[Whole], *, booking: BookingId, to: EventId, agreed_pence: int = 0
) -> BookingId:
    """The same party at another date: both counters move, or neither. Returns the new place. The
    old one is given back: late it costs as much, and never more than `agreed_pence` (D01). Whom to
    ring goes along: it is the same thing that the parent agreed to (domain.md A3 row 22).

    Both events are held in the order of their ids, so that two who swap cannot deadlock (H11).
    Refuses: NOT_FOUND, NOT_ALLOWED, SAME_EVENT, BOOKING_OVER, EVENT_BEGUN, EVENT_NOT_OPEN,
    BOOKED_ELSEWHERE, BOOKING_CLOSED, NOT_FOR_YOUR_AGENCY, AGENCY_FULL, PLACES_KEPT, FULL,
    LIST_FIRST, ASKS_FIRST, SLOT_HELD, ALREADY_BOOKED, NOT_VERIFIED, NOT_FOR_YOU, NOT_AVAILABLE,
    GATE_DAY_PASSED, ALREADY_WAITING, IT_COSTS, GIVE_BACK_BY_PHONE, TAKE_SWAP_BACK_FIRST.
    """
    async with ask.begin() as store:
        old = await store.bookings.booking(booking)
        ACCESS.require(ask.actor, Permit.CHANGE_PLACE, old)
        assert old is not None, "required above"
        here, there = old.event_id, to
        seen = await store.events.events([here, there])
        if there not in seen or seen[there].offering_id != seen[here].offering_id:
            raise Refused(Why.NOT_FOUND, field="event")
        if here == there:
            raise Refused(Why.SAME_EVENT, field="event")
        await store.turn.become_system(seen[here].agency)
        events = await store.events.lock(here, there)
        held = await store.bookings.booking(booking)
        assert held is not None, "seen above"
        if ask.now >= events[here].starts_at:
            raise Refused(Why.EVENT_BEGUN)
        events[there] = await without_late(store, events[there])
        new = await _judged(ask, store, held, events[there])
        due = await due_now(ask, store, events[here], held, agreed=agreed_pence)
        deed = Deed(what="transferred_booking", pence=due.pence if due else 0)
        ended = await give_back(store, events[here], held, BookingMove.TRANSFER, deed)
        if due is not None:
            await charge(store, events[here], ended, due)
        await _add(store, new, host=events[there].agency)
        await store.bookings.moved_to(ended.id, new.id)
        await store.ringing.carry(ended.id, new.id)
        await store.events.count(there, new.agency, taken=new.places)
        await tell_nothing_more(store, ended, deed)
        kind = NoticeKind.BOOKED if new.hold_until is None else NoticeKind.PLACE_HELD
        await tell_family(store, kind, new, events[there], Deed(what="booked"))
        await fill(store, here)
        return new.id


async def _judged(ask: Ask[Whole], store: Whole, held: Booking, event: Event) -> Booking:
    """The place as it is at the other date: by who may come to that one, and by its gates."""
    home = await store.cards.family(held.family_id)
    assert home is not None, "whose place it is was known when it was booked"
    coming = await come_to(store, home, event)
    if await is_kept_from(store, home, event):
        raise no_place_for(ask.actor.role)
    await require_no_swap_to(store, home.family_id, event)
    if await store.entries.live_of(home.family_id, [event.id]):
        raise Refused(Why.ALREADY_WAITING, field="event")
    no = why_no_place(event, coming.family.agency, held.places, ask.now)
    if no is not None:
        raise refusal_for(no, event)
    if (other := await store.slots.held_from(home.family_id, event.id)) is not None:
        raise slot_held(other)
    until = await held_until(store, event, home)
    return replace(
        held,
        id=BookingId(uuid4()),
        event_id=event.id,
        agency=coming.family.agency,
        state=BookingState.CONFIRMED if until is None else BookingState.WAITING_FOR_GATE,
        hold_until=until,
        booked_at=ask.now,
        version=1,
        moved_to=None,
    )


async def _add(store: Whole, new: Booking, *, host: str) -> None:
    try:
        await store.bookings.add(new, host=host)
    except AlreadyHasOne:
        raise Refused(Why.ALREADY_BOOKED, field="event") from None
