"""Families who came to be kept apart after both had booked: who may know reads it, and can act.

Nobody else is told that there is anything to know: the place is taken back as an organiser takes
one back. Source: event-scenarios.md I08; domain.md E17, E19.
"""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import take_place_back
from services.events.actions.protected import write_down_reading
from services.events.model.apart import ApartId, PlaceApart
from services.events.model.ids import BookingId
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.store.whole import Whole

WORDS_MAX = 500


async def places_apart(ask: Ask[Whole]) -> Sequence[PlaceApart]:
    """Places of the asker's agency's families at events to come at which one is whom they must not
    meet, by date; empty to all but the safeguarding lead.
    """
    if not ACCESS.allows(ask.actor, Permit.KEEP_APART):
        return []
    async with ask.read() as store:
        found = [await _read(store, one) for one in await store.apart.places(ask.now)]
    await write_down_reading(ask, Reading.APART, [one.booking.family_id for one in found])
    return found


async def _read(store: Whole, one: ApartId) -> PlaceApart:
    await store.turn.become_system(one.host)
    event = await store.events.event(one.event_id)
    booking = await store.bookings.booking(one.booking_id)
    assert event is not None, "its host sees it"
    assert booking is not None, "the host of its event sees it"
    family = await store.cards.family(booking.family_id)
    return PlaceApart(
        booking=booking,
        event=event,
        reference=family.reference if family else "",
        elsewhere=one.elsewhere,
    )


async def keep_apart(ask: Ask[Whole], *, booking: BookingId, words: str) -> BookingId:
    """Take one of two such places back, in words that its family reads. It goes to the list.

    Refuses: NOT_ALLOWED, NOT_FOUND (also for any other place), REASON_NEEDED, TOO_LONG,
    BOOKING_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_APART)
    said = words.strip()
    async with ask.begin() as store:
        places = {one.booking_id: one for one in await store.apart.places(ask.now)}
        if booking not in places:
            raise Refused(Why.NOT_FOUND)
        if not said:
            raise Refused(Why.REASON_NEEDED, field="words")
        if len(said) > WORDS_MAX:
            raise Refused(Why.TOO_LONG, field="words")
        await store.turn.become_system(places[booking].host)
        event = await store.events.lock_one(places[booking].event_id)
        await take_place_back(store, event, booking, said)
    return booking
