"""Somebody at the door who is not known: a first name, a place of the host's, marked as come."""

import re
from collections.abc import Sequence
from uuid import uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.attendance import (
    mark_place,
    place_at_door,
    settle,
    take_at_door,
    to_mark,
)
from services.events.actions.offering import without_late
from services.events.actions.people import check_party
from services.events.model.attendance import Mark
from services.events.model.event import Event
from services.events.model.ids import BookingId, SittingId
from services.events.model.place import Party
from services.events.refusals import Why
from services.events.rules.attendance import register_hours
from services.events.store.whole import Whole

FIRST_NAME = re.compile(r"[^\W\d_]+(?:['’ -][^\W\d_]+)?")
NAME_MAX = 40


async def welcome_guest(
    ask: Ask[Whole], *, sitting: SittingId, first_name: str, party: Party
) -> BookingId:
    """A place for somebody of whom only a first name is known, where there is one. Nobody is told.

    The name is kept while the register is open; whom they must not meet cannot be known, so there
    are no guests where it was not said that one may drop by.
    Refuses: NOT_FOUND, NOT_ALLOWED, REGISTER_CLOSED, TOO_EARLY_TO_MARK, NO_WALK_INS,
    GUESTS_NOT_HERE, FIRST_NAME_NEEDED, NOBODY_COMES, PARTY_TOO_LARGE, AGE_BAND_NOT_KNOWN, FULL,
    AGENCY_FULL, PLACES_KEPT.
    Source: domain.md A3 row 19.
    """
    ACCESS.require_role(ask.actor, Permit.LET_IN)
    check_party(party)
    name = " ".join(first_name.split())
    async with ask.begin() as store:
        event, one = await to_mark(ask, store, sitting)
        await _check_open_to_guests(store, event)
        if len(name) > NAME_MAX or not FIRST_NAME.fullmatch(name):
            raise Refused(Why.FIRST_NAME_NEEDED, field="firstName")
        event = await without_late(store, event)
        booking = place_at_door(ask, event, (uuid4(), event.agency), party)
        await take_at_door(ask, store, booking, event)
        await store.guests.add(
            booking.id, name, host=event.agency, named_until=register_hours(one)[1]
        )
        await audit.record(
            store.turn,
            what="welcomed_guest",
            agency=event.agency,
            subject=booking.id,
            facts={"event": str(event.id)},
        )
        mark = Mark(
            booking_id=booking.id,
            sitting_id=one.id,
            adults=party.adults,
            children=len(party.children),
        )
        await mark_place(ask, store, booking, mark, event)
        await settle(store, event, [booking])
    return booking.id


async def _check_open_to_guests(store: Whole, event: Event) -> None:
    """Refuses: NO_WALK_INS, GUESTS_NOT_HERE."""
    if not event.walk_ins:
        raise Refused(Why.NO_WALK_INS)
    asks_first = bool(await store.gates.of_event(event.id))
    if event.is_course or event.is_slot or asks_first:
        raise Refused(Why.GUESTS_NOT_HERE)


async def guests(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, bool]:
    """Which places that the asker may see are of guests; to who works with events."""
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return {}
    async with ask.read() as store:
        found = await store.bookings.bookings(bookings)
        await store.turn.become_system(ask.actor.agency)
        named = await store.guests.of_bookings(list(found))
    return {id: id in named for id in found}


async def forget_guests(ask: Ask[Whole]) -> int:
    """Forget first names once their register has closed. Returns how many. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        gone = await store.guests.forget()
        if gone:
            await audit.record(store.turn, what="forgot_guests", facts={"names": gone})
        return gone
