"""Offers: answered, lapsed, and made by hand; what each does to the place and to the list."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.coming import is_kept_from
from services.events.actions.filling import fill, offer_to, out_of_turn
from services.events.actions.gates import held_until
from services.events.actions.overrides import ask_another, by_two
from services.events.actions.telling import Deed, tell_family, tell_nothing_more
from services.events.model.event import Event
from services.events.model.ids import BookingId, EntryId, EventId, OfferId, OverrideId
from services.events.model.override import OverrideKind
from services.events.model.place import (
    Booking,
    BookingState,
    Entry,
    EntryState,
    Offer,
    OfferState,
)
from services.events.refusals import Why
from services.events.states.places import BookingMove, EntryMove, OfferMove
from services.events.store.whole import Whole
from services.events.waiting.room import has_room


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


ANSWERED = {Answer.YES: OfferState.ACCEPTED, Answer.NO: OfferState.DECLINED}


async def answer_offer(ask: Ask[Whole], *, offer: OfferId, answer: Answer) -> OfferId:
    """Say yes or no to a place. The same answer twice answers once; database time decides. A yes
    gives up what else the family is offered at the same time by the same host.

    Refuses: NOT_FOUND, NOT_ALLOWED, OFFER_OVER, OFFER_LAPSED, PLACE_GONE, GATE_DAY_PASSED.
    Source: event-scenarios.md B08, B12, B13, D06.
    """
    async with ask.begin() as store:
        asked = await store.offers.offer(offer)
        ACCESS.require(ask.actor, Permit.CHANGE_PLACE, asked)
        assert asked is not None, "required above"
        event = await store.events.event(asked.event_id)
        assert event is not None, "who is offered a place at it sees it"
        await store.turn.become_system(event.agency)
        others = await store.offers.clashing(asked, host=event.agency)
        events = await store.events.lock(event.id, *(one.event_id for one in others))
        event = events[event.id]
        held = await store.offers.offer(offer)
        assert held is not None, "seen above"
        if held.state is ANSWERED[answer]:
            return offer
        if held.state in (OfferState.LAPSED, OfferState.SENT) and held.answer_by <= ask.now:
            raise Refused(Why.OFFER_LAPSED)
        if held.state is OfferState.REVOKED and held.booking_id is None:
            raise Refused(Why.PLACE_GONE)
        if held.state is not OfferState.SENT:
            raise Refused(Why.OFFER_OVER)
        if answer is Answer.YES:
            await _accept(store, await without_late(store, event), held)
            await _give_up(store, others, events)
        else:
            await _decline(store, event, held)
    return offer


async def _give_up(store: Whole, others: Sequence[Offer], events: Mapping[EventId, Event]) -> None:
    """Who takes one of two places at the same time lets the other go on to the next (B31)."""
    for one in others:
        held = await store.offers.offer(one.id)
        if held is not None and held.state is OfferState.SENT:
            await _decline(store, events[held.event_id], held)


async def _accept(store: Whole, event: Event, held: Offer) -> None:
    entry = await store.entries.become(held.entry_id, EntryMove.ACCEPT, EntryState.ACCEPTED)
    assert entry is not None, "an open offer is to a line that is offered"
    family = (await store.cards.families([held.family_id]))[held.family_id]
    if await is_kept_from(store, family, event, offered=False):  # since it was offered
        raise Refused(Why.PLACE_GONE)
    until = await held_until(store, event, family)
    if held.booking_id is None:
        booking = await _first_to_answer(store, event, entry, until=until)
    else:
        move, state = _confirmed(until is None)
        taken = await store.bookings.become(held.booking_id, move, state, hold_until=until)
        assert taken is not None, "an open offer holds its place"
        booking = taken
        await store.events.count(event.id, held.agency, listed=-1)
    await store.offers.become(held.id, OfferMove.ACCEPT, OfferState.ACCEPTED)
    kind = NoticeKind.BOOKED if booking.hold_until is None else NoticeKind.PLACE_HELD
    deed = Deed(what="accepted_offer", replaces=entry.id)
    await tell_family(store, kind, booking, event, deed)
    if held.booking_id is None:
        await _tell_who_was_slower(store, event.id)


def _confirmed(gates_are_met: bool) -> tuple[BookingMove, BookingState]:
    if gates_are_met:
        return BookingMove.CONFIRM, BookingState.CONFIRMED
    return BookingMove.AWAIT_GATE, BookingState.WAITING_FOR_GATE


async def _first_to_answer(
    store: Whole, event: Event, entry: Entry, *, until: datetime | None
) -> Booking:
    """Of several who were asked at once, the place is whose answer comes first (D06). A gate that
    came up since holds it until a day, as it would any place.

    Refuses: PLACE_GONE.
    """
    if not has_room(event, entry.agency, entry.places, store.turn.now):
        raise Refused(Why.PLACE_GONE)
    return await place_of_line(store, event, entry, until=until)


async def place_of_line(
    store: Whole, event: Event, entry: Entry, *, until: datetime | None
) -> Booking:
    """Give a family on the list of a locked event, where there is room for it, its place."""
    booking = Booking(
        id=BookingId(uuid4()),
        event_id=event.id,
        family_id=entry.family_id,
        agency=entry.agency,
        state=_confirmed(until is None)[1],
        places=entry.places,
        adults=entry.adults,
        children=entry.children,
        hold_until=until,
        photos_allowed=False,
        booked_by=entry.joined_by,
        booked_at=store.turn.now,
        ended_at=None,
        ended_because=None,
        moved_to=None,
        version=1,
    )
    await store.bookings.add(booking, host=event.agency)
    queue = 0 if event.by_asking else -1
    await store.events.count(event.id, entry.agency, taken=entry.places, queue=queue, listed=-1)
    return booking


async def _tell_who_was_slower(store: Whole, event_id: EventId) -> None:
    """Whoever was asked too and no longer fits goes back to waiting, in the same place."""
    event = await store.events.lock_one(event_id)
    for other in await store.offers.open_at(event_id):
        if other.booking_id is None and not has_room(
            event, other.agency, other.places, store.turn.now
        ):
            await store.offers.become(other.id, OfferMove.REVOKE, OfferState.REVOKED)
            back = await store.entries.become(other.entry_id, EntryMove.RETURN, EntryState.WAITING)
            assert back is not None, "an open offer is to a line that is offered"
            deed = Deed(what="offer_gone")
            await tell_family(store, NoticeKind.OFFER_GONE, back, event, deed)


async def _decline(store: Whole, event: Event, held: Offer) -> None:
    """The place goes on at once, not at the deadline (B12)."""
    await close(store, event, held, OfferMove.DECLINE, OfferState.DECLINED)
    entry = await store.entries.become(held.entry_id, EntryMove.DECLINE, EntryState.DECLINED)
    assert entry is not None, "an open offer is to a line that is offered"
    await store.events.count(event.id, held.agency, listed=-1)
    await tell_nothing_more(store, entry, Deed(what="declined_offer"))
    await fill(store, event.id)


async def close(
    store: Whole, event: Event, held: Offer, move: OfferMove, state: OfferState
) -> None:
    """End an offer of an event that is locked, and give back the place that it held."""
    await store.offers.become(held.id, move, state)
    if held.booking_id is None:
        await store.events.count(event.id, held.agency, queue=-1)
        return
    let_go = await store.bookings.become(held.booking_id, BookingMove.LET_GO, BookingState.LET_GO)
    assert let_go is not None, "an open offer holds its place"
    await store.events.count(event.id, held.agency, taken=-held.places)


async def revoke(store: Whole, event: Event, booking: BookingId) -> EntryId:
    """End the offer that holds a place of an event that is locked, and the line it was made to.
    The place itself is the caller's to end.
    """
    (held,) = [one for one in await store.offers.open_at(event.id) if one.booking_id == booking]
    await store.offers.become(held.id, OfferMove.REVOKE, OfferState.REVOKED)
    gone = await store.entries.become(held.entry_id, EntryMove.REMOVE, EntryState.REMOVED)
    assert gone is not None, "an open offer is to a line that is offered"
    await store.events.count(event.id, held.agency, listed=-1)
    return held.entry_id


async def offers_due(ask: Ask[Whole]) -> Sequence[tuple[OfferId, str]]:
    """Offers of any host whose time has passed: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.offers.due(ask.now)


