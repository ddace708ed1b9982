"""Reading groups: those to join, those of an agency, those one leads; members, notes and dates."""

from collections.abc import Sequence

from kernel.ask import Ask
from services.events.access import ACCESS, Permit
from services.events.actions.protected import write_down_reading
from services.events.model.event import Event, Sitting
from services.events.model.group import (
    GroupState,
    Member,
    PeerGroup,
    Post,
    Slots,
    WantedGroups,
)
from services.events.model.ids import GroupId, MemberId, SittingId
from services.events.model.protected import Reading
from services.events.store.groups import Name
from services.events.store.whole import Whole

DATES_MAX = 12


async def groups_to_join(
    ask: Ask[Whole], *, search: str | None, after: Name | None, limit: int
) -> tuple[Sequence[PeerGroup], int]:
    """Open groups of the agencies that keep the asker's family, by name; empty to all others."""
    if not ACCESS.allows(ask.actor, Permit.JOIN_GROUP):
        return [], 0
    return await _page(ask, WantedGroups(state=GroupState.OPEN, search=search), after, limit)


async def groups_kept(
    ask: Ask[Whole], wanted: WantedGroups, *, after: Name | None, limit: int
) -> tuple[Sequence[PeerGroup], int]:
    """Those of the asker's agency, by name; empty to who does not plan."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_GROUP):
        return [], 0
    return await _page(ask, wanted, after, limit)


async def _page(
    ask: Ask[Whole], wanted: WantedGroups, after: Name | None, limit: int
) -> tuple[Sequence[PeerGroup], int]:
    async with ask.read() as store:
        page = await store.groups.page(wanted, after=after, limit=limit)
        return page, await store.groups.how_many(wanted)


async def groups_led(ask: Ask[Whole]) -> Sequence[PeerGroup]:
    """What the asker leads or is asked to lead, as a leader of groups."""
    if not ACCESS.allows(ask.actor, Permit.TAKE_LEAD):
        return []
    async with ask.read() as store:
        return await store.groups.page(WantedGroups(state=GroupState.OPEN), after=None, limit=50)


async def groups_by_id(ask: Ask[Whole], groups: Sequence[GroupId]) -> dict[GroupId, PeerGroup]:
    async with ask.read() as store:
        return await store.groups.groups(groups)


async def kept_by_planners(ask: Ask[Whole], groups: Sequence[GroupId]) -> dict[GroupId, PeerGroup]:
    """With who leads each, to who plans for its agency."""
    async with ask.read() as store:
        found = {
            id: one
            for id, one in (await store.groups.groups(groups)).items()
            if ACCESS.allows(ask.actor, Permit.KEEP_GROUP, one)
        }
    leads = [one.lead_family_id for one in found.values() if one.lead_family_id]
    await write_down_reading(ask, Reading.LEADS, leads)
    return found


async def own_memberships(ask: Ask[Whole]) -> Sequence[Member]:
    """Where the asker's family belongs or has asked to."""
    if not ACCESS.allows(ask.actor, Permit.JOIN_GROUP):
        return []
    assert ask.actor.household is not None, "the grant asks for a family"
    async with ask.read() as store:
        return await store.members.of_family(ask.actor.household)


async def own_in(ask: Ask[Whole], groups: Sequence[GroupId]) -> dict[GroupId, Member]:
    """The asker's family's membership in each of these, where it has one."""
    return {one.group_id: one for one in await own_memberships(ask) if one.group_id in groups}


async def membership(ask: Ask[Whole], member: MemberId) -> Member | None:
    """One, to its family, and to who may decide about it."""
    async with ask.read() as store:
        found = await store.members.member(member)
    if found is not None:
        await write_down_reading(ask, Reading.MEMBERS, [found.family_id])
    return found


async def members_of(ask: Ask[Whole], groups: Sequence[GroupId]) -> dict[GroupId, list[Member]]:
    """Who belongs or has asked, to the lead and to who plans; those who ask come first."""
    async with ask.read() as store:
        found = await store.groups.groups(groups)
        mine = [
            id for id, one in found.items() if ACCESS.allows(ask.actor, Permit.DECIDE_MEMBERS, one)
        ]
        members = await store.members.of_groups(mine) if mine else {}
    families = [one.family_id for rows in members.values() for one in rows]
    await write_down_reading(ask, Reading.MEMBERS, families)
    return members


async def notes_on(ask: Ask[Whole], groups: Sequence[GroupId]) -> dict[GroupId, list[Post]]:
    """What stands on each board now: to members what is shown, to its lead and planners all."""
    async with ask.read() as store:
        return await store.board.of_groups(groups, at=ask.now)


async def dates_of(
    ask: Ask[Whole], groups: Sequence[GroupId]
) -> dict[GroupId, list[tuple[Event, Sitting]]]:
    """The next dates of each, the soonest first."""
    async with ask.read() as store:
        found: dict[GroupId, list[tuple[Event, Sitting]]] = {}
        for id, one in (await store.groups.groups(groups)).items():
            events = await store.groups.dates_of(one.offering_id, limit=DATES_MAX)
            sittings = await store.sittings.of_events([event.id for event in events])
            found[id] = [(event, sittings[event.id][0]) for event in events]
        return found


async def slots_beside(ask: Ask[Whole], sittings: Sequence[SittingId]) -> dict[SittingId, Slots]:
    """How many slots of a social worker are beside each date and how many are taken: to who leads
    the group and who plans. Never whose, nor what about (domain.md A1 row 8).
    """
    found: dict[SittingId, Slots] = {}
    if not ACCESS.allows(ask.actor, Permit.DECIDE_MEMBERS):
        return found
    async with ask.read() as store:
        dates = await store.sittings.sittings(sittings)
        events = await store.events.events([one.event_id for one in dates.values()])
        hosts: dict[str, list[SittingId]] = {}
        for id, one in dates.items():
            event = events[one.event_id]
            group = await store.groups.of_offering(event.offering_id)
            if group is not None and ACCESS.allows(ask.actor, Permit.DECIDE_MEMBERS, group):
                hosts.setdefault(event.agency, []).append(id)
        for agency, mine in hosts.items():
            await store.turn.become_system(agency)
            found |= await store.groups.slots_beside(mine)
    return found
