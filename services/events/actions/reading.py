"""Reading: the programme, events with their dates, and what a family has of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.access import Actor
from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.booking import refusal_for, slot_held
from services.events.actions.coming import come_to, require_no_swap_to
from services.events.actions.protected import write_down_reading
from services.events.model.event import Event, Offering, Sitting, Venue, Whereabouts
from services.events.model.ids import (
    BookingId,
    EntryId,
    EventId,
    OfferId,
    OfferingId,
    SittingId,
    VenueId,
)
from services.events.model.place import Booking, BookingState, Entry, Offer
from services.events.model.programme import Wanted, WantedHosted
from services.events.model.protected import Reading
from services.events.rules.counts import for_reports
from services.events.store.programme import After
from services.events.store.whole import Whole
from services.events.waiting.room import why_no_place

SOON_MAX = 3


class Turn(StrEnum):
    """About when a family's turn comes: a word, so that nobody is counted (B33)."""

    NEXT = "next"
    SOON = "soon"
    LATER = "later"


async def programme(
    ask: Ask[Whole], wanted: Wanted, *, after: After | None, limit: int
) -> tuple[Sequence[Event], int]:
    """A page of what is on, and how much there is in all."""
    async with ask.read() as store:
        page = await store.programme.page(wanted, after=after, limit=limit)
        return page, await store.programme.how_many(wanted)


async def towns(ask: Ask[Whole]) -> Sequence[str]:
    async with ask.read() as store:
        return await store.programme.towns()


async def hosted_events(
    ask: Ask[Whole], wanted: WantedHosted, *, after: After | None, limit: int
) -> tuple[Sequence[Event], int]:
    """What the asker's agency hosts or shares; empty to who does not work with events."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.SEE_HOSTED):
        return [], 0
    async with ask.read() as store:
        page = await store.programme.hosted(agency, wanted, after=after, limit=limit)
        return page, await store.programme.how_many_hosted(agency, wanted)


async def hosted_towns(ask: Ask[Whole]) -> Sequence[str]:
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.SEE_HOSTED):
        return []
    async with ask.read() as store:
        return await store.programme.hosted_towns(agency)


async def events_by_id(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Event]:
    async with ask.read() as store:
        return await store.events.events(events)


async def offerings_by_id(
    ask: Ask[Whole], offerings: Sequence[OfferingId]
) -> dict[OfferingId, Offering]:
    async with ask.read() as store:
        return await store.offerings.offerings(offerings)


async def offerings_page(
    ask: Ask[Whole], *, after: tuple[str, UUID] | None, limit: int
) -> tuple[Sequence[Offering], int]:
    """What the asker's agency offers, by name; empty to who does not work with events."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.HOST):
        return [], 0
    async with ask.read() as store:
        page = await store.offerings.of_agency(agency, after=after, limit=limit)
        return page, await store.offerings.how_many(agency)


async def venues(ask: Ask[Whole]) -> Sequence[Venue]:
    """Those of the asker's agency; empty to who does not work with events."""
    agency = ask.actor.agency
    if agency is None or not ACCESS.allows(ask.actor, Permit.HOST):
        return []
    async with ask.read() as store:
        return await store.venues.of_agency(agency)


async def venues_by_id(ask: Ask[Whole], venues: Sequence[VenueId]) -> dict[VenueId, Venue]:
    async with ask.read() as store:
        return {venue.id: venue for venue in await store.venues.venues(venues)}


async def sittings_of(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[Sitting]]:
    async with ask.read() as store:
        return await store.sittings.of_events(events)


async def sittings_by_id(
    ask: Ask[Whole], sittings: Sequence[SittingId]
) -> dict[SittingId, Sitting]:
    async with ask.read() as store:
        return await store.sittings.sittings(sittings)


async def instants(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, datetime]:
    """The database's instant, by which an event is open or closed."""
    async with ask.read():
        return dict.fromkeys(events, ask.now)


