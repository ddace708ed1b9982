"""Asking families whether they still come, where an event says so, and passing on what nobody
speaks for.

Asked twice before a place passes on; the days are the agency's settings. Source:
event-scenarios.md D07.
"""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.messages import NoticeKind
from services.events.access import ACCESS, Permit
from services.events.actions.booking import give_back
from services.events.actions.filling import fill
from services.events.actions.running import hosted
from services.events.actions.telling import Deed, tell_family, write_down_event
from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from services.events.model.still_coming import Due, Step, StillComing
from services.events.states.places import BookingMove
from services.events.store.whole import Whole


async def set_reconfirming(ask: Ask[Whole], *, event: EventId, asked: bool) -> EventId:
    """Whether families of an event are asked. Refuses: NOT_FOUND, NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.FILL)
    async with ask.begin() as store:
        found = await hosted(ask, store, event)
        await store.still_comings.set_asked(event, asked=asked)
        await write_down_event(store, found, "set_reconfirming", facts={"asked": int(asked)})
    return event


async def reconfirmed_events(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, bool]:
    """Whether families of each are asked, to who plans."""
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return {}
    async with ask.read() as store:
        return await store.still_comings.asked_at(events)


async def still_comings(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, StillComing]:
    """How far the asking of each place is that the asker sees."""
    async with ask.read() as store:
        return await store.still_comings.of_bookings(bookings)


async def reconfirmings_due(ask: Ask[Whole]) -> Sequence[tuple[BookingId, str]]:
    """Places of any host for which a step is due. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.still_comings.due()


async def reconfirm(ask: Ask[Whole], booking: BookingId) -> Step | None:
    """Do what is due for a place, as the host's system; None when that was done, or answered.

    The event is held, and what is due is asked again then: two workers do each step once, and a
    family that answers at that moment is before or after. Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        seen = await store.bookings.booking(booking)
        if seen is None:
            return None
        event = await store.events.lock_one(seen.event_id)
        due = await store.still_comings.due_of(booking)
        held = await store.bookings.booking(booking)
        if due is None or held is None:
            return None
        if due.step is Step.HAND_ON:
            await _pass_on(store, event, held)
        else:
            await _ask(store, event, held, due)
        return due.step


async def _ask(store: Whole, event: Event, held: Booking, due: Due) -> None:
    await store.still_comings.ask(held.id, event, due)
    place = await store.bookings.touch(held.id)
    first = due.step is Step.ASK
    kind = NoticeKind.STILL_COMING if first else NoticeKind.STILL_COMING_AGAIN
    what = "asked_still_coming" if first else "asked_still_coming_again"
    await tell_family(store, kind, place, event, Deed(what=what, answer_at=due.answer_by))


async def _pass_on(store: Whole, event: Event, held: Booking) -> None:
    """To the list, in its order. Nothing is charged for it."""
    await store.still_comings.pass_on(held.id, event)
    await give_back(store, event, held, BookingMove.HAND_ON, Deed(what="passed_place_on"))
    await fill(store, event.id)