async def lapse_offer(ask: Ask[Whole], offer: OfferId) -> bool:
    """End an offer that nobody answered, and offer its place on. Safe to call twice, and too early.

    False when there was nothing to end.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        found = await store.offers.offer(offer)
        if found is None:
            return False
        event = await store.events.lock_one(found.event_id)
        held = await store.offers.offer(offer)
        if held is None or held.state is not OfferState.SENT or held.answer_by > ask.now:
            return False
        await _lapse(store, event, held)
        await fill(store, event.id)
        return True


async def without_late(store: Whole, event: Event) -> Event:
    """An event that is locked, once its offers whose time has passed are closed (A06): whatever
    takes a place, or tells of one, judges what then is free.
    """
    if await lapse_what_is_late(store, event.id):
        return await store.events.lock_one(event.id)
    return event


async def lapse_what_is_late(store: Whole, event_id: EventId) -> bool:
    """Close an event's offers whose time has passed, before the sweep does (A06).

    What they held goes to the list first. False when there were none.
    """
    late = [one for one in await store.offers.open_at(event_id) if one.answer_by <= store.turn.now]
    if not late:
        return False
    event = await store.events.lock_one(event_id)
    for one in await store.offers.open_at(event_id):
        if one.answer_by <= store.turn.now:
            await _lapse(store, event, one)
    await fill(store, event_id)
    return True


async def _lapse(store: Whole, event: Event, held: Offer) -> None:
    await close(store, event, held, OfferMove.LAPSE, OfferState.LAPSED)
    share = event.share_of(held.agency)
    if share is not None and share.most == 0:  # its agency takes no part any more (C12)
        gone = await store.entries.become(held.entry_id, EntryMove.REMOVE, EntryState.REMOVED)
        assert gone is not None, "an open offer is to a line that is offered"
        await store.events.count(event.id, held.agency, listed=-1)
        deed = Deed(what="agency_withdrew")
        await tell_family(store, NoticeKind.WAITING_OVER, gone, event, deed)
        return
    settings = await store.programme.settings(event.agency)
    rests_until = store.turn.now + timedelta(hours=settings.rest_hours)
    entry = await store.entries.lapse(held.entry_id, rests_until=rests_until)
    assert entry is not None, "an open offer is to a line that is offered"
    await tell_family(store, NoticeKind.OFFER_LAPSED, entry, event, Deed(what="lapsed_offer"))


async def offer_by_hand(ask: Ask[Whole], *, entry: EntryId, reason: str) -> OverrideId | None:
    """Offer a free place out of turn, with a reason that the log shows (domain.md D7). Where the
    host wants two people for that, it is only asked for: returns what another has to agree to.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, NOT_PUBLISHED, NOT_WAITING, NOTHING_TO_OFFER,
    OVERRIDE_TOO_LATE, OVERRIDE_OPEN_ALREADY.
    """
    if not reason.strip():
        raise Refused(Why.REASON_NEEDED, field="reason")
    async with ask.begin() as store:
        line = await store.entries.entry(entry)
        found = await store.events.event(line.event_id) if line else None
        ACCESS.require(ask.actor, Permit.FILL, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        event = await store.events.lock_one(found.id)
        line = await store.entries.entry(entry)
        if line is None or line.state is not EntryState.WAITING:
            raise Refused(Why.NOT_WAITING)
        event = await without_late(store, event)
        line = await store.entries.entry(entry)
        if line is None or line.state is not EntryState.WAITING:  # its turn has come with that
            return None
        why = reason.strip()[:500]
        if await by_two(store, event, OverrideKind.QUEUE_JUMP):
            await out_of_turn(store, event, line)
            return await ask_another(store, event, why=why, entry=line.id)
        await offer_to(store, event, line, why=why)
    return None
