"""Groups: made, written anew and ended by those who plan; led by an adopter who said yes."""

from dataclasses import replace
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.hosting import TOWN_MAX, write_offering
from services.events.actions.running import needed_reason
from services.events.actions.scheduling import LENGTH_MAX, LENGTH_MIN
from services.events.actions.telling_groups import (
    acting,
    tell_lead,
    tell_members,
    write_down_group,
)
from services.events.model.event import Kind, Offering
from services.events.model.group import GivenGroup, GroupState, Named, PeerGroup
from services.events.model.ids import GroupId
from services.events.refusals import Why
from services.events.store.whole import Whole

KINDS = frozenset({Kind.SUPPORT_GROUP, Kind.STAY_AND_PLAY, Kind.CLUB, Kind.TEEN_GROUP})
FAMILIES_MAX = 500
SLOTS_MAX, SLOT_MIN, SLOT_MAX = 12, 15, 120


async def put_group(ask: Ask[Whole], *, given: GivenGroup, group: GroupId | None = None) -> GroupId:
    """Make a group of the asker's agency, or write it anew. Who is named to lead it is asked.

    Refuses: NOT_ALLOWED, NOT_FOUND, GROUP_OVER, KIND_HAS_NO_GROUP, SERIES_HAS_A_GROUP,
    TOWN_NEEDED, GROUP_SIZE_NOT_POSSIBLE, DATES_OF_A_GROUP, SLOTS_NOT_POSSIBLE, VENUE_NOT_KNOWN;
    and as `put_offering`: TITLE_NEEDED, TOO_LONG, WORKSHOPS_HAVE_TOPICS, TOPIC_NOT_KNOWN,
    LISTING_NEEDS_LINK, AGE_BAND_NOT_KNOWN. Source: domain.md A3 rows 17, 19 and 21.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_GROUP)
    async with ask.begin() as store:
        before = await _before(ask, store, group)
        _check(given, before)
        offering = await _offering(ask, store, given, before)
        if given.venue is not None:
            venue = await store.venues.venue(given.venue)
            if venue is None or venue.agency != offering.agency:
                raise Refused(Why.VENUE_NOT_KNOWN, field="venue")
        put = _put(offering, given, before)
        await store.groups.put(put)
        await write_down_group(store, put, "put_group")
        if given.lead != put.lead_account:
            await _name(store, put, given.lead)
    return put.id


async def _before(ask: Ask[Whole], store: Whole, group: GroupId | None) -> PeerGroup | None:
    """Refuses: NOT_FOUND, NOT_ALLOWED, GROUP_OVER."""
    if group is None:
        return None
    before = await store.groups.lock(group)
    ACCESS.require(ask.actor, Permit.KEEP_GROUP, before)
    assert before is not None, "required above"
    if before.state is GroupState.ENDED:
        raise Refused(Why.GROUP_OVER)
    return before


async def _offering(
    ask: Ask[Whole], store: Whole, given: GivenGroup, before: PeerGroup | None
) -> Offering:
    """What its dates are dates of: its own, one that the agency has already, or a new one."""
    which = before.offering_id if before else given.offering
    if before is None and which is not None and await store.groups.of_offering(which):
        raise Refused(Why.SERIES_HAS_A_GROUP, field="offering")
    offering = await write_offering(ask, store, given.what, which)
    if offering.kind not in KINDS:
        raise Refused(Why.KIND_HAS_NO_GROUP, field="kind")
    return offering


def _check(given: GivenGroup, before: PeerGroup | None) -> None:
    if not 0 < len(given.town.strip()) <= TOWN_MAX:
        raise Refused(Why.TOWN_NEEDED, field="town")
    most, least = given.families_max, before.families if before else 0
    if most is not None and not max(1, least) <= most <= FAMILIES_MAX:
        raise Refused(Why.GROUP_SIZE_NOT_POSSIBLE, field="familiesMax")
    if not LENGTH_MIN <= given.minutes <= LENGTH_MAX or not 1 <= given.places <= FAMILIES_MAX:
        raise Refused(Why.DATES_OF_A_GROUP, field="minutes")
    lasts = SLOT_MIN <= given.slot_minutes <= SLOT_MAX
    if given.slots and not (lasts and given.slots <= SLOTS_MAX and given.slot_worker):
        raise Refused(Why.SLOTS_NOT_POSSIBLE, field="slots")


def _put(offering: Offering, given: GivenGroup, before: PeerGroup | None) -> PeerGroup:
    return PeerGroup(
        id=before.id if before else GroupId(uuid4()),
        agency=offering.agency,
        offering_id=offering.id,
        state=GroupState.OPEN,
        town=given.town.strip(),
        joining=given.joining,
        moderated=given.moderated,
        families_max=given.families_max,
        families=before.families if before else 0,
        lead_account=before.lead_account if before else None,
        lead_family_id=before.lead_family_id if before else None,
        lead_since=before.lead_since if before else None,
        venue_id=given.venue,
        minutes=given.minutes,
        places=given.places,
        slots=max(0, given.slots),
        slot_minutes=given.slot_minutes,
        slot_worker=given.slot_worker if given.slots > 0 else None,
        ended_because=None,
        version=1,
        kind=offering.kind,
        title=offering.title,
        summary=offering.summary,
        parents_stay=offering.parents_stay,
    )


async def _name(store: Whole, group: PeerGroup, lead: UUID | None) -> None:
    await store.groups.name_lead(group.id, lead)
    named = replace(group, lead_account=lead)
    await write_down_group(store, named, "named_lead" if lead else "ended_lead")
    await tell_lead(store, NoticeKind.GROUP_LEAD, named)


async def end_group(ask: Ask[Whole], *, group: GroupId, reason: str) -> GroupId:
    """End it: every member is told once. Dates that are planned stay until they are called off.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, GROUP_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_GROUP)  # a guessed id is told no otherwise
    why = needed_reason(reason)
    async with ask.begin() as store:
        found = await store.groups.group(group)
        ACCESS.require(ask.actor, Permit.KEEP_GROUP, found)
        assert found is not None, "required above"
        await store.turn.become_system(found.agency)
        await store.groups.lock(group)
        if not await store.groups.end(group, why=why):
            raise Refused(Why.GROUP_OVER)
        told = await store.members.close_all(group)
        await tell_members(store, NoticeKind.GROUP_OVER, told)
        await write_down_group(store, found, "ended_group", why=why)
    return group


