"""An event on its way: published, its places and partners set, a date moved, all called off."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.charges import take_back_all
from services.events.actions.filling import fill
from services.events.actions.interested import offer_to_interested
from services.events.actions.keeping_clear import require_clear
from services.events.actions.leading import require_leader
from services.events.actions.overrides import ask_another, by_two, overtake
from services.events.actions.scheduling import PLACES_MAX, check_places, sitting_at
from services.events.actions.swapping import back_to_own_dates
from services.events.actions.telling import Deed, Facts, tell_families, write_down_event
from services.events.calendar import days_before, midnight
from services.events.model.event import Event, EventState, Share, Sitting
from services.events.model.given import GivenDate, GivenPlaces, GivenShare
from services.events.model.ids import EventId, OverrideId, SittingId
from services.events.model.override import OverrideKind
from services.events.model.place import BookingState, EntryState, PlaceSettings
from services.events.refusals import Why
from services.events.states.events import EVENT, EventMove
from services.events.store.offerings import Overlapping
from services.events.store.whole import Whole
from services.events.waiting.windows import last_moment

REASON_MAX = 500


async def publish_event(ask: Ask[Whole], *, event: EventId) -> EventId:
    """Put a draft into the programme; a workshop is offered to those who asked for it (E17).

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_A_DRAFT, ACCESS_NOT_SAID, LEADER_NEEDED,
    LEADER_NOT_IN_DATE, VENUE_NOT_FREE.
    """
    async with ask.begin() as store:
        await put_into_programme(ask, store, event)
        await store.turn.become_system(ask.actor.agency)
        await offer_to_interested(store, event)
    return event


async def put_into_programme(ask: Ask[Whole], store: Whole, event: EventId) -> Event:
    """In the caller's transaction. Refuses: as `publish_event`."""
    found = await hosted(ask, store, event)
    await put_written_into_programme(store, found)
    return found


async def put_written_into_programme(store: Whole, event: Event) -> None:
    """A draft whose host has been asked, in the caller's transaction.

    Refuses: NOT_A_DRAFT, ACCESS_NOT_SAID, LEADER_NEEDED, LEADER_NOT_IN_DATE, VENUE_NOT_FREE.
    """
    await require_access_said(store, event)
    await require_leader(store, event)
    await require_clear(store, event, (await store.sittings.of_events([event.id]))[event.id])
    if not await store.events.become(event.id, EventMove.PUBLISH, EventState.PUBLISHED):
        raise Refused(Why.NOT_A_DRAFT)
    await write_down_event(store, event, "published_event")


async def require_access_said(store: Whole, event: Event) -> None:
    """At a venue it is said first what that has for people with access needs, or that it has none
    of it; not of what is online or somebody else's. Asked as the host's staff or system.

    Refuses: ACCESS_NOT_SAID. Source: domain.md D7, publish.
    """
    if event.venue_id is not None and not await store.venues.access_met([event.id]):
        raise Refused(Why.ACCESS_NOT_SAID)


async def cancel_event(ask: Ask[Whole], *, event: EventId, reason: str) -> EventId:
    """Call it off: every family is told once, in words for where it stood (D13).

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, TOO_LONG, NOT_PUBLISHED, EVENT_OVER.
    """
    why = needed_reason(reason)
    async with ask.begin() as store:
        await hosted(ask, store, event)
        await call_off(store, await _locked(ask, store, event), why)
    return event


def needed_reason(reason: str) -> str:
    """Refuses: REASON_NEEDED, TOO_LONG."""
    why = reason.strip()
    if not why:
        raise Refused(Why.REASON_NEEDED, field="reason")
    if len(why) > REASON_MAX:
        raise Refused(Why.TOO_LONG, field="reason")
    return why


