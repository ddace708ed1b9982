"""Taking a place, changing who comes, and giving it back."""

from dataclasses import replace
from datetime import datetime
from typing import NoReturn
from uuid import UUID, uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.charges import charge, due_now
from services.events.actions.coming import (
    come_to,
    is_kept_from,
    no_place_for,
    require_no_swap_to,
    write_down_doubt,
)
from services.events.actions.filling import fill
from services.events.actions.gates import held_until
from services.events.actions.offering import lapse_what_is_late, revoke, without_late
from services.events.actions.people import check_ages, check_party, family_for
from services.events.actions.talk_topics import write_talk_topic
from services.events.actions.telling import Deed, notice, tell_family
from services.events.calendar import wall_of
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.ids import BookingId, EventId
from services.events.model.place import NO_WISHES, Booking, BookingState, Party, Wishes
from services.events.refusals import Why
from services.events.states.places import BOOKING, BookingMove
from services.events.store.bookings import AlreadyHasOne
from services.events.store.whole import Whole
from services.events.waiting.room import No, has_room, which_limit, why_no_place

WORDS = {
    No.NOT_PUBLISHED: Why.EVENT_NOT_OPEN,
    No.NO_BOOKING_HERE: Why.BOOKED_ELSEWHERE,
    No.CLOSED: Why.BOOKING_CLOSED,
    No.ASK_FIRST: Why.ASKS_FIRST,
    No.NOT_FOR_AGENCY: Why.NOT_FOR_YOUR_AGENCY,
    No.AGENCY_FULL: Why.AGENCY_FULL,
    No.KEPT_FOR_PARTNERS: Why.PLACES_KEPT,
    No.FULL: Why.FULL,
    No.LIST_FIRST: Why.LIST_FIRST,
}
MAY_CHANGE_IN_TIME = frozenset({No.AGENCY_FULL, No.KEPT_FOR_PARTNERS, No.FULL, No.LIST_FIRST})
"""What an offer that is late, and not swept yet, may be the only cause of (A06)."""

STANDS = frozenset({BookingState.WAITING_FOR_GATE, BookingState.CONFIRMED})


async def book(
    ask: Ask[Whole],
    *,
    event: EventId,
    party: Party,
    family: UUID | None = None,
    wishes: Wishes = NO_WISHES,
) -> BookingId:
    """Take a place for the whole party, or none. Never more than there are, whatever races.
    What it wants to talk about in a slot a family says itself, and nobody for it.

    Refuses: NOT_FOUND, NOT_ALLOWED, FAMILY_NEEDED, NOT_YET_KNOWN_HERE, NOT_VERIFIED, NOBODY_COMES,
    PARTY_TOO_LARGE, AGE_BAND_NOT_KNOWN, AGE_NOT_HERE, NOT_FOR_YOU, GATE_DAY_PASSED, EVENT_NOT_OPEN,
    BOOKED_ELSEWHERE, BOOKING_NOT_OPEN_YET, BOOKING_CLOSED, NOT_FOR_YOUR_AGENCY, AGENCY_FULL,
    PLACES_KEPT, FULL, LIST_FIRST, ASKS_FIRST, SLOT_HELD, NOT_AVAILABLE, ALREADY_BOOKED,
    OFFER_WAITS_FOR_YOU, ALREADY_WAITING, TAKE_SWAP_BACK_FIRST, NO_TALK_HERE, TOO_LONG,
    LOOKS_LIKE_A_POSTCODE.
    Source: event-scenarios.md A, B32, I08; domain.md A3 row 30, A4 row 39.
    """
    ACCESS.require_role(ask.actor, Permit.BOOK)
    check_party(party)
    if wishes.talk_topic and ask.actor.household is None:
        raise Refused(Why.NOT_ALLOWED, field="talkTopic")
    async with ask.begin() as store:
        if family is None and await store.bookings.is_full(event, heads=party.heads):
            raise Refused(Why.FULL)
        home = await family_for(ask, store, family)
        found = await store.events.event(event)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        check_ages(found, party.children)
        coming = await come_to(store, home, found)
        if coming.is_doubtful:
            await write_down_doubt(ask, store, coming)
        booking = replace(
            await _place(ask, store, found, coming.family, party),
            photos_allowed=wishes.photos_allowed,
        )
        no = why_no_place(found, booking.agency, booking.places, ask.now)
        await store.turn.become_system(found.agency)
        if coming.family.apart_from:
            await _keep_apart(ask, store, booking, coming.family)
        if no is not None or not await _take(store, found, booking):
            await _again(store, event, booking)
        if wishes.talk_topic:
            await write_talk_topic(store, booking, found, wishes.talk_topic)
        return booking.id


