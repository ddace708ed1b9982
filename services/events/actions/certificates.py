"""Certificates of workshops and courses, to the adults who attended them and to nobody else."""

from collections.abc import Sequence
from dataclasses import replace

from kernel.ask import Ask
from services.events.access import ACCESS, Permit
from services.events.model.attendance import Certificate
from services.events.model.ids import BookingId
from services.events.model.place import Booking
from services.events.rules.attendance import Adult, certificate
from services.events.store.whole import Whole


async def certificates(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, Certificate]:
    """The reader's own, of those places of their family that are over and that they came to.

    Source: domain.md A5 row 46; event-scenarios.md D08, F06.
    """
    person, account = ask.actor.person, ask.actor.account
    if person is None or account is None:
        return {}
    async with ask.read() as store:
        own = [
            one
            for one in (await store.bookings.bookings(bookings)).values()
            if ACCESS.allows(ask.actor, Permit.HAVE_CERTIFICATE, one)
        ]
        found = {
            one.id: await _of(ask, store, one, Adult(person, booked=one.booked_by == account))
            for one in own
        }
    return {id: one for id, one in found.items() if one is not None}


async def _of(ask: Ask[Whole], store: Whole, booking: Booking, adult: Adult) -> Certificate | None:
    await store.turn.become_system(booking.agency)
    event = await store.events.event(booking.event_id)
    if event is None or ask.now < event.ends_at:
        return None
    sittings = (await store.sittings.of_events([event.id]))[event.id]
    marks = {
        mark.sitting_id: mark
        for mark in await store.attendance.of_event(event.id)
        if mark.booking_id == booking.id
    }
    given = certificate(event, booking, sittings, marks, adult)
    family = await store.cards.family(booking.family_id)
    is_placeable = family is not None and not family.protected
    return given if given is None or is_placeable else replace(given, issued_by=None)