async def call_off(store: Whole, held: Event, why: str) -> None:
    """An event that is locked, as its host's system. Of a course that has begun the dates that
    are over took place, and who came to a date stays counted. Refuses: NOT_PUBLISHED, EVENT_OVER.
    """
    if EVENT.after(held.state, EventMove.CANCEL) is None:
        raise Refused(Why.NOT_PUBLISHED)
    if held.state is EventState.PUBLISHED and store.turn.now >= held.ends_at:
        raise Refused(Why.EVENT_OVER)
    visits = await store.swaps.to_event(held.id)
    await store.events.become(held.id, EventMove.CANCEL, EventState.CANCELLED, why=why)
    await store.sittings.call_off(held.id)
    await _end_all(store, held, why)
    await back_to_own_dates(store, visits)
    nothing = [0 for _ in held.shares]
    left = await store.bookings.live_at(held.id)
    used = [sum(one.places for one in left if one.agency == share.agency) for share in held.shares]
    await store.events.set_counters(held.id, used=used, queue=nothing, listed=0)
    facts: Facts = {"kept_back": held.kept_back}  # left alone, and reported (D11)
    await write_down_event(store, held, "cancelled_event", why=why, facts=facts)
    sittings = (await store.sittings.of_events([held.id]))[held.id]
    for beside in await store.groups.beside([one.id for one in sittings]):
        slot = await store.events.lock_one(beside)
        if store.turn.now < slot.ends_at:
            await call_off(store, slot, why)


async def _end_all(store: Whole, event: Event, why: str) -> None:
    """Whoever had a place, was offered one, or waited: one message a family."""
    entries = await store.entries.end_all(event.id)
    await store.offers.revoke_all(event.id)
    bookings = await store.bookings.end_all(event.id, why=why)
    offered = [one for one in entries if one.was is EntryState.OFFERED]
    waiting = [one for one in entries if one.was is EntryState.WAITING]
    booked = [one for one in bookings if one.was is not BookingState.HELD]
    deed = Deed(what="event_cancelled", why=why)
    await take_back_all(store, event, why)
    for kind, gone in (
        (NoticeKind.EVENT_OFF_BOOKED, [one.booking for one in booked]),
        (NoticeKind.EVENT_OFF_OFFERED, [one.entry for one in offered]),
        (NoticeKind.EVENT_OFF_WAITING, [one.entry for one in waiting]),
    ):
        await tell_families(store, kind, gone, event, deed)


async def set_places(
    ask: Ask[Whole], *, event: EventId, given: GivenPlaces, reason: str | None = None
) -> OverrideId | None:
    """More places go to the list first; with fewer nobody loses theirs (A07, A08, A23). More that
    may go over what a published event aims at need a reason, and where the host wants two people
    for that are only asked for: returns what another has to agree to (I07).

    Refuses: NOT_FOUND, NOT_ALLOWED, CAPACITY_NOT_POSSIBLE, REASON_NEEDED, EXTRA_BY_ITSELF,
    NOT_PUBLISHED, OVERRIDE_TOO_LATE, OVERRIDE_OPEN_ALREADY.
    """
    check_places(given)
    async with ask.begin() as store:
        await hosted(ask, store, event)
        held = await _locked(ask, store, event)
        if sum(share.guaranteed for share in held.shares) > given.capacity:
            raise Refused(Why.CAPACITY_NOT_POSSIBLE, field="places")
        why = None
        if held.state is EventState.PUBLISHED and given.extra > held.extra:
            why = needed_reason(reason or "")
            if await by_two(store, held, OverrideKind.EXTRA_PLACES):
                if (given.capacity, given.room_max) != (held.capacity, held.room_max):
                    raise Refused(Why.EXTRA_BY_ITSELF, field="extra")
                return await ask_another(store, held, why=why, extra=given.extra)
        await write_places(store, held, given, why=why)
    return None


async def write_places(store: Whole, held: Event, given: GivenPlaces, *, why: str | None) -> None:
    """Of an event that is locked, as its host's system."""
    await store.events.set_places(
        held.id, capacity=given.capacity, extra=given.extra, room_max=given.room_max
    )
    facts: Facts = {"before": held.places, "capacity": given.capacity, "extra": given.extra}
    await write_down_event(store, held, "set_places", why=why, facts=facts)
    if given.extra != held.extra:
        await overtake(store, held)
    await fill(store, held.id)


