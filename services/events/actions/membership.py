"""Belonging to a group: joined, agreed to, left, ended; never more families than there is room."""

from uuid import uuid4

from kernel.ask import Ask
from kernel.messages import FamilyCard, NoticeKind
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.actions.coming import require_to_join
from services.events.actions.people import family_for
from services.events.actions.running import needed_reason
from services.events.actions.telling_groups import (
    acting,
    tell_lead,
    tell_members,
    write_down_group,
    write_down_member,
)
from services.events.model.group import (
    Decision,
    GroupState,
    Joining,
    Member,
    MemberState,
    PeerGroup,
)
from services.events.model.ids import GroupId, MemberId
from services.events.refusals import Why
from services.events.states.groups import MemberMove
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.members import BelongsAlready
from services.events.store.whole import Whole


async def join_group(ask: Ask[Whole], *, group: GroupId) -> MemberId:
    """The asker's family joins, or asks to. Whoever was turned down or taken out asks.

    Refuses: NOT_FOUND, NOT_ALLOWED, NOT_YET_KNOWN_HERE, FAMILY_NEEDED, NOT_VERIFIED, NOT_FOR_YOU,
    GROUP_OVER, GROUP_FULL, IN_GROUP_ALREADY.
    """
    ACCESS.require_role(ask.actor, Permit.JOIN_GROUP)
    async with ask.begin() as store:
        family = await family_for(ask, store, None, permit=Permit.JOIN_GROUP)
        found = await store.groups.group(group)
        if found is None or found.agency not in family.agencies:
            raise Refused(Why.NOT_FOUND)
        await require_to_join(store, family, found.agency)
        await store.turn.become_system(found.agency)
        held = await _locked(store, found)
        asks = held.joining is Joining.ASKED or await store.members.was_removed(
            group, family.family_id
        )
        if held.is_full and not asks:
            raise Refused(Why.GROUP_FULL)
        member = Member(
            id=MemberId(uuid4()),
            group_id=group,
            agency=held.agency,
            family_id=family.family_id,
            state=MemberState.ASKED if asks else MemberState.MEMBER,
            asked_by=acting(ask.actor.account),
            asked_at=ask.now,
            ended_at=None,
            version=1,
        )
        await _add(store, held, member)
    return member.id


async def _add(store: Whole, group: PeerGroup, member: Member) -> None:
    try:
        await store.members.add(member)
    except BelongsAlready:
        raise Refused(Why.IN_GROUP_ALREADY) from None
    if member.state is MemberState.ASKED:
        await tell_lead(store, NoticeKind.GROUP_ASKS, group)
        await write_down_member(store, member, "asked_to_join")
        return
    await store.groups.count(group.id, 1)
    await tell_members(store, NoticeKind.GROUP_JOINED, [member])
    await write_down_member(store, member, "joined_group")


async def leave_group(ask: Ask[Whole], *, membership: MemberId) -> MemberId:
    """One tap, no reason. Refuses: NOT_FOUND, NOT_ALLOWED, MEMBERSHIP_SETTLED."""
    async with ask.begin() as store:
        member = await store.members.member(membership)
        ACCESS.require(ask.actor, Permit.JOIN_GROUP, member)
        assert member is not None, "required above"
        await store.turn.become_system(member.agency)
        left = await _move(store, member, MemberMove.LEAVE)
        await write_down_member(store, left, "left_group")
    return membership


async def decide_member(ask: Ask[Whole], *, membership: MemberId, decision: Decision) -> MemberId:
    """Agree to a family that asks to join, or turn it down. Of two for the last place one is in.

    Refuses: NOT_FOUND, NOT_ALLOWED, MEMBERSHIP_SETTLED, GROUP_FULL, GROUP_OVER.
    Source: event-scenarios.md A22.
    """
    async with ask.begin() as store:
        member, group = await _decided(ask, store, membership)
        if decision is Decision.NO:
            moved = await _move(store, member, MemberMove.TURN_DOWN)
            await tell_members(store, NoticeKind.GROUP_TURNED_DOWN, [moved])
            await write_down_member(store, moved, "turned_down_member")
            return membership
        if group.is_full:
            raise Refused(Why.GROUP_FULL)
        moved = await _move(store, member, MemberMove.AGREE)
        await store.groups.count(group.id, 1)
        await tell_members(store, NoticeKind.GROUP_JOINED, [moved])
        await write_down_member(store, moved, "agreed_to_member")
    return membership


async def remove_member(ask: Ask[Whole], *, membership: MemberId, reason: str) -> MemberId:
    """Take a family out. It is told that it is over, never why; the reason is in the audit.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, MEMBERSHIP_SETTLED, GROUP_OVER.
    """
    why = needed_reason(reason)
    async with ask.begin() as store:
        member, _ = await _decided(ask, store, membership)
        moved = await _move(store, member, MemberMove.REMOVE)
        await tell_members(store, NoticeKind.GROUP_OVER, [moved])
        await write_down_member(store, moved, "removed_member", why=why)
    return membership


async def leave_what_is_not_theirs(store: Whole, card: FamilyCard) -> None:
    """A family that has moved to another agency, or left adoption, leaves its groups and lays down
    what it leads. As the worker; from here on as the last such agency's.
    """
    home = await store.cards.family(card.family_id)
    stays = home.agencies if home and home.stage in VERIFIED_STAGES else ()
    for group_id, agency in await store.groups.of_family(card.family_id):
        if agency in stays:
            continue
        await store.turn.become_system(agency)
        group = await store.groups.lock(group_id)
        assert group is not None, "the worker of its agency sees it"
        for member in await store.members.close_all(group_id, family=card.family_id):
            if member.state is MemberState.MEMBER:
                await store.groups.count(group_id, -1)
            await tell_members(store, NoticeKind.GROUP_OVER, [member])
            await write_down_member(store, member, "moved_away_from_group")
        if group.lead_family_id == card.family_id:
            await store.groups.name_lead(group_id, None)
            await write_down_group(store, group, "ended_lead")


async def _decided(ask: Ask[Whole], store: Whole, membership: MemberId) -> tuple[Member, PeerGroup]:
    """Whom the asker may decide about, its group held. Refuses: NOT_FOUND, NOT_ALLOWED,
    GROUP_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.DECIDE_MEMBERS)
    member = await store.members.member(membership)
    found = await store.groups.group(member.group_id) if member else None
    ACCESS.require(ask.actor, Permit.DECIDE_MEMBERS, found)
    assert found is not None, "required above"
    await store.turn.become_system(found.agency)
    held = await _locked(store, found)
    member = await store.members.member(membership)
    assert member is not None, "seen above"
    return member, held


async def _locked(store: Whole, found: PeerGroup) -> PeerGroup:
    """Refuses: GROUP_OVER."""
    held = await store.groups.lock(found.id)
    assert held is not None, "the system of its agency sees it"
    if held.state is GroupState.ENDED:
        raise Refused(Why.GROUP_OVER)
    return held


async def _move(store: Whole, member: Member, move: MemberMove) -> Member:
    """Refuses: MEMBERSHIP_SETTLED."""
    await store.groups.lock(member.group_id)
    now = await store.members.member(member.id)
    moved = await store.members.become(member.id, move)
    if moved is None or now is None:
        raise Refused(Why.MEMBERSHIP_SETTLED)
    if now.state is MemberState.MEMBER:
        await store.groups.count(member.group_id, -1)
    return moved
