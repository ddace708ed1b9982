"""The register of a date: who is expected, who came, and who dropped by at the door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from kernel import audit
from kernel.ask import Ask
from kernel.messages import NoticeKind, Role
from kernel.refusal import Refused
from services.events.access import ACCESS, PLANS, Permit
from services.events.actions.booking import WORDS
from services.events.actions.charges import charge_for_missing
from services.events.actions.coming import come_to, is_kept_from, no_place_for, require_no_swap_to
from services.events.actions.filling import fill
from services.events.actions.missing import heed
from services.events.actions.offering import without_late
from services.events.actions.people import ADULTS_MAX, CHILDREN_MAX, check_party
from services.events.actions.protected import write_down_reading
from services.events.actions.talk_topics import write_down_topics_read
from services.events.actions.telling import Deed, tell_family
from services.events.actions.waiting import leave_line
from services.events.model.attendance import LedDate, Mark, Register, RegisterRow, led_by
from services.events.model.event import Event, EventState, Sitting
from services.events.model.ids import BookingId, EventId, SittingId
from services.events.model.place import Booking, BookingState, Party
from services.events.model.protected import Reading
from services.events.refusals import Why
from services.events.rules.attendance import MARKED_BEFORE, outcome, register_hours
from services.events.states.places import BOOKING, BookingMove
from services.events.store.bookings import AlreadyHasOne
from services.events.store.whole import Whole
from services.events.waiting.room import has_room, has_room_at_door, which_limit

EXPECTED = frozenset(
    {
        BookingState.CONFIRMED,
        BookingState.ATTENDED,
        BookingState.PART_ATTENDED,
        BookingState.NOT_ATTENDED,
    }
)
MOVES = {
    BookingState.ATTENDED: BookingMove.ATTEND,
    BookingState.PART_ATTENDED: BookingMove.PART_ATTEND,
    BookingState.NOT_ATTENDED: BookingMove.MISS,
}


async def register(ask: Ask[Whole], sitting: SittingId) -> Register | None:
    """Who is expected at a date, in its hours; without rows outside them. None to all others.

    The reading is written down, and that of each protected family by itself (E44), and of what a
    family wants to talk about, which is there for the worker whose time the slot is.
    Source: domain.md A3 row 30, E22, E40.
    """
    if not ACCESS.allows(ask.actor, Permit.KEEP_REGISTER):
        return None
    found = await _read(ask, sitting)
    if found is not None:
        await write_down_reading(ask, Reading.PLACES, [row.family_id for row in found.rows])
    return found


async def _read(ask: Ask[Whole], sitting: SittingId) -> Register | None:
    async with ask.begin() as store:
        one = await store.sittings.sitting(sitting)
        event = await store.events.event(one.event_id) if one else None
        if one is None or event is None or event.state is not EventState.PUBLISHED:
            return None
        if not ACCESS.allows(ask.actor, Permit.KEEP_REGISTER, await _led(store, event, one)):
            return None
        opens_at, closes_at = register_hours(one)
        is_open = opens_at <= ask.now < closes_at
        topics = await store.talk_topics.of_event(event.id) if is_open else {}  # as the reader
        await store.turn.become_system(event.agency)
        rows = await _rows(store, event, one, topics) if is_open else ()
        if ask.actor.role == Role.GROUP_LEADER:
            rows = await _as_its_lead_reads(ask, store, event, rows)
        if is_open:
            await audit.record(
                store.turn, what="read_register", agency=event.agency, subject=event.id
            )
            await write_down_topics_read(store, rows)
        return Register(
            event=event,
            sitting=one,
            opens_at=opens_at,
            closes_at=closes_at,
            is_open=is_open,
            rows=rows,
        )


async def _led(store: Whole, event: Event, sitting: Sitting) -> LedDate:
    """Asked as the reader, who sees the group of a date only where they have to do with it."""
    group = await store.groups.of_offering(event.offering_id)
    return led_by(event, sitting, group.lead_id if group else None)


async def _as_its_lead_reads(
    ask: Ask[Whole], store: Whole, event: Event, rows: Sequence[RegisterRow]
) -> tuple[RegisterRow, ...]:
    """To an adopter: no ages, no other agency, nothing of what a slot led to, and nobody whom their
    family must not meet. Of a
    protected family they have no number, as of one that has given none.
    """
    home = await store.cards.family(ask.actor.household) if ask.actor.household else None
    apart = home.apart_from if home else frozenset()
    known = await store.cards.families([row.family_id for row in rows])
    numbers = {id for id, family in known.items() if not family.protected}
    return tuple(
        replace(
            row,
            agency=event.agency,
            children=(),
            mark=replace(row.mark, led_to=None) if row.mark else None,
            whom_to_ring=row.whom_to_ring if row.family_id in numbers else None,
        )
        for row in rows
        if row.family_id not in apart
    )


async def _rows(
    store: Whole, event: Event, sitting: Sitting, topics: Mapping[BookingId, str]
) -> tuple[RegisterRow, ...]:
    away, visits = await store.swaps.from_sitting(sitting.id), await _visits(store, sitting.id)
    own = [one for one in await store.bookings.live_at(event.id) if one.id not in away]
    visitors = await store.bookings.bookings(list(visits))
    live = [one for one in (*own, *visitors.values()) if one.state in EXPECTED]
    needs = await store.attendance.needs_of([one.family_id for one in live])
    guests = await store.guests.of_bookings([one.id for one in live])
    ringing = await store.ringing.of_bookings([one.id for one in live])
    marks = {
        mark.booking_id: mark
        for mark in await store.attendance.of_bookings([one.id for one in live])
        if mark.sitting_id == visits.get(mark.booking_id, sitting.id)
    }
    return tuple(
        RegisterRow(
            booking_id=one.id,
            family_id=one.family_id,
            agency=one.agency,
            code=one.code,
            adults=one.adults,
            children=tuple(one.children),
            children_expected=len(one.children),
            needs=needs.get(one.family_id, ()),
            photos_allowed=one.photos_allowed,
            mark=marks.get(one.id),
            is_guest=one.id in guests,
            guest_name=guests.get(one.id),
            whom_to_ring=ringing.get(one.id),
            talk_topic=topics.get(one.id),
        )
        for one in live
    )


async def _visits(store: Whole, sitting: SittingId) -> dict[BookingId, SittingId]:
    """Places of parallel courses that are expected at a date, each with the date of its own that
    it is instead of: there who came is written down (F03).
    """
    return {one.booking_id: one.from_sitting for one in await store.swaps.to_sitting(sitting)}


async def keep_register(ask: Ask[Whole], *, sitting: SittingId, marks: Sequence[Mark]) -> SittingId:
    """Write down who came of each place named; the newest mark counts, each is kept (D08).

    Refuses: NOT_FOUND, NOT_ALLOWED, REGISTER_CLOSED, TOO_EARLY_TO_MARK, MORE_THAN_THE_PARTY,
    LED_TO_NOTHING, BOOKING_OVER.
    """
    async with ask.begin() as store:
        event, one = await to_mark(ask, store, sitting)
        bookings = await store.bookings.bookings([mark.booking_id for mark in marks])
        visits = await _visits(store, sitting)
        homes = {bookings[id].event_id for id in visits.keys() & bookings.keys()}
        courses = {event.id: event, **(await store.events.lock(*homes) if homes else {})}
        for mark in marks:
            held = bookings.get(mark.booking_id)
            if held is None or (held.event_id != event.id and held.id not in visits):
                raise Refused(Why.NOT_FOUND)
            at = replace(mark, sitting_id=visits.get(held.id, one.id))
            await mark_place(ask, store, held, at, courses[held.event_id])
        for course in courses.values():
            places = [held for held in bookings.values() if held.event_id == course.id]
            await settle(store, course, places)
    return sitting


async def walk_in(
    ask: Ask[Whole], *, sitting: SittingId, reference: str, party: Party
) -> BookingId:
    """A family that dropped by: a place where there is one, marked as come.

    Refuses: NOT_FOUND, NOT_ALLOWED, REGISTER_CLOSED, TOO_EARLY_TO_MARK, NO_WALK_INS,
    FAMILY_NOT_KNOWN, NOT_VERIFIED, NOT_FOR_YOU, NOT_AVAILABLE, NOBODY_COMES, PARTY_TOO_LARGE,
    AGE_BAND_NOT_KNOWN, FULL, AGENCY_FULL, PLACES_KEPT, ALREADY_BOOKED, TAKE_SWAP_BACK_FIRST.
    Source: domain.md A3 row 19.
    """
    check_party(party)
    ACCESS.require_role(ask.actor, Permit.LET_IN)
    async with ask.begin() as store:
        event, one = await to_mark(ask, store, sitting)
        if not event.walk_ins:
            raise Refused(Why.NO_WALK_INS)
        family = await store.attendance.family_called(reference.strip(), event.agencies)
        called = await store.cards.family(family) if family else None
        if called is None:
            raise Refused(Why.FAMILY_NOT_KNOWN, field="reference")
        home = (await come_to(store, called, event)).family
        event = await without_late(store, event)
        await require_no_swap_to(store, home.family_id, event)
        if await is_kept_from(store, home, event):
            raise no_place_for(ask.actor.role)
        event = await _no_longer_waits(store, event, home.family_id)
        booking = place_at_door(ask, event, (home.family_id, home.agency), party)
        try:
            await take_at_door(ask, store, booking, event)
        except AlreadyHasOne:
            raise Refused(Why.ALREADY_BOOKED, field="reference") from None
        await tell_family(store, NoticeKind.BOOKED, booking, event, Deed(what="walked_in"))
        mark = Mark(
            booking_id=booking.id,
            sitting_id=one.id,
            adults=party.adults,
            children=len(party.children),
        )
        await mark_place(ask, store, booking, mark, event)
        await settle(store, event, [booking])
        await fill(store, event.id)
    return booking.id


async def _no_longer_waits(store: Whole, event: Event, family: UUID) -> Event:
    """Who stands at the door waits no longer: their line is ended, and what it was offered is
    free. The event as it is then.
    """
    line = (await store.entries.live_of(family, [event.id])).get(event.id)
    if line is None:
        return event
    await leave_line(store, event, line, Deed(what="came_to_door"))
    return await store.events.lock_one(event.id)


def place_at_door(ask: Ask[Whole], event: Event, whose: tuple[UUID, str], party: Party) -> Booking:
    """A confirmed place, not written yet. `whose`: the family, and the agency it counts for."""
    assert ask.actor.account is not None, "staff have signed in"
    return Booking(
        id=BookingId(uuid4()),
        event_id=event.id,
        family_id=whose[0],
        agency=whose[1],
        state=BookingState.CONFIRMED,
        places=party.places(event.counts_by),
        adults=party.adults,
        children=list(party.children),
        hold_until=None,
        photos_allowed=False,
        booked_by=ask.actor.account,
        booked_at=ask.now,
        ended_at=None,
        ended_because=None,
        moved_to=None,
        version=1,
    )


async def take_at_door(ask: Ask[Whole], store: Whole, booking: Booking, event: Event) -> None:
    """Write a place for who stands there, where one is free or somebody did not come (G06).

    Raises AlreadyHasOne. Refuses: FULL, AGENCY_FULL, PLACES_KEPT.
    """
    agency, places = booking.agency, booking.places
    is_free = has_room(event, agency, places, ask.now)
    if not is_free and not has_room_at_door(event, agency, places, await _gone(store, event)):
        raise Refused(WORDS[which_limit(event, agency, places)])
    await store.bookings.add(booking, host=event.agency)
    if is_free:
        await store.events.count(event.id, agency, taken=places)
    else:
        await store.events.pass_on(event.id, agency, places=places)


async def _gone(store: Whole, event: Event) -> dict[str, int]:
    """Places of who is marked as not there, by agency."""
    gone: dict[str, int] = {}
    for one in await store.bookings.live_at(event.id):
        if one.state is BookingState.NOT_ATTENDED:
            gone[one.agency] = gone.get(one.agency, 0) + one.places
    return gone


async def to_mark(ask: Ask[Whole], store: Whole, sitting: SittingId) -> tuple[Event, Sitting]:
    """A date whose register may be marked now, its event held; from here on as the host's system.

    An organiser may put it right after the register has closed.
    Refuses: NOT_FOUND, NOT_ALLOWED, REGISTER_CLOSED, TOO_EARLY_TO_MARK.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_REGISTER)  # a guessed id is told no otherwise
    one = await store.sittings.sitting(sitting)
    found = await store.events.event(one.event_id) if one else None
    led = await _led(store, found, one) if found and one else None
    ACCESS.require(ask.actor, Permit.KEEP_REGISTER, led)
    if one is None or found is None or found.state is not EventState.PUBLISHED:
        raise Refused(Why.NOT_FOUND)
    if ask.now < one.starts_at - MARKED_BEFORE:
        raise Refused(Why.TOO_EARLY_TO_MARK)
    if ask.now >= register_hours(one)[1] and ask.actor.role not in PLANS:
        raise Refused(Why.REGISTER_CLOSED)
    await store.turn.become_system(found.agency)
    return await store.events.lock_one(found.id), one