async def _keep_apart(ask: Ask[Whole], store: Whole, booking: Booking, family: FamilyHere) -> None:
    """Hold the event, so that of two who must not meet one is there first (I08).

    Refuses: FULL, NOT_AVAILABLE; ALREADY_BOOKED, OFFER_WAITS_FOR_YOU, ALREADY_WAITING.
    """
    event = await without_late(store, await store.events.lock_one(booking.event_id))
    if not await is_kept_from(store, family, event):
        return
    if ask.actor.household is None:
        raise no_place_for(ask.actor.role)
    await _refuse(store, event, booking, No.FULL)


async def _place(
    ask: Ask[Whole], store: Whole, event: Event, home: FamilyHere, party: Party
) -> Booking:
    """The place as it would be; where a gate is not met yet it is held until a day."""
    assert ask.actor.account is not None, "whoever books has signed in"
    until = await held_until(store, event, home)
    return Booking(
        id=BookingId(uuid4()),
        event_id=event.id,
        family_id=home.family_id,
        agency=home.agency,
        state=BookingState.CONFIRMED if until is None else BookingState.WAITING_FOR_GATE,
        places=party.places(event.counts_by),
        adults=party.adults,
        children=list(party.children),
        hold_until=until,
        photos_allowed=False,
        booked_by=ask.actor.account,
        booked_at=ask.now,
        ended_at=None,
        ended_because=None,
        moved_to=None,
        version=1,
    )


async def _take(store: Whole, event: Event, booking: Booking) -> bool:
    """The one statement. Refuses: ALREADY_BOOKED, TAKE_SWAP_BACK_FIRST."""
    kind = NoticeKind.BOOKED if booking.hold_until is None else NoticeKind.PLACE_HELD
    message = notice(kind, booking, event)
    try:
        took = await store.bookings.take(booking, message=message)
    except AlreadyHasOne:
        raise Refused(Why.ALREADY_BOOKED) from None
    if took:
        await require_no_swap_to(store, booking.family_id, event)
    return took


async def _again(store: Whole, event_id: EventId, booking: Booking) -> None:
    """It did not fit: say why, unless that was only an offer whose time has passed (A06)."""
    event = await store.events.event(event_id)
    assert event is not None, "the host sees it"
    no = why_no_place(event, booking.agency, booking.places, store.turn.now)
    if no in MAY_CHANGE_IN_TIME and await lapse_what_is_late(store, event_id):
        event = await store.events.lock_one(event_id)
        no = why_no_place(event, booking.agency, booking.places, store.turn.now)
    if no is None and await _take(store, event, booking):
        return
    if no is None and (until := await store.slots.held_from(booking.family_id, event_id)):
        raise slot_held(until)
    await _refuse(store, event, booking, no or No.FULL)


async def _refuse(store: Whole, event: Event, booking: Booking, no: No) -> NoReturn:
    """The most useful reason first: what the family has already says more than "full"."""
    family = booking.family_id
    if (held := (await store.bookings.live_of(family, [event.id])).get(event.id)) is not None:
        is_offer = held.state is BookingState.HELD
        raise Refused(Why.OFFER_WAITS_FOR_YOU if is_offer else Why.ALREADY_BOOKED)
    if no in MAY_CHANGE_IN_TIME and await store.entries.live_of(family, [event.id]):
        raise Refused(Why.ALREADY_WAITING)
    raise refusal_for(no, event)


def refusal_for(no: No, event: Event) -> Refused:
    """The reason in words; where booking opens later, with the day."""
    if no is No.NOT_YET_OPEN:
        assert event.books_from is not None, "it opens at an instant"
        return Refused(Why.BOOKING_NOT_OPEN_YET, opens=_day_and_time(event.books_from))
    return Refused(WORDS[no])


