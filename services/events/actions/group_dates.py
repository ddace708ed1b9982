"""Dates of a group: added by its lead, with a social worker's slots beside them (rows 8 and 30)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.groups import SLOT_MAX, SLOT_MIN, SLOTS_MAX
from services.events.actions.running import put_written_into_programme
from services.events.actions.scheduling import write_drafts
from services.events.actions.telling_groups import write_down_group
from services.events.model.event import CountsBy, Kind, Offering, Sitting, Tier
from services.events.model.given import GivenDate, GivenEvent, GivenPlaces
from services.events.model.group import GivenSlots, PeerGroup
from services.events.model.ids import EventId, GroupId, OfferingId, SittingId, VenueId
from services.events.refusals import Why
from services.events.store.whole import Whole

SLOT_TITLE = "Time with a social worker"
SLOT_SUMMARY = "A talk in private beside {group}. No assessment is needed, and nobody is told why."
CUT_OFF_HOURS = 2
"""A slot is booked until two hours before. Source: domain.md A3 row 30."""


async def add_group_dates(
    ask: Ask[Whole], *, group: GroupId, dates: Sequence[GivenDate]
) -> tuple[EventId, ...]:
    """Put dates into the programme, where and for as many as an organiser has said; explicit ones,
    as such groups meet irregularly (row 19). Returns them in order.

    Refuses: NOT_FOUND, NOT_ALLOWED, VENUE_FOR_DATES_NEEDED, ACCESS_FOR_DATES_NEEDED, DATES_NEEDED,
    DATES_OUT_OF_ORDER, DATE_HAS_PASSED, TIME_DOES_NOT_EXIST, LENGTH_NOT_POSSIBLE, WORKER_IS_BUSY,
    and as `add_dates`: PLACE_NEEDED, VENUE_NOT_KNOWN, CAPACITY_NOT_POSSIBLE,
    BOOKING_TIMES_NOT_POSSIBLE; as `publish_event`: LEADER_NEEDED, LEADER_NOT_IN_DATE,
    VENUE_NOT_FREE.
    """
    ACCESS.require_role(ask.actor, Permit.DECIDE_MEMBERS)
    async with ask.begin() as store:
        found = await store.groups.group(group)
        ACCESS.require(ask.actor, Permit.DECIDE_MEMBERS, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        venue = await _venue_of(store, found)
        offering = await store.offerings.offering(found.offering_id)
        assert offering is not None, "a group has one"
        given = GivenEvent(places=GivenPlaces(capacity=found.places), venue=venue, walk_ins=True)
        added = await write_drafts(store, offering, dates, given, as_course=False)
        for event in added:
            await put_written_into_programme(store, event)
            if found.slots and found.slot_worker:
                (sitting,) = (await store.sittings.of_events([event.id]))[event.id]
                slots = GivenSlots(
                    slots=found.slots, minutes=found.slot_minutes, worker=found.slot_worker
                )
                await _beside(store, found, sitting, slots)
        await write_down_group(store, found, "added_group_dates")
        return tuple(event.id for event in added)


async def _venue_of(store: Whole, group: PeerGroup) -> VenueId:
    """Where it meets, of which an organiser has said what it has for people with access needs.

    Refuses: VENUE_FOR_DATES_NEEDED, ACCESS_FOR_DATES_NEEDED.
    """
    venue = await store.venues.venue(group.venue_id) if group.venue_id else None
    if venue is None:
        raise Refused(Why.VENUE_FOR_DATES_NEEDED)
    if venue.access_needs_met is None:
        raise Refused(Why.ACCESS_FOR_DATES_NEEDED)
    return venue.id


async def add_drop_in(ask: Ask[Whole], *, sitting: SittingId, given: GivenSlots) -> SittingId:
    """A social worker's slots beside a date of a group, one after the other from its beginning.

    Refuses: NOT_FOUND, NOT_ALLOWED, SLOTS_NOT_POSSIBLE, DATE_HAS_PASSED, WORKER_IS_BUSY,
    ACCESS_NOT_SAID.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_GROUP)
    async with ask.begin() as store:
        one = await store.sittings.sitting(sitting)
        event = await store.events.event(one.event_id) if one else None
        group = await store.groups.of_offering(event.offering_id) if event else None
        ACCESS.require(ask.actor, Permit.KEEP_GROUP, group)
        assert one is not None, "required above"
        assert group is not None, "required above"
        if not (1 <= given.slots <= SLOTS_MAX and SLOT_MIN <= given.minutes <= SLOT_MAX):
            raise Refused(Why.SLOTS_NOT_POSSIBLE, field="slots")
        await store.turn.become_system(group.agency)
        await _beside(store, group, one, given)
        await write_down_group(store, group, "added_drop_in")
    return sitting


async def _beside(store: Whole, group: PeerGroup, sitting: Sitting, given: GivenSlots) -> None:
    """Each slot is an event of its own with one place, open until two hours before."""
    event = await store.events.event(sitting.event_id)
    assert event is not None, "a date has one"
    if event.venue_id is None:
        raise Refused(Why.VENUE_FOR_DATES_NEEDED)
    offering = _of_slots(group)
    await store.offerings.put(offering)
    slot = GivenEvent(
        places=GivenPlaces(capacity=1),
        venue=event.venue_id,
        closes_before_hours=CUT_OFF_HOURS,
        worker=given.worker,
    )
    dates = [
        GivenDate(
            at=sitting.wall_start + timedelta(minutes=given.minutes * number),
            minutes=given.minutes,
        )
        for number in range(given.slots)
    ]
    added = await write_drafts(store, offering, dates, slot, as_course=False)
    await store.groups.put_beside([one.id for one in added], sitting.id)
    for one in added:
        await put_written_into_programme(store, one)


def _of_slots(group: PeerGroup) -> Offering:
    return Offering(
        id=OfferingId(uuid4()),
        agency=group.agency,
        kind=Kind.CONSULTATION,
        topic=None,
        title=SLOT_TITLE,
        summary=SLOT_SUMMARY.format(group=group.title),
        tier=Tier.UNIVERSAL,
        counts_by=CountsBy.FAMILIES,
        age_bands=[],
        parents_stay=True,
        provider=None,
        link=None,
    )