async def set_shares(ask: Ask[Whole], *, event: EventId, shares: Sequence[GivenShare]) -> EventId:
    """Who takes part, with what promise. What families have is never taken from them (C06, C12).

    Refuses: NOT_FOUND, NOT_ALLOWED, SHARES_NOT_POSSIBLE.
    """
    async with ask.begin() as store:
        await hosted(ask, store, event)
        held = await _locked(ask, store, event)
        waiting = await store.entries.agencies_at(event)
        settings = await store.programme.settings(held.agency)
        made = shares_of(held, shares, settings, waiting=waiting)
        await store.events.set_shares(event, made)
        facts: Facts = {share.agency: share.guaranteed for share in made}
        await write_down_event(store, held, "set_shares", facts=facts)
        await _end_waiting_of_who_withdrew(store, held, made)
        await fill(store, event)
    return event


async def _end_waiting_of_who_withdrew(store: Whole, event: Event, made: Sequence[Share]) -> None:
    """Families of an agency that takes no part any more wait for nothing: they are told (C12)."""
    out = [share.agency for share in made if share.most == 0]
    removed = await store.entries.remove_of(event.id, out)
    for entry, came_first in removed:
        await store.events.count(event.id, entry.agency, queue=-int(came_first), listed=-1)
    lines = [entry for entry, _ in removed]
    await tell_families(store, NoticeKind.WAITING_OVER, lines, event, Deed(what="agency_withdrew"))


def shares_of(
    event: Event,
    given: Sequence[GivenShare],
    settings: PlaceSettings,
    *,
    waiting: Collection[str] = (),
) -> list[Share]:
    """The host first. An agency that has families here, or `waiting` on the list, stays, if only
    with nothing more to have; one that is to have nothing and has nobody goes. A promise without
    a day ends as many days before the first date as the host has set: at once if that is past.

    Refuses: SHARES_NOT_POSSIBLE. Source: domain.md D7; event-scenarios.md C02, C07.
    """
    named = {one.agency: one for one in given}
    kept = {share.agency: share for share in event.shares}
    in_use = {share.agency for share in event.shares if share.used or share.queue} | set(waiting)
    promised = sum(one.guaranteed for one in given)
    if (
        len(named) < len(given)
        or event.agency not in named
        or not in_use <= named.keys()
        or promised > event.capacity
        or any(one.guaranteed < 0 or (one.most or 0) < 0 for one in given)
    ):
        raise Refused(Why.SHARES_NOT_POSSIBLE, field="shares")
    others = [one for one in given if one.agency != event.agency]
    ordered = [
        named[event.agency],
        *(one for one in others if one.most != 0 or one.agency in in_use),
    ]
    by_itself = days_before(event.starts_at, settings.release_days, 0)
    nothing = Share("", 0, 0, by_itself, 0, 0)
    return [
        replace(
            kept.get(one.agency, nothing),
            agency=one.agency,
            guaranteed=one.guaranteed,
            most=PLACES_MAX if one.most is None else one.most,
            release_at=midnight(one.release_on) if one.release_on else by_itself,
        )
        for one in ordered
    ]