def slot_held(until: datetime) -> Refused:
    """That somebody else is filling in the form, and when it is free again (G02)."""
    return Refused(Why.SLOT_HELD, free=f"{wall_of(until):%H:%M}")


def _day_and_time(instant: datetime) -> str:
    wall = wall_of(instant)
    return f"{wall:%A} {wall.day} {wall:%B} at {wall:%H:%M}"


async def cancel_booking(
    ask: Ask[Whole], *, booking: BookingId, agreed_pence: int = 0
) -> BookingId:
    """Give a place back; it goes on at once to the next on the list. Late it may cost something:
    never more than `agreed_pence`, which whoever gives it back has read (D01).

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER, EVENT_BEGUN, IT_COSTS, GIVE_BACK_BY_PHONE.
    """
    async with ask.begin() as store:
        held, event = await locked(ask, store, booking)
        due = await due_now(ask, store, event, held, agreed=agreed_pence)
        deed = Deed(what="cancelled_booking", pence=due.pence if due else 0)
        ended = await give_back(store, event, held, BookingMove.CANCEL, deed)
        if due is not None:
            await charge(store, event, ended, due)
        await fill(store, event.id)
    return booking


async def say_still_coming(ask: Ask[Whole], *, booking: BookingId) -> BookingId:
    """Yes, we come. Said twice it is said once; no is giving the place back.

    Refuses: NOT_FOUND, NOT_ALLOWED, EVENT_BEGUN, BOOKING_OVER, NOT_ASKED.
    """
    async with ask.begin() as store:
        held, event = await locked(ask, store, booking)
        if held.state is not BookingState.CONFIRMED:
            raise Refused(Why.BOOKING_OVER)
        said = await store.still_comings.say_yes(booking, event)
        if said is None:
            raise Refused(Why.NOT_ASKED)
        if said:
            await audit.record(
                store.turn, what="said_still_coming", agency=held.agency, subject=held.id
            )
    return booking


async def say_talk_topic(ask: Ask[Whole], *, booking: BookingId, words: str) -> BookingId:
    """What the asker's family wants to talk about in its slot; empty words take it back.

    Refuses: NOT_FOUND, NOT_ALLOWED, EVENT_BEGUN, BOOKING_OVER, NO_TALK_HERE, TOO_LONG,
    LOOKS_LIKE_A_POSTCODE.
    Source: domain.md A3 row 30.
    """
    ACCESS.require_role(ask.actor, Permit.SAY_TALK_TOPIC)
    async with ask.begin() as store:
        held, event = await locked(ask, store, booking)
        ACCESS.require(ask.actor, Permit.SAY_TALK_TOPIC, held)
        if held.state not in STANDS:
            raise Refused(Why.BOOKING_OVER)
        await write_talk_topic(store, held, event, words)
    return booking


async def change_party(ask: Ask[Whole], *, booking: BookingId, party: Party) -> BookingId:
    """Say anew who comes: more only if all fit, fewer always (event-scenarios.md A16).

    Refuses: NOT_FOUND, NOT_ALLOWED, NOBODY_COMES, PARTY_TOO_LARGE, AGE_BAND_NOT_KNOWN,
    AGE_NOT_HERE, BOOKING_OVER, EVENT_BEGUN, FULL, AGENCY_FULL, PLACES_KEPT, MORE_AFTER_LIST,
    BOOKING_CLOSED, ASKS_FIRST, SWAPPED_SO_NOT_MORE.
    """
    check_party(party)
    async with ask.begin() as store:
        held, event = await locked(ask, store, booking)
        check_ages(event, set(party.children) - set(held.children))  # who came before may stay
        places = party.places(event.counts_by)
        more = places - held.places
        if more > 0:
            if await store.swaps.of_bookings([booking]):
                raise Refused(Why.SWAPPED_SO_NOT_MORE, field="party")
            event = await without_late(store, event)
            _require_room(ask, event, held.agency, more)
        changed = await store.bookings.change_party(booking, party, places=places)
        if changed is None:
            raise Refused(Why.BOOKING_OVER)
        await store.events.count(event.id, held.agency, taken=more)
        await store.swaps.count(event.id)
        deed = Deed(what="changed_party")
        await tell_family(store, NoticeKind.BOOKING_CHANGED, changed, event, deed)
        if more < 0:
            await fill(store, event.id)
    return booking


