"""Groups that adopters lead, in the graph: to families, to their lead, to who plans."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel import entities
from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Service
from services.events.actions import group_reading as reading
from services.events.graph.events import Event, LazyFamily, Sitting
from services.events.graph.types import FamilyOfEvents
from services.events.model import group as model
from services.events.model.event import Kind
from services.events.model.group import GroupState, Joining, MemberState, PostState
from services.events.model.ids import GroupId, MemberId, SittingId

EVENTS = Service.EVENTS


@strawberry.type
class GroupNote:
    """What the lead wrote to the members. `HELD`: an organiser reads it first."""

    id: strawberry.ID
    words: str
    state: PostState
    posted_at: datetime
    ends_at: datetime

    @staticmethod
    def of(post: model.Post) -> GroupNote:
        return GroupNote(
            id=strawberry.ID(str(post.id)),
            words=post.words,
            state=post.state,
            posted_at=post.posted_at,
            ends_at=post.ends_at,
        )


@strawberry.type
class GroupMembership:
    """A family in a group, or one that asks to be. A first name comes from the register by
    `familyId`, where its adults agreed to that; else `code` stands for them.
    """

    id: strawberry.ID
    family_id: strawberry.ID
    code: str
    state: MemberState
    since: datetime
    row: strawberry.Private[model.Member]

    @staticmethod
    def of(member: model.Member) -> GroupMembership:
        return GroupMembership(
            id=strawberry.ID(str(member.id)),
            family_id=strawberry.ID(str(member.family_id)),
            code=member.code,
            state=member.state,
            since=member.asked_at,
            row=member,
        )

    @strawberry.field
    async def group(self, info: Info) -> PeerGroup | None:
        return await group_by_id(info, self.row.group_id)

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        """As the register of families shows it to the reader."""
        return await entities.refer(FamilyOfEvents, info, self.family_id)


@strawberry.type
class DropInSlots:
    """Slots of a social worker beside a date: how many, and how many are taken. Never whose."""

    every: int
    taken: int


@strawberry.type
class GroupDate:
    """One date of a group, and the slots beside it to who leads the group or plans."""

    event: Event
    sitting: Sitting

    @strawberry.field
    async def slots(self, info: Info) -> DropInSlots | None:
        which = SittingId(uuid_of(self.sitting.id))
        found = await info.context.load(EVENTS, reading.slots_beside, which)
        return DropInSlots(every=found.every, taken=found.taken) if found else None


@strawberry.type
class KeptGroup:
    """What those who plan decide of a group, and how many belong to it."""

    families: int
    families_max: int | None
    lead_account: strawberry.ID | None
    is_led: bool
    offering_id: strawberry.ID
    venue_id: strawberry.ID | None
    moderated: bool
    minutes: int
    places: int
    slots: int
    slot_minutes: int
    slot_worker: strawberry.ID | None

    @staticmethod
    def of(group: model.PeerGroup) -> KeptGroup:
        return KeptGroup(
            families=group.families,
            families_max=group.families_max,
            lead_account=_id(group.lead_account),
            is_led=group.lead_id is not None,
            offering_id=strawberry.ID(str(group.offering_id)),
            venue_id=_id(group.venue_id),
            moderated=group.moderated,
            minutes=group.minutes,
            places=group.places,
            slots=group.slots,
            slot_minutes=group.slot_minutes,
            slot_worker=_id(group.slot_worker),
        )


@strawberry.type
class PeerGroup:
    """A standing group of an agency, led by an adopter. How many belong is for who plans."""

    id: strawberry.ID
    agency: str
    kind: Kind
    title: str
    summary: str
    town: str
    state: GroupState
    joining: Joining
    parents_stay: bool
    ended_because: str | None
    row: strawberry.Private[model.PeerGroup]

    @staticmethod
    def of(group: model.PeerGroup) -> PeerGroup:
        return PeerGroup(
            id=strawberry.ID(str(group.id)),
            agency=group.agency,
            kind=group.kind,
            title=group.title,
            summary=group.summary,
            town=group.town,
            state=group.state,
            joining=group.joining,
            parents_stay=group.parents_stay,
            ended_because=group.ended_because,
            row=group,
        )

    @strawberry.field
    async def is_full(self) -> bool:
        return self.row.is_full

    @strawberry.field
    async def my_lead(self, info: Info) -> bool | None:
        """To an adopter who was asked to lead it: whether they said yes. Null to all others."""
        account = info.context.actor.account
        if account is None or account != self.row.lead_account:
            return None
        return self.row.lead_id is not None

    @strawberry.field
    async def my_membership(self, info: Info) -> GroupMembership | None:
        """Of the reader's own family."""
        found = await info.context.load(EVENTS, reading.own_in, self.row.id)
        return GroupMembership.of(found) if found else None

    @strawberry.field
    async def notes(self, info: Info) -> list[GroupNote]:
        """The board, the newest first: to members, the lead and who plans."""
        found = await info.context.load(EVENTS, reading.notes_on, self.row.id)
        return [GroupNote.of(one) for one in found or []]

    @strawberry.field
    async def dates(self, info: Info) -> list[GroupDate]:
        """The next ones, the soonest first."""
        found = await info.context.load(EVENTS, reading.dates_of, self.row.id)
        return [
            GroupDate(event=Event.of(event), sitting=Sitting.of(sitting))
            for event, sitting in found or []
        ]

    @strawberry.field
    async def members(self, info: Info) -> list[GroupMembership]:
        """Who belongs, and first who asks to: to the lead and to who plans."""
        found = await info.context.load(EVENTS, reading.members_of, self.row.id)
        return [GroupMembership.of(one) for one in found or []]

    @strawberry.field
    async def kept(self, info: Info) -> KeptGroup | None:
        """To who plans for its agency."""
        found = await info.context.load(EVENTS, reading.kept_by_planners, self.row.id)
        return KeptGroup.of(found) if found else None


