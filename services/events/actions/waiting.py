"""Joining a waiting list, and leaving it with one tap."""

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.coming import come_to, is_kept_from, require_no_swap_to
from services.events.actions.filling import fill
from services.events.actions.offering import close, without_late
from services.events.actions.people import check_ages, check_party, family_for
from services.events.actions.telling import Deed, tell_family, tell_nothing_more
from services.events.model.event import Event, EventState
from services.events.model.family import FamilyHere
from services.events.model.ids import EntryId, EventId
from services.events.model.place import Entry, EntryState, OfferState, Party, Passed
from services.events.refusals import Why
from services.events.states.places import EntryMove, OfferMove
from services.events.store.whole import Whole
from services.events.waiting.room import why_no_place

DRAW_BITS = 62


async def join_waiting_list(
    ask: Ask[Whole],
    *,
    event: EventId,
    party: Party,
    family: UUID | None = None,
    short_notice: bool = False,
) -> EntryId:
    """Wait for places for the whole party. Who joins again after leaving joins at the end.

    Where one comes by asking, this is the asking.

    Refuses: NOT_FOUND, NOT_ALLOWED, FAMILY_NEEDED, NOT_YET_KNOWN_HERE, NOT_VERIFIED, NOBODY_COMES,
    PARTY_TOO_LARGE, AGE_BAND_NOT_KNOWN, AGE_NOT_HERE, NOT_FOR_YOU, EVENT_NOT_OPEN,
    NOT_FOR_YOUR_AGENCY, LIST_CLOSED, LIST_FULL, PLACE_IS_FREE, ALREADY_BOOKED, ALREADY_WAITING,
    TAKE_SWAP_BACK_FIRST.
    Source: event-scenarios.md A03, A21, B17, B18, B36.
    """
    ACCESS.require_role(ask.actor, Permit.BOOK)
    async with ask.begin() as store:
        home = await family_for(ask, store, family)
        found = await store.events.event(event)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        check_party(party)
        check_ages(found, party.children)
        home = (await come_to(store, home, found)).family
        entry = replace(_line(ask, home, found, party), short_notice=short_notice)
        await store.turn.become_system(found.agency)
        held = await without_late(store, await store.events.lock_one(event))
        await require_no_swap_to(store, home.family_id, held)
        is_full = await is_kept_from(store, home, held)  # to this family, and nothing else tells
        _check_list(held, entry, now=ask.now, is_full=is_full)
        await _join(store, held, entry, kept_from=is_full)
        return entry.id


def _line(ask: Ask[Whole], home: FamilyHere, event: Event, party: Party) -> Entry:
    """At the end of the list, as of now."""
    assert ask.actor.account is not None, "whoever joins has signed in"
    return Entry(
        id=EntryId(uuid4()),
        event_id=event.id,
        family_id=home.family_id,
        agency=home.agency,
        state=EntryState.WAITING,
        places=party.places(event.counts_by),
        adults=party.adults,
        children=list(party.children),
        short_notice=False,
        tier=0,
        since=ask.now,
        # Fixed for this line, so that the same order comes of it again (C17).
        draw=secrets.randbits(DRAW_BITS),
        lapses=0,
        rests_until=None,
        passed_because=None,
        kept_since=None,
        joined_by=ask.actor.account,
        joined_at=ask.now,
        version=1,
    )


async def _join(store: Whole, event: Event, entry: Entry, *, kept_from: bool) -> None:
    """Who is kept from the event waits like anybody, and nobody waits for them."""
    if await store.bookings.live_of(entry.family_id, [event.id]):
        raise Refused(Why.ALREADY_BOOKED)
    if not await store.entries.add(entry, host=event.agency):
        raise Refused(Why.ALREADY_WAITING)
    nobody_waits_for = Passed.NOT_AVAILABLE if kept_from else None
    if event.by_asking and not kept_from:
        nobody_waits_for = Passed.HOST_DECIDES
    if nobody_waits_for is not None:
        await store.entries.pass_over([(entry.id, nobody_waits_for)])
    await store.events.count(event.id, entry.agency, queue=int(nobody_waits_for is None), listed=1)
    kind = NoticeKind.ASKED_TO_COME if event.by_asking else NoticeKind.ON_WAITING_LIST
    what = "asked_for_place" if event.by_asking else "joined_waiting_list"
    await tell_family(store, kind, entry, event, Deed(what=what))


def _check_list(event: Event, entry: Entry, *, now: datetime, is_full: bool) -> None:
    if event.state is not EventState.PUBLISHED:
        raise Refused(Why.EVENT_NOT_OPEN)
    share = event.share_of(entry.agency)
    if share is None or share.most == 0:
        raise Refused(Why.NOT_FOR_YOUR_AGENCY)
    if not event.list_open or now >= event.offers_until:
        raise Refused(Why.LIST_CLOSED)
    if not is_full and why_no_place(event, entry.agency, entry.places, now) is None:
        raise Refused(Why.PLACE_IS_FREE)
    if event.list_max is not None and event.listed >= event.list_max:
        raise Refused(Why.LIST_FULL)


async def leave_waiting_list(ask: Ask[Whole], *, entry: EntryId) -> EntryId:
    """No longer wait; what was offered goes on. Always allowed, and no reason is asked.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_WAITING.
    """
    async with ask.begin() as store:
        line, event = await locked_line(ask, store, entry)
        await leave_line(store, event, line, Deed(what="left_waiting_list"))
        await fill(store, event.id)
    return entry


async def leave_line(store: Whole, event: Event, line: Entry, deed: Deed) -> None:
    """End a line of an event that is locked, and what was offered to it. Refuses: NOT_WAITING."""
    if line.state is EntryState.OFFERED:
        offer = (await store.offers.open_of([line.id]))[line.id]
        await close(store, event, offer, OfferMove.DECLINE, OfferState.DECLINED)
    left = await store.entries.become(line.id, EntryMove.LEAVE, EntryState.LEFT)
    if left is None:
        raise Refused(Why.NOT_WAITING)
    counted = line.state is EntryState.WAITING and line.passed_because is None
    queue = -1 if counted else 0
    await store.events.count(event.id, line.agency, queue=queue, listed=-1)
    await tell_nothing_more(store, left, deed)


async def locked_line(ask: Ask[Whole], store: Whole, entry: EntryId) -> tuple[Entry, Event]:
    """A line that the asker may change, its event held, both as they are then; as the system.

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    line = await store.entries.entry(entry)
    ACCESS.require(ask.actor, Permit.CHANGE_PLACE, line)
    assert line is not None, "required above"
    event = await store.events.event(line.event_id)
    assert event is not None, "who waits for it sees it"
    await store.turn.become_system(event.agency)
    event = await store.events.lock_one(event.id)
    line = await store.entries.entry(entry)
    assert line is not None, "seen above"
    return line, event