async def mark_place(
    ask: Ask[Whole], store: Whole, held: Booking, mark: Mark, event: Event
) -> None:
    """Write down who came of a place, and that it was marked.

    Refuses: BOOKING_OVER, MORE_THAN_THE_PARTY, LED_TO_NOTHING.
    """
    if mark.led_to is not None and not (event.is_slot and mark.counts):
        raise Refused(Why.LED_TO_NOTHING, field="marks")
    if held.state not in EXPECTED:
        raise Refused(Why.BOOKING_OVER)
    if not len(mark.people) <= mark.adults <= ADULTS_MAX or not 0 <= mark.children <= CHILDREN_MAX:
        raise Refused(Why.MORE_THAN_THE_PARTY, field="marks")
    assert ask.actor.account is not None, "staff have signed in"
    await store.attendance.add(held, mark, host=event.agency, by=ask.actor.account)
    await audit.record(
        store.turn,
        what="marked_attendance",
        agency=held.agency,
        subject=held.id,
        facts={"adults": mark.adults, "children": mark.children, "caught_up": int(mark.caught_up)},
    )


async def settle(store: Whole, event: Event, bookings: Iterable[Booking]) -> None:
    """Each place as its newest marks say, where all its dates are marked."""
    sittings = (await store.sittings.of_events([event.id]))[event.id]
    marks = await store.attendance.of_event(event.id)
    for one in bookings:
        own = {mark.sitting_id: mark for mark in marks if mark.booking_id == one.id}
        state = outcome(event, one, sittings, own)
        if state is not None and BOOKING.after(one.state, MOVES[state]) is not None:
            settled = await store.bookings.become(one.id, MOVES[state], state)
            assert settled is not None, "the event is locked, so nobody moved it meanwhile"
            await charge_for_missing(store, event, settled, was=one.state)
            await heed(store, event, settled)


async def attended(ask: Ask[Whole], bookings: Sequence[BookingId]) -> dict[BookingId, list[Mark]]:
    """The newest marks of places that the asker may see, in no order; to who works with events."""
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return {}
    async with ask.read() as store:
        found = await store.bookings.bookings(bookings)
        marks: dict[BookingId, list[Mark]] = {id: [] for id in found}
        for event in {one.event_id for one in found.values()}:
            for mark in await store.attendance.of_event(EventId(event)):
                if mark.booking_id in marks:
                    marks[mark.booking_id].append(mark)
        return marks
