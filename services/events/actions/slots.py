"""A slot held for ten minutes while a family fills in the form, then free again (G02); and the
slots of a worker.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import refusal_for, slot_held
from services.events.actions.coming import come_to, is_kept_from
from services.events.actions.people import family_for
from services.events.model.attendance import OwnSlot, led_by
from services.events.model.event import Event, Sitting
from services.events.model.ids import EventId
from services.events.refusals import Why
from services.events.rules.attendance import CLOSES_AFTER, register_hours
from services.events.store.whole import Whole
from services.events.waiting.room import why_no_place

HOLD = timedelta(minutes=10)
"""Source: domain.md D7."""
OWN_SLOTS_MAX = 100


async def hold_slot(ask: Ask[Whole], *, event: EventId) -> EventId:
    """Keep a slot from everybody else for ten minutes. It takes no place: whoever books it, or
    holds it next, asks whether that time is over. A family holds one at a time.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_YET_KNOWN_HERE, NO_SLOT, NOT_VERIFIED, NOT_FOR_YOU,
    EVENT_NOT_OPEN, BOOKING_NOT_OPEN_YET, BOOKING_CLOSED, NOT_FOR_YOUR_AGENCY, FULL,
    ASKS_FIRST, ALREADY_BOOKED, SLOT_HELD.
    Source: event-scenarios.md G02.
    """
    ACCESS.require_role(ask.actor, Permit.HOLD_SLOT)
    async with ask.begin() as store:
        home = await family_for(ask, store, None)
        found = await store.events.event(event)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        if not found.is_slot:
            raise Refused(Why.NO_SLOT)
        family = (await come_to(store, home, found)).family
        if await store.bookings.live_of(family.family_id, [event]):
            raise Refused(Why.ALREADY_BOOKED)
        no = why_no_place(found, family.agency, 1, ask.now)
        if no is not None:
            raise refusal_for(no, found)
        await store.turn.become_system(found.agency)
        if await is_kept_from(store, family, found):
            raise Refused(Why.FULL)
        await store.slots.let_go(family.family_id, but=event)
        if not await store.slots.hold(event, family.family_id, until=ask.now + HOLD):
            raise slot_held(await store.slots.held_from(family.family_id, event) or ask.now + HOLD)
        await audit.record(
            store.turn,
            what="held_slot",
            agency=family.agency,
            subject=event,
            facts={"family": str(family.family_id)},
        )
    return event


async def own_holds(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, datetime]:
    """Until when the asker's family holds each of these slots."""
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        return await store.slots.held_by(ask.actor.household, events)


async def others_holds(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, datetime]:
    """Until when another family holds each of these, to families that could have it."""
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        return await store.slots.held_by_others(events)


async def slots_of_worker(ask: Ask[Whole]) -> Sequence[OwnSlot]:
    """A social worker's own dates from a week ago on, at most 100, the first first: as long as a
    register is open, and all that are to come. Nobody else's; empty to all others.

    Source: domain.md A3 row 30.
    """
    actor = ask.actor
    if actor.account is None or not ACCESS.allows(actor, Permit.SEE_OWN_SLOTS):
        return []
    async with ask.read() as store:
        found = await store.slots.of_worker(
            actor.account, since=ask.now - CLOSES_AFTER, limit=OWN_SLOTS_MAX
        )
        events = await store.events.events([one.event_id for one in found])
    return [
        _own(one, events[one.event_id], ask.now)
        for one in found
        if ACCESS.allows(actor, Permit.KEEP_REGISTER, led_by(events[one.event_id], one))
    ]


def _own(one: Sitting, event: Event, now: datetime) -> OwnSlot:
    opens_at, closes_at = register_hours(one)
    return OwnSlot(one, event, opens_at, opens_at <= now < closes_at, one.ends_at <= now)


async def forget_holds(ask: Ask[Whole]) -> int:
    """Forget who held a slot, once that is over. Returns how many. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        return await store.slots.forget()
