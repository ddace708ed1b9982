"""Whole drafts as a form sends them; several dates published or called off at once."""

from collections.abc import Sequence
from dataclasses import replace

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.hosting import write_offering, write_venue
from services.events.actions.interested import offer_to_interested
from services.events.actions.running import (
    call_off,
    hosted,
    needed_reason,
    put_into_programme,
    shares_of,
)
from services.events.actions.scheduling import DATES_MAX, rewrite_draft, write_drafts
from services.events.calendar import Weekly, series
from services.events.model.event import Event, EventState
from services.events.model.given import GivenDate, GivenDraft, GivenEvent, GivenShare
from services.events.model.ids import EventId
from services.events.refusals import Why
from services.events.store.whole import Whole

LINK_MAX = 500


async def draft_events(
    ask: Ask[Whole], *, given: GivenDraft, rule: Weekly | None = None, minutes: int = 0
) -> tuple[EventId, ...]:
    """What is offered and its dates, all or nothing; by a rule where one is given.

    Refuses: NOT_ALLOWED, VENUE_INCOMPLETE, ACCESS_NEED_NOT_KNOWN, TITLE_NEEDED, TOO_LONG,
    WORKSHOPS_HAVE_TOPICS, TOPIC_NOT_KNOWN, LISTING_NEEDS_LINK, AGE_BAND_NOT_KNOWN, PLACE_NEEDED,
    VENUE_NOT_KNOWN, DATES_NEEDED, DATES_OUT_OF_ORDER, DATE_HAS_PASSED, TIME_DOES_NOT_EXIST,
    LENGTH_NOT_POSSIBLE, DROP_IN_TOO_SHORT_OR_LONG, WORKER_IS_BUSY, BOOKING_TIMES_NOT_POSSIBLE,
    CAPACITY_NOT_POSSIBLE, SHARES_NOT_POSSIBLE, JOIN_LINK_NEEDED.
    """
    ACCESS.require_role(ask.actor, Permit.HOST)
    async with ask.begin() as store:
        offering = await write_offering(ask, store, given.what)
        event = await _at_a_venue(ask, store, given)
        added = await write_drafts(
            store, offering, _dates(given, rule, minutes), event, as_course=given.as_course
        )
        for one in added:
            await _share(store, one, given)
        return tuple(one.id for one in added)


async def correct_draft(ask: Ask[Whole], *, event: EventId, given: GivenDraft) -> EventId:
    """A draft as it shall be; its kind and what it counts stay. Gates that were set stay too.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_A_DRAFT, ONE_DATE_HERE, and as `draft_events`:
    VENUE_INCOMPLETE, ACCESS_NEED_NOT_KNOWN, TITLE_NEEDED, TOO_LONG, WORKSHOPS_HAVE_TOPICS,
    TOPIC_NOT_KNOWN, LISTING_NEEDS_LINK, AGE_BAND_NOT_KNOWN, PLACE_NEEDED, VENUE_NOT_KNOWN,
    DATES_NEEDED, DATES_OUT_OF_ORDER, DATE_HAS_PASSED, TIME_DOES_NOT_EXIST, LENGTH_NOT_POSSIBLE,
    DROP_IN_TOO_SHORT_OR_LONG, WORKER_IS_BUSY, BOOKING_TIMES_NOT_POSSIBLE, CAPACITY_NOT_POSSIBLE,
    SHARES_NOT_POSSIBLE, JOIN_LINK_NEEDED.
    """
    ACCESS.require_role(ask.actor, Permit.HOST)
    async with ask.begin() as store:
        await hosted(ask, store, event)
        before = await store.events.lock_one(event)
        if before.state is not EventState.DRAFT:
            raise Refused(Why.NOT_A_DRAFT)
        offering = await write_offering(ask, store, given.what, before.offering_id)
        within = replace(given, event=await _at_a_venue(ask, store, given))
        made = await rewrite_draft(store, offering, event, within)
        await _share(store, made, given)
    return event


async def publish_events(ask: Ask[Whole], *, events: Sequence[EventId]) -> tuple[EventId, ...]:
    """Several drafts into the programme, all or none; workshops to those who asked (E17).

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_A_DRAFT, DATES_NEEDED, ACCESS_NOT_SAID, LEADER_NEEDED,
    LEADER_NOT_IN_DATE, VENUE_NOT_FREE.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    chosen = _chosen(events)
    async with ask.begin() as store:
        for event in chosen:
            await put_into_programme(ask, store, event)
        await store.turn.become_system(ask.actor.agency)
        for event in chosen:
            await offer_to_interested(store, event)
    return chosen


async def cancel_events(
    ask: Ask[Whole], *, events: Sequence[EventId], reason: str
) -> tuple[EventId, ...]:
    """Several called off for one reason, all or none; each family is told of each once (D13).

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, NOT_PUBLISHED, EVENT_OVER, DATES_NEEDED.
    """
    ACCESS.require_role(ask.actor, Permit.FILL)
    why, chosen = needed_reason(reason), _chosen(events)
    async with ask.begin() as store:
        for event in chosen:
            await hosted(ask, store, event)
        await store.turn.become_system(ask.actor.agency)
        held = await store.events.lock(*chosen)
        for event in chosen:
            await call_off(store, held[event], why)
    return chosen


def _chosen(events: Sequence[EventId]) -> tuple[EventId, ...]:
    """Each once, in the order of their ids, in which they are locked (H11)."""
    chosen = tuple(sorted(set(events)))
    if not 0 < len(chosen) <= DATES_MAX:
        raise Refused(Why.DATES_NEEDED, field="events")
    return chosen


def _dates(given: GivenDraft, rule: Weekly | None, minutes: int) -> Sequence[GivenDate]:
    if rule is None:
        return given.dates
    if not rule.weekdays or not 1 <= rule.times <= DATES_MAX or not 1 <= rule.every_weeks <= 12:
        raise Refused(Why.DATES_NEEDED, field="rule")
    return [GivenDate(at=wall, minutes=minutes) for wall in series(rule)]


async def _at_a_venue(ask: Ask[Whole], store: Whole, given: GivenDraft) -> GivenEvent:
    """What is the same for all dates, at the venue that is added with them."""
    link = given.event.join_link
    if link is not None and (not link.startswith("https://") or len(link) > LINK_MAX):
        raise Refused(Why.JOIN_LINK_NEEDED, field="joinLink")
    if given.venue is None:
        return given.event
    return replace(given.event, venue=await write_venue(ask, store, given.venue))


async def _share(store: Whole, event: Event, given: GivenDraft) -> None:
    shares = given.shares or (GivenShare(agency=event.agency),)
    settings = await store.programme.settings(event.agency)
    await store.events.set_shares(event.id, shares_of(event, shares, settings))
