"""Coming to one date of a course at a parallel one: the place stays, each date counts who comes.

Source: event-scenarios.md F03.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import refusal_for
from services.events.actions.coming import come_to, is_kept_from, no_place_for
from services.events.actions.gates import missing_of
from services.events.actions.offering import without_late
from services.events.actions.telling import Deed, tell_families, tell_family
from services.events.model.event import Event, EventState, Sitting
from services.events.model.ids import BookingId, EventId, SittingId, SwapId
from services.events.model.place import Booking, BookingState
from services.events.model.swapping import SwapChoice, SwappedDate
from services.events.refusals import Why
from services.events.store.swapping import SwappedAlready
from services.events.store.whole import Whole
from services.events.waiting.room import No, come_first, has_room, which_limit


async def swap_date(
    ask: Ask[Whole], *, booking: BookingId, own: SittingId, other: SittingId
) -> BookingId:
    """Come to `other`, the same date of a parallel course, instead of to one's own.

    Both courses are held in the order of their ids (H11), and both dates are counted anew.
    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER, EVENT_BEGUN, EVENT_NOT_OPEN, NOT_FOR_YOUR_AGENCY,
    AGENCY_FULL, PLACES_KEPT, FULL, LIST_FIRST, ALREADY_BOOKED, ALREADY_WAITING, SWAPPED_ALREADY,
    NEEDED_FIRST, NOT_VERIFIED, NOT_FOR_YOU, NOT_AVAILABLE.
    """
    async with ask.begin() as store:
        held = await _changeable(ask, store, booking)
        dates = await store.sittings.sittings([own, other])
        if not await _are_parallel(store, held, dates.get(own), dates.get(other)):
            raise Refused(Why.NOT_FOUND, field="date")
        there = dates[other].event_id
        courses = await _hold(store, held.event_id, there)
        held, (mine, theirs) = await _as_they_are(store, booking, own, other)
        event = await without_late(store, courses[there])
        await _judge(ask, store, held, event)
        await _require_room(store, held, event, theirs)
        await store.swaps.end_what_holds_no_more(held.id, mine.id)
        try:
            await store.swaps.add(SwapId(uuid4()), booking=held.id, own=mine, other=theirs)
        except SwappedAlready:
            raise Refused(Why.SWAPPED_ALREADY, field="date") from None
        await _count_and_tell(store, held, courses, Deed(what="swapped_date"))
    return booking


async def swap_date_back(ask: Ask[Whole], *, booking: BookingId, swap: SwapId) -> BookingId:
    """Come to one's own date after all, where nobody has filled it meanwhile.

    Refuses: NOT_FOUND, NOT_ALLOWED, BOOKING_OVER, EVENT_BEGUN, EVENT_NOT_OPEN, OWN_DATE_FILLED.
    """
    async with ask.begin() as store:
        await _changeable(ask, store, booking)
        found = await store.swaps.swap(swap)
        if found is None or found.booking_id != booking:
            raise Refused(Why.NOT_FOUND)
        courses = await _hold(store, found.from_event, found.to_event)
        held, (mine, _) = await _as_they_are(store, booking, found.from_sitting, found.to_sitting)
        event = courses[held.event_id]
        needed = await store.swaps.more_needed(mine, held.places)
        if needed and event.taken + needed > event.places:
            raise Refused(Why.OWN_DATE_FILLED)
        await store.swaps.end(swap)
        await _count_and_tell(store, held, courses, Deed(what="swapped_date_back"))
    return booking


async def _changeable(ask: Ask[Whole], store: Whole, booking: BookingId) -> Booking:
    """Refuses: NOT_FOUND, NOT_ALLOWED."""
    held = await store.bookings.booking(booking)
    ACCESS.require(ask.actor, Permit.CHANGE_PLACE, held)
    assert held is not None, "required above"
    return held


async def _are_parallel(
    store: Whole, held: Booking, own: Sitting | None, other: Sitting | None
) -> bool:
    """Whether the asker sees both: a date of the place's course, and the same date of another
    course of one offering.
    """
    if own is None or other is None or own.event_id != held.event_id:
        return False
    seen = await store.events.events([own.event_id, other.event_id])
    here, there = seen.get(own.event_id), seen.get(other.event_id)
    return (
        here is not None
        and there is not None
        and here.id != there.id
        and here.is_course
        and there.is_course
        and (here.offering_id, own.number) == (there.offering_id, other.number)
    )


async def _hold(store: Whole, here: EventId, there: EventId) -> dict[EventId, Event]:
    """Two courses of one thing, and so of one host; from here on as its system."""
    seen = await store.events.events([here])
    await store.turn.become_system(seen[here].agency)
    return await store.events.lock(here, there)


async def _as_they_are(
    store: Whole, booking: BookingId, own: SittingId, other: SittingId
) -> tuple[Booking, tuple[Sitting, Sitting]]:
    """The place and both dates, now that nobody changes them.

    Refuses: BOOKING_OVER, EVENT_BEGUN, EVENT_NOT_OPEN.
    """
    held = await store.bookings.booking(booking)
    assert held is not None, "seen before its course was held"
    dates = await store.sittings.sittings([own, other])
    mine, theirs = dates[own], dates[other]
    if held.state is not BookingState.CONFIRMED:
        raise Refused(Why.BOOKING_OVER)
    if min(mine.starts_at, theirs.starts_at) <= store.turn.now:
        raise Refused(Why.EVENT_BEGUN, field="date")
    if mine.is_off or theirs.is_off:
        raise Refused(Why.EVENT_NOT_OPEN, field="date")
    return held, (mine, theirs)


async def _judge(ask: Ask[Whole], store: Whole, held: Booking, event: Event) -> None:
    """Whether the family may come there at all, and has nothing else there.

    Refuses: EVENT_NOT_OPEN, NOT_FOR_YOUR_AGENCY, NOT_VERIFIED, NOT_FOR_YOU, NOT_AVAILABLE, FULL,
    ALREADY_BOOKED, ALREADY_WAITING, NEEDED_FIRST.
    """
    if event.state is not EventState.PUBLISHED:
        raise Refused(Why.EVENT_NOT_OPEN, field="date")
    home = await store.cards.family(held.family_id)
    assert home is not None, "whose place it is was known when it was booked"
    await come_to(store, home, event)
    share = event.share_of(held.agency)
    if share is None or share.most == 0:
        raise Refused(Why.NOT_FOR_YOUR_AGENCY, field="date")
    if await is_kept_from(store, home, event):
        raise no_place_for(ask.actor.role)
    if await store.bookings.live_of(home.family_id, [event.id]):
        raise Refused(Why.ALREADY_BOOKED, field="date")
    if await store.entries.live_of(home.family_id, [event.id]):
        raise Refused(Why.ALREADY_WAITING, field="date")
    if await missing_of(store, event.id, home.family_id):
        raise Refused(Why.NEEDED_FIRST, field="date")


async def _require_room(store: Whole, held: Booking, event: Event, date: Sitting) -> None:
    """Refuses: FULL, AGENCY_FULL, PLACES_KEPT, LIST_FIRST."""
    no = await _why_no_room(store, held, event, date)
    if no is not None:
        raise refusal_for(no, event)


async def _why_no_room(store: Whole, held: Booking, event: Event, date: Sitting) -> No | None:
    """Where a date takes no more places of its course than are taken already, it needs none. What
    families wait for is theirs first, for as long as it is offered.
    """
    needed, now = await store.swaps.more_needed(date, held.places), store.turn.now
    if not needed:
        return None
    if not has_room(event, held.agency, needed, now):
        return which_limit(event, held.agency, needed)
    waits = now < event.offers_until and come_first(event, held.agency, needed, now)
    return No.LIST_FIRST if waits else None


async def _count_and_tell(
    store: Whole, held: Booking, courses: dict[EventId, Event], deed: Deed
) -> None:
    for event in sorted(courses):
        await store.swaps.count(event)
    newer = await store.bookings.touch(held.id)
    here = courses[held.event_id]
    await tell_family(store, NoticeKind.BOOKING_CHANGED, newer, here, deed)


async def back_to_own_dates(store: Whole, visits: Sequence[SwappedDate]) -> None:
    """The course that they would have come to is called off: they are expected at their own dates
    again, and told.
    """
    for course in sorted({one.from_event for one in visits}):
        event = await store.events.lock_one(course)
        await store.swaps.count(course)
        places = {one.booking_id for one in visits if one.from_event == course}
        newer = [await store.bookings.touch(place) for place in sorted(places)]
        await tell_families(store, NoticeKind.DATE_MOVED, newer, event, Deed(what="swap_ended"))


async def end_swaps_beside(store: Whole, family: UUID) -> None:
    """Of a family and those that it must not meet: who comes to a date of another course at which
    the other is expected comes to their own again, and is told that, and not why (I08).
    """
    for swap, host in await store.swaps.apart_of(family):
        await store.turn.become_system(host)
        found = await store.swaps.swap(swap)
        if found is not None:  # the one before may have parted them
            await store.events.lock(found.from_event, found.to_event)
            await store.swaps.end(swap)
            await store.swaps.count(found.to_event)
            await back_to_own_dates(store, [found])


async def swapped_dates(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, list[SwappedDate]]:
    """Of each place that the asker sees, the dates at which it is expected elsewhere."""
    async with ask.read() as store:
        return await store.swaps.of_bookings(bookings)


async def dates_to_swap(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, list[SwapChoice]]:
    """What of each place that the asker may change could be swapped now, the soonest first: with
    room as far as the counters tell; the press may still be refused.
    """
    async with ask.read() as store:
        found = await store.bookings.bookings(bookings)
        return {
            id: await _choices(store, one)
            for id, one in found.items()
            if one.state is BookingState.CONFIRMED
            and ACCESS.allows(ask.actor, Permit.CHANGE_PLACE, one)
        }


async def _choices(store: Whole, held: Booking) -> list[SwapChoice]:
    others = await store.swaps.parallel(held.event_id)
    if not others:
        return []
    swapped = (await store.swaps.of_bookings([held.id])).get(held.id, [])
    taken = {one.from_sitting for one in swapped}
    own = {
        one.number: one
        for one in (await store.sittings.of_events([held.event_id]))[held.event_id]
        if one.starts_at > store.turn.now and not one.is_off and one.id not in taken
    }
    events = await store.events.events([one.event_id for one in others])
    there = await store.bookings.live_of(held.family_id, list(events))
    choices = []
    for date in others:
        event = events[date.event_id]
        if date.number not in own or event.id in there or event.share_of(held.agency) is None:
            continue
        if await _why_no_room(store, held, event, date) is None:
            choices.append(SwapChoice(own[date.number], date))
    return choices


async def expected(ask: Ask[Whole], sittings: Sequence[SittingId]) -> dict[SittingId, int]:
    """Places that are expected at each of these dates, to who plans."""
    if not ACCESS.allows(ask.actor, Permit.FILL):
        return {}
    async with ask.read() as store:
        seen = await store.sittings.sittings(sittings)
        more = await store.swaps.visitors(list(seen))
        events = await store.events.events([one.event_id for one in seen.values()])
        return {id: events[one.event_id].taken + more[id] for id, one in seen.items()}


async def visits_to_count(ask: Ask[Whole]) -> Sequence[tuple[EventId, str]]:
    """Courses of any host of which visitors are to be counted anew: ids only."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.swaps.to_count()


async def count_visits(ask: Ask[Whole], event: EventId) -> None:
    """Say anew how many places visitors take, as the host's system. What comes free is offered by
    the sweep that fills. Safe to call twice. Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        await store.events.lock_one(event)
        await store.swaps.count(event)