async def take_lead(ask: Ask[Whole], *, group: GroupId) -> GroupId:
    """Say yes to leading it. From then on the lead reads who belongs, and writes to them.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_ASKED_TO_LEAD, GROUP_OVER.
    """
    async with ask.begin() as store:
        found = await _asked(ask, store, group)
        if found.state is GroupState.ENDED:
            raise Refused(Why.GROUP_OVER)
        account, family = acting(ask.actor.account), ask.actor.household
        await store.turn.become_system(found.agency)
        if family is None or not await store.groups.take_lead(
            group, account=account, family=family
        ):
            raise Refused(Why.NOT_ASKED_TO_LEAD)
        await write_down_group(store, found, "took_lead")
    return group


async def lay_down_lead(ask: Ask[Whole], *, group: GroupId) -> GroupId:
    """Say no to leading it, or stop. What was written to members stays until its day.

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    async with ask.begin() as store:
        found = await _asked(ask, store, group)
        await store.turn.become_system(found.agency)
        await store.groups.name_lead(group, None)
        await write_down_group(store, found, "laid_down_lead")
    return group


async def _asked(ask: Ask[Whole], store: Whole, group: GroupId) -> PeerGroup:
    """A group that the asker was named to lead. Refuses: NOT_FOUND, NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.TAKE_LEAD)
    found = await store.groups.group(group)
    named = Named(found.agency, found.lead_account) if found else None
    ACCESS.require(ask.actor, Permit.TAKE_LEAD, named)
    assert found is not None, "required above"
    return found