async def release_share(ask: Ask[Whole], *, event: EventId) -> EventId:
    """The asker's agency gives what it was promised and has not used to all, now.

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    async with ask.begin() as store:
        found = await store.events.event(event)
        ACCESS.require_role(ask.actor, Permit.RELEASE)
        share = found.share_of(ask.actor.agency or "") if found else None
        if found is None or share is None:
            raise Refused(Why.NOT_FOUND)
        await store.turn.become_system(found.agency)
        held = await store.events.lock_one(event)
        now = ask.now
        made = [
            replace(one, release_at=now)
            if one.agency == share.agency and one.release_at > now
            else one
            for one in held.shares
        ]
        await store.events.set_shares(event, made)
        await write_down_event(store, held, "released_share", facts={"by": share.agency})
        await fill(store, event)
    return event


async def move_sitting(ask: Ask[Whole], *, sitting: SittingId, to: GivenDate) -> SittingId:
    """Move a date; who has a place keeps it and is told, as are who is offered one or waits (E07).

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_PUBLISHED, LENGTH_NOT_POSSIBLE,
    DROP_IN_TOO_SHORT_OR_LONG, TIME_DOES_NOT_EXIST,
    DATE_HAS_PASSED, DATES_OUT_OF_ORDER, WORKER_IS_BUSY, VENUE_NOT_FREE.
    """
    async with ask.begin() as store:
        one = await store.sittings.sitting(sitting)
        if one is None:
            raise Refused(Why.NOT_FOUND)
        await hosted(ask, store, one.event_id)
        event = await _locked(ask, store, one.event_id)
        if event.state is EventState.CANCELLED:
            raise Refused(Why.NOT_PUBLISHED)
        await _move(store, event, one, to)
        by = to.at - one.wall_start
        for beside in await store.groups.beside([sitting]):
            slot = await store.events.lock_one(beside)
            for each in (await store.sittings.of_events([beside]))[beside]:
                minutes = int((each.ends_at - each.starts_at).total_seconds()) // 60
                await _move(store, slot, each, GivenDate(at=each.wall_start + by, minutes=minutes))
    return sitting


async def _move(store: Whole, event: Event, one: Sitting, to: GivenDate) -> None:
    """A date of an event that is locked, and every family told that has to do with it."""
    at = sitting_at(to, event.kind, now=store.turn.now)
    moved = replace(one, wall_start=at.wall_start, starts_at=at.starts_at, ends_at=at.ends_at)
    await require_clear(store, event, [moved])
    try:
        await store.sittings.move(moved)
    except Overlapping:
        raise Refused(Why.WORKER_IS_BUSY, field="date") from None
    event = await _with_dates(store, event)
    await store.events.was_moved(event.id)
    told = await store.bookings.touch_all(event.id)
    await tell_families(store, NoticeKind.DATE_MOVED, told, event, Deed(what="date_moved"))
    await _tell_who_waits(store, event)
    await write_down_event(store, event, "moved_sitting", facts={"number": one.number})


async def _tell_who_waits(store: Whole, event: Event) -> None:
    """The new time, to who waits, and to who is offered a place until when they may answer now:
    never after the last moment for an answer (B28).
    """
    settings = await store.programme.settings(event.agency)
    last = last_moment(settings, starts_at=event.starts_at, offers_until=event.offers_until)
    await store.offers.answer_sooner(event.id, by=max(last, store.turn.now))
    lines = await store.entries.touch_all(event.id)
    offers = await store.offers.open_of([line.id for line in lines])
    deed = Deed(what="date_moved")
    waiting = [line for line in lines if line.id not in offers]
    await tell_families(store, NoticeKind.LIST_MOVED, waiting, event, deed)
    for by in sorted({offer.answer_by for offer in offers.values()}):
        asked = [line for line in lines if line.id in offers and offers[line.id].answer_by == by]
        until = replace(deed, answer_at=by)
        await tell_families(store, NoticeKind.OFFER_MOVED, asked, event, until)


async def _with_dates(store: Whole, event: Event) -> Event:
    """The event from its first date to its last; booking closes as long before as it did."""
    sittings = (await store.sittings.of_events([event.id]))[event.id]
    for before, after in pairwise(sittings):
        if after.starts_at < before.ends_at or after.number < before.number:
            raise Refused(Why.DATES_OUT_OF_ORDER, field="date")
    starts_at, ends_at = sittings[0].starts_at, sittings[-1].ends_at
    by = starts_at - event.starts_at
    moved = replace(
        event,
        starts_at=starts_at,
        ends_at=ends_at,
        books_until=min(event.books_until + by, ends_at),
        offers_until=min(event.offers_until + by, ends_at),
    )
    await store.events.correct(moved)
    return moved


async def hosted(ask: Ask[Whole], store: Whole, event: EventId) -> Event:
    """An event of the asker's own agency. Refuses: NOT_FOUND, NOT_ALLOWED."""
    found = await store.events.event(event)
    ACCESS.require(ask.actor, Permit.FILL, found)
    assert found is not None, "required above"
    return found


async def _locked(ask: Ask[Whole], store: Whole, event: EventId) -> Event:
    """The event, held to the end; from here on as the host's system."""
    await store.turn.become_system(ask.actor.agency)
    return await store.events.lock_one(event)