@dataclass(frozen=True, slots=True)
class Counted:
    """The counters of an event as the asker may read them. None: a number that is hidden.

    `used` and `queue` are by agency, in the order of the event's shares.
    """

    event: Event
    taken: int | None
    listed: int | None
    used: tuple[int | None, ...]
    queue: tuple[int | None, ...]
    visiting: int | None


async def counted(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Counted]:
    """The counters, to who works with events; to board viewers without small numbers (E43)."""
    if not ACCESS.allows(ask.actor, Permit.SEE_HOSTED):
        return {}
    found = await events_by_id(ask, events)
    exact = ACCESS.allows(ask.actor, Permit.SEE_SMALL_COUNTS)
    return {id: _counted(event, exact=exact) for id, event in found.items()}


def _counted(event: Event, *, exact: bool) -> Counted:
    used = [share.used for share in event.shares]
    queue = [share.queue for share in event.shares]
    if exact:
        return Counted(event, event.taken, event.listed, tuple(used), tuple(queue), event.visiting)
    shown_used, taken = for_reports(used)
    _, listed = for_reports([event.listed])
    return Counted(event, taken, listed, tuple(shown_used), tuple(for_reports(queue)[0]), None)


async def leaders_of(ask: Ask[Whole], sittings: Sequence[SittingId]) -> dict[SittingId, UUID]:
    """The account of who leads each date, to who plans for its host: a partner that knew it could
    ask for other times of theirs, and learn when they are busy.
    """
    if not ACCESS.allows(ask.actor, Permit.HOST):
        return {}
    async with ask.read() as store:
        found = await store.sittings.sittings(sittings)
        events = await store.events.events([one.event_id for one in found.values()])
        return {
            id: one.worker_id
            for id, one in found.items()
            if one.worker_id is not None
            and ACCESS.allows(ask.actor, Permit.HOST, events[one.event_id])
        }


def free_of(actor: Actor, event: Event) -> int | None:
    """How many places nobody has; None where it would tell who may not know how few came."""
    if ACCESS.allows(actor, Permit.SEE_SMALL_COUNTS):
        return event.free
    shown = _counted(event, exact=False)
    return None if shown.taken is None or None in shown.used else event.free


async def whereabouts(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Whereabouts]:
    """Where to go and how to join, of those events whose asker may know it (domain.md E21)."""
    async with ask.read() as store:
        return await store.venues.whereabouts(events)


async def shown_from(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, datetime]:
    """From when who has a place at each of these is told where it is (I03)."""
    async with ask.read() as store:
        return await store.venues.shown_from(events)


async def access_met(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[str]]:
    """What the venue of each has for people with access needs, of those where it was said."""
    async with ask.read() as store:
        return await store.venues.access_met(events)


async def own_places(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Booking]:
    """The asker's family's place at each; what is only offered is found with the offer."""
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        found = await store.bookings.live_of(ask.actor.household, events)
        return {id: one for id, one in found.items() if one.state is not BookingState.HELD}


async def own_lines(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Entry]:
    if ask.actor.household is None:
        return {}
    async with ask.read() as store:
        return await store.entries.live_of(ask.actor.household, events)


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal as it would be said: nothing has been asked for yet."""

    code: str
    message: str


async def why_not_book(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Said]:
    """Of the events that the asker's family cannot book one place at now: why."""
    if ask.actor.household is None:
        return {}
    found: dict[EventId, Said] = {}
    async with ask.read() as store:
        home = await store.cards.family(ask.actor.household)
        if home is None:
            return {}
        for id, event in (await store.events.events(events)).items():
            try:
                family = (await come_to(store, home, event)).family
                await require_no_swap_to(store, home.family_id, event)
            except Refused as no:
                found[id] = Said(no.code, no.message)
                continue
            reason = why_no_place(event, family.agency, 1, ask.now)
            if reason is not None:
                no_place = refusal_for(reason, event)
                found[id] = Said(no_place.code, no_place.message)
        for id, until in (await store.slots.held_by_others(events)).items():
            held = slot_held(until)
            found.setdefault(id, Said(held.code, held.message))
    return found