@strawberry.type
class GroupQuery:
    @strawberry.field
    async def peer_groups(
        self, info: Info, search: str | None = None, first: int = 20, after: str | None = None
    ) -> Connection[PeerGroup]:
        """Open groups that the reader's family could belong to, by name."""
        page = Page.of(first, after, str, UUID)
        rows, total = await reading.groups_to_join(
            info.context.ask(EVENTS),
            search=search,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=PeerGroup.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def kept_groups(
        self,
        info: Info,
        search: str | None = None,
        state: GroupState | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[PeerGroup]:
        """Every group of the reader's agency, by name; for who plans."""
        page = Page.of(first, after, str, UUID)
        rows, total = await reading.groups_kept(
            info.context.ask(EVENTS),
            model.WantedGroups(state=state, search=search),
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=PeerGroup.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def groups_led(self, info: Info) -> list[PeerGroup]:
        """What the reader leads or is asked to lead, as a leader of groups."""
        found = await reading.groups_led(info.context.ask(EVENTS))
        return [PeerGroup.of(one) for one in found]

    @strawberry.field
    async def peer_group(self, info: Info, id: strawberry.ID) -> PeerGroup | None:
        return await group_by_id(info, uuid_of(id))

    @strawberry.field
    async def my_groups(self, info: Info) -> list[GroupMembership]:
        """Where the reader's family belongs, or has asked to."""
        found = await reading.own_memberships(info.context.ask(EVENTS))
        return [GroupMembership.of(one) for one in found]

    @strawberry.field
    async def group_membership(self, info: Info, id: strawberry.ID) -> GroupMembership | None:
        return await membership_by_id(info, MemberId(uuid_of(id)))


async def group_by_id(info: Info, group: UUID) -> PeerGroup | None:
    found = await info.context.load(EVENTS, reading.groups_by_id, GroupId(group))
    return PeerGroup.of(found) if found else None


async def membership_by_id(info: Info, member: MemberId) -> GroupMembership | None:
    found = await reading.membership(info.context.ask(EVENTS), member)
    return GroupMembership.of(found) if found else None


def _cursor(group: model.PeerGroup) -> tuple[str, UUID]:
    return group.title.lower(), group.id


def _id(id: UUID | None) -> strawberry.ID | None:
    return strawberry.ID(str(id)) if id else None