def _require_room(ask: Ask[Whole], event: Event, agency: str, more: int) -> None:
    """More of a party come as anybody would: in their turn, and while one books (B32). Whoever
    decides who comes may let more of them in.

    Refuses: FULL, AGENCY_FULL, PLACES_KEPT, MORE_AFTER_LIST, BOOKING_CLOSED, ASKS_FIRST.
    """
    no = why_no_place(event, agency, more, ask.now)
    if no in (No.CLOSED, No.ASK_FIRST) and ACCESS.allows(ask.actor, Permit.FILL, event):
        has = has_room(event, agency, more, ask.now)
        no = None if has else which_limit(event, agency, more)
    if no is No.LIST_FIRST:
        raise Refused(Why.MORE_AFTER_LIST)
    if no is not None:
        raise refusal_for(no, event)


async def withdraw_booking(ask: Ask[Whole], *, booking: BookingId, reason: str) -> BookingId:
    """The host takes a place back, with a reason. The family is told. One that is only offered it
    no longer waits for either, or it would be offered to it again.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, BOOKING_OVER.
    """
    if not reason.strip():
        raise Refused(Why.REASON_NEEDED, field="reason")
    async with ask.begin() as store:
        held = await store.bookings.booking(booking)
        found = await store.events.event(held.event_id) if held else None
        ACCESS.require(ask.actor, Permit.FILL, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        event = await store.events.lock_one(found.id)
        await take_place_back(store, event, booking, reason.strip()[:500])
    return booking


async def take_place_back(store: Whole, event: Event, booking: BookingId, why: str) -> None:
    """A place of an event that is locked, as its host's system. Refuses: BOOKING_OVER."""
    held = await store.bookings.booking(booking)
    assert held is not None, "the caller has seen it"
    line = None
    if held.state is BookingState.HELD:
        line = await revoke(store, event, held.id)
    deed = Deed(what="withdrew_booking", why=why, replaces=line)
    await give_back(store, event, held, BookingMove.WITHDRAW, deed)
    await fill(store, event.id)


async def locked(ask: Ask[Whole], store: Whole, booking: BookingId) -> tuple[Booking, Event]:
    """A place that the asker may change, its event held, both as they are then; as the system.

    Refuses: NOT_FOUND, NOT_ALLOWED, EVENT_BEGUN.
    """
    held = await store.bookings.booking(booking)
    ACCESS.require(ask.actor, Permit.CHANGE_PLACE, held)
    assert held is not None, "required above"
    event = await store.events.event(held.event_id)
    assert event is not None, "who has a place at it sees it"
    await store.turn.become_system(event.agency)
    event = await store.events.lock_one(event.id)
    if ask.now >= (event.ends_at if event.is_course else event.starts_at):
        raise Refused(Why.EVENT_BEGUN)
    held = await store.bookings.booking(booking)
    assert held is not None, "seen above"
    return held, event


async def give_back(
    store: Whole, event: Event, held: Booking, move: BookingMove, deed: Deed
) -> Booking:
    """End a place of an event that is locked, and move its counter. Refuses: BOOKING_OVER."""
    state = BOOKING.after(held.state, move)
    ended = None
    if state is not None:
        ended = await store.bookings.become(held.id, move, state, why=deed.why)
    if ended is None:
        raise Refused(Why.BOOKING_OVER)
    await store.events.count(event.id, held.agency, taken=-held.places)
    await store.swaps.count(event.id)
    if event.is_slot:
        await store.slots.end(event.id, held.family_id)
    if move is not BookingMove.TRANSFER or deed.pence:
        await tell_family(store, _kind_of(move, deed), ended, event, deed)
    return ended


def _kind_of(move: BookingMove, deed: Deed) -> NoticeKind:
    if move is BookingMove.HAND_ON:
        return NoticeKind.PASSED_ON
    if move is BookingMove.TRANSFER:
        return NoticeKind.MOVED_LATE
    if move is not BookingMove.CANCEL:
        return NoticeKind.PLACE_LOST
    return NoticeKind.GIVEN_BACK_LATE if deed.pence else NoticeKind.BOOKING_CANCELLED