async def check_first(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, str]:
    """Of the events that the asker's family may book though the helpdesk should be asked: why, in
    the words of the rule (domain.md A4 row 39: never a silent no).
    """
    if ask.actor.household is None:
        return {}
    found: dict[EventId, str] = {}
    async with ask.read() as store:
        home = await store.cards.family(ask.actor.household)
        if home is None:
            return {}
        for id, event in (await store.events.events(events)).items():
            with suppress(Refused):
                coming = await come_to(store, home, event)
                if coming.is_doubtful:
                    found[id] = coming.words
    return found


async def own_bookings(
    ask: Ask[Whole], *, after: After | None, limit: int
) -> tuple[Sequence[Booking], int]:
    """Every place that the asker's family has or had, the newest first."""
    family = ask.actor.household
    if family is None:
        return [], 0
    async with ask.read() as store:
        page = await store.bookings.of_family(family, after=after, limit=limit)
        return page, await store.bookings.how_many_of_family(family)


async def own_waiting(ask: Ask[Whole]) -> Sequence[Entry]:
    if ask.actor.household is None:
        return []
    async with ask.read() as store:
        return await store.entries.of_family(ask.actor.household)


async def bookings_by_id(
    ask: Ask[Whole], bookings: Sequence[BookingId]
) -> dict[BookingId, Booking]:
    async with ask.read() as store:
        found = await store.bookings.bookings(bookings)
    await write_down_reading(ask, Reading.PLACE, [one.family_id for one in found.values()])
    return found


async def entries_by_id(ask: Ask[Whole], entries: Sequence[EntryId]) -> dict[EntryId, Entry]:
    async with ask.read() as store:
        found = await store.entries.entries(entries)
    await write_down_reading(ask, Reading.LINE, [one.family_id for one in found.values()])
    return found


async def offers_by_entry(ask: Ask[Whole], entries: Sequence[EntryId]) -> dict[EntryId, Offer]:
    """The offer that waits for an answer, of each line that has one."""
    async with ask.read() as store:
        return await store.offers.open_of(entries)


async def entry_of_offer(ask: Ask[Whole], offer: OfferId) -> EntryId:
    """The line that an offer was made to, for who has just answered it."""
    async with ask.read() as store:
        found = await store.offers.offer(offer)
        assert found is not None, "whoever answered it sees it"
        return found.entry_id


async def turns(ask: Ask[Whole], entries: Sequence[EntryId]) -> dict[EntryId, Turn]:
    """About when it is each line's turn, of those that the asker may see."""
    async with ask.read() as store:
        lines = await store.entries.entries(entries)
        events = await store.events.events([line.event_id for line in lines.values()])
        found = {}
        for id, line in lines.items():
            await store.turn.become_system(events[line.event_id].agency)
            found[id] = _turn(await store.entries.ahead_of(line))
        return found


def _turn(ahead: int) -> Turn:
    if ahead == 0:
        return Turn.NEXT
    return Turn.SOON if ahead <= SOON_MAX else Turn.LATER


async def places_at(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[Booking]]:
    """Every place that is taken at an event, to staff of the host and of the family's agency."""
    if not ACCESS.allows(ask.actor, Permit.SEE_HOSTED):
        return {}
    async with ask.read() as store:
        found = {event: list(await store.bookings.live_at(event)) for event in events}
    families = [one.family_id for places in found.values() for one in places]
    await write_down_reading(ask, Reading.PLACES, families)
    return found


async def lists_at(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[Entry]]:
    """The list of an event in its order, to the same."""
    if not ACCESS.allows(ask.actor, Permit.SEE_HOSTED):
        return {}
    async with ask.read() as store:
        found = {event: list(await store.entries.listed_at(event)) for event in events}
    families = [one.family_id for lines in found.values() for one in lines]
    await write_down_reading(ask, Reading.LINES, families)
    return found
