"""What giving a place back late costs, or not coming: judged, written down, and taken back.

Kith takes no payment. Every function that writes is called with the event locked, as the host's
system. Source: event-scenarios.md D01, D02, D08, D12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.protected import write_down_reading
from services.events.actions.telling import Deed, tell_families, tell_family
from services.events.model.charge import Because, Charge, ChargeId, Owed, TakenBack, Terms
from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking, BookingState
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.store.whole import Whole
from services.events.waiting.giving_back import terms

After = tuple[datetime, UUID]
REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Due:
    """An amount in pence, what it is for, and by which rule of the host."""

    because: Because
    pence: int
    rule: int


async def due_now(
    ask: Ask[Whole], store: Whole, event: Event, held: Booking, *, agreed: int
) -> Due | None:
    """What giving a place back costs at this instant; None where it is free.

    Staff give back for a family that rang also where no rule lets the family do it: for nothing.
    Refuses: IT_COSTS (more than was agreed to), GIVE_BACK_BY_PHONE.
    """
    found = (await _terms(store, [event], [held])).get(held.id)
    if found is None:
        return None
    if found.pence is None:
        if ask.actor.household is not None:
            raise Refused(Why.GIVE_BACK_BY_PHONE)
        return None
    if found.pence > agreed:
        raise Refused(Why.IT_COSTS, amount=pounds(found.pence))
    if not found.pence:
        return None
    assert found.rule is not None, "an amount is some rule's"
    return Due(Because.LATE, found.pence, found.rule)


async def charge(store: Whole, event: Event, place: Booking, due: Due) -> bool:
    """A line of what is owed; False where the place is charged for already."""
    return await store.charges.add(
        place, host=event.agency, because=due.because, pence=due.pence, rule=due.rule
    )


async def charge_for_missing(
    store: Whole, event: Event, place: Booking, *, was: BookingState
) -> None:
    """A place has been marked: not there may cost something, and what it cost is taken back when
    they prove to have been there (D08). Nobody who dropped by is charged.
    """
    if place.state is not BookingState.NOT_ATTENDED:
        if was is BookingState.NOT_ATTENDED:
            await _was_there(store, event, place)
        return
    rules = (await store.charge_rules.of_events([event.id]))[event.id]
    found = terms(rules, starts_at=event.starts_at, taken_at=place.booked_at, now=store.turn.now)
    if found is None or not found.missed_pence or await store.guests.of_bookings([place.id]):
        return
    due = Due(Because.MISSED, found.missed_pence, found.missed_by)
    if await charge(store, event, place, due):
        deed = Deed(what="charged_for_missing", pence=due.pence)
        await tell_family(store, NoticeKind.MISSED_CHARGED, place, event, deed)


async def _was_there(store: Whole, event: Event, place: Booking) -> None:
    found = (await store.charges.of_bookings([place.id])).get(place.id)
    if found is None:
        return
    deed = Deed(what="took_back_charge", pence=found.pence)
    if await store.charges.take_back(
        found.id, because=TakenBack.WAS_THERE, by=store.turn.actor.account, why=None
    ):
        await tell_family(store, NoticeKind.CHARGE_TAKEN_BACK, place, event, deed)


async def take_back_all(store: Whole, event: Event, why: str) -> None:
    """The event is called off: what it had charged is owed no more, once (D12)."""
    places = await store.charges.take_back_all(event.id, why=why)
    deed = Deed(what="took_back_charge", why=why)
    await tell_families(store, NoticeKind.CHARGE_TAKEN_BACK, places, event, deed)


async def take_back_charge(ask: Ask[Whole], *, charge: ChargeId, reason: str) -> ChargeId:
    """Staff of the host take a charge back, with a reason that the family reads.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, CHARGE_TAKEN_BACK.
    """
    why = reason.strip()[:REASON_MAX]
    if not why:
        raise Refused(Why.REASON_NEEDED, field="reason")
    ACCESS.require_role(ask.actor, Permit.KEEP_CHARGES)
    async with ask.begin() as store:
        found = await store.charges.charge(charge)
        ACCESS.require(ask.actor, Permit.KEEP_CHARGES, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        event = await store.events.lock_one(found.event_id)
        if not await store.charges.take_back(
            charge, because=TakenBack.BY_STAFF, by=ask.actor.account, why=why
        ):
            raise Refused(Why.CHARGE_TAKEN_BACK)
        place = await store.bookings.touch(found.booking_id)
        deed = Deed(what="took_back_charge", why=why, pence=found.pence)
        await tell_family(store, NoticeKind.CHARGE_TAKEN_BACK, place, event, deed)
    return charge


async def charges(
    ask: Ask[Whole], *, after: After | None, limit: int
) -> tuple[Sequence[Charge], int]:
    """What the asker's agency has charged for its events, the newest first; to who plans."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.KEEP_CHARGES):
        return [], 0
    async with ask.read() as store:
        page = await store.charges.page(agency, after=after, limit=limit)
        total = await store.charges.how_many(agency)
        places = await store.bookings.bookings([one.booking_id for one in page])
    await write_down_reading(ask, Reading.CHARGES, [one.family_id for one in places.values()])
    return page, total


async def charge_by_id(ask: Ask[Whole], charge: ChargeId) -> Charge | None:
    """One of the asker's own agency's; None to others."""
    async with ask.read() as store:
        found = await store.charges.charge(charge)
        if found is None or not ACCESS.allows(ask.actor, Permit.KEEP_CHARGES, found):
            return None
        place = (await store.bookings.bookings([found.booking_id])).get(found.booking_id)
    await write_down_reading(ask, Reading.CHARGES, [place.family_id] if place else [])
    return found


async def owed(ask: Ask[Whole]) -> Owed | None:
    """Sums of the asker's agency; None to who does not plan."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.KEEP_CHARGES):
        return None
    async with ask.read() as store:
        return await store.charges.owed(agency)


async def charges_of(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, Charge]:
    """The newest charge of each place that the asker sees."""
    async with ask.read() as store:
        return await store.charges.of_bookings(bookings)


async def terms_of_places(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, Terms]:
    """What giving each back costs now; nothing where it costs nothing, or is not to be given."""
    async with ask.read() as store:
        held = await store.bookings.bookings(bookings)
        events = await store.events.events([one.event_id for one in held.values()])
        return await _terms(store, list(events.values()), list(held.values()))


async def terms_of_events(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Terms]:
    """What giving back a place that is taken now would cost."""
    async with ask.read() as store:
        rules = await store.charge_rules.of_events(events)
        seen = await store.events.events(events)
    found = {
        id: terms(rules[id], starts_at=one.starts_at, taken_at=ask.now, now=ask.now)
        for id, one in seen.items()
    }
    return {id: each for id, each in found.items() if each is not None}


async def _terms(
    store: Whole, events: Sequence[Event], places: Sequence[Booking]
) -> dict[BookingId, Terms]:
    """A place that is not sure yet is given back for nothing."""
    rules = await store.charge_rules.of_events([one.id for one in events])
    starts = {one.id: one.starts_at for one in events}
    found = {
        one.id: terms(
            rules[one.event_id],
            starts_at=starts[one.event_id],
            taken_at=one.booked_at,
            now=store.turn.now,
        )
        for one in places
        if one.state is BookingState.CONFIRMED and one.event_id in starts
    }
    return {id: each for id, each in found.items() if each is not None}


def pounds(pence: int) -> str:
    """As people write it.

    >>> pounds(500), pounds(1250)
    ('£5', '£12.50')
    """
    return f"£{pence // 100}" if pence % 100 == 0 else f"£{pence / 100:.2f}"
