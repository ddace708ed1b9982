"""Moving a place to another date of the same thing, in one transaction (domain.md D7)."""

from dataclasses import replace
from uuid import uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import give_back, refusal_for
from services.events.actions.filling import fill
from services.events.actions.telling import Deed, tell_family, tell_nothing_more
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from services.events.refusals import Why
from services.events.states.places import BookingMove
from services.events.store.bookings import AlreadyHasOne
from services.events.store.whole import Whole
from services.events.waiting.room import why_no_place


async def transfer_booking(ask: Ask[Whole], *, booking: BookingId, to: EventId) -> BookingId:
    """The same party at another date: both counters move, or neither. Returns the new place.

    Both events are held in the order of their ids, so that two who swap cannot deadlock (H11).
    Refuses: NOT_FOUND, NOT_ALLOWED, SAME_EVENT, BOOKING_OVER, EVENT_BEGUN, EVENT_NOT_OPEN,
    BOOKED_ELSEWHERE, BOOKING_CLOSED, NOT_FOR_YOUR_AGENCY, AGENCY_FULL, PLACES_KEPT, FULL,
    LIST_FIRST, ALREADY_BOOKED.
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
        no = why_no_place(events[there], held.agency, held.places, ask.now)
        if no is not None:
            raise refusal_for(no, events[there])
        deed = Deed(what="transferred_booking")
        ended = await give_back(store, events[here], held, BookingMove.TRANSFER, deed)
        new = replace(
            held, id=BookingId(uuid4()), event_id=there, booked_at=ask.now, version=1, moved_to=None
        )
        await _add(store, new, host=events[there].agency)
        await store.bookings.moved_to(ended.id, new.id)
        await store.events.count(there, new.agency, taken=new.places)
        await tell_nothing_more(store, ended, deed)
        await tell_family(store, NoticeKind.BOOKED, new, events[there], Deed(what="booked"))
        await fill(store, here)
        return new.id


async def _add(store: Whole, new: Booking, *, host: str) -> None:
    try:
        await store.bookings.add(new, host=host)
    except AlreadyHasOne:
        raise Refused(Why.ALREADY_BOOKED, field="event") from None
