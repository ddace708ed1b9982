"""What is done with groups: made and ended, led, joined and left, written to, given dates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import strawberry

from kernel.ask import Ask
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import boards, group_dates, groups
from services.events.actions import membership as belonging
from services.events.graph.groups import (
    GroupMembership,
    PeerGroup,
    group_by_id,
    membership_by_id,
)
from services.events.graph.hosting import DateInput, OfferingInput
from services.events.graph.types import still_seen
from services.events.model.group import Decision, GivenGroup, GivenSlots, Joining
from services.events.model.ids import GroupId, MemberId, OfferingId, PostId, SittingId, VenueId

EVENTS = Service.EVENTS
P = ParamSpec("P")
T = TypeVar("T")


@strawberry.input
class GroupInput:
    """`offering`: what the agency offers already whose dates are the group's; else a new one.
    `minutes` and `places` are of a date that the lead adds; `slots` of a social worker go beside
    each, where `slotWorker` is somebody.
    """

    what: OfferingInput
    town: str
    joining: Joining = Joining.ASKED
    moderated: bool = False
    families_max: int | None = None
    lead: strawberry.ID | None = None
    venue: strawberry.ID | None = None
    minutes: int = 120
    places: int = 12
    slots: int = 0
    slot_minutes: int = 30
    slot_worker: strawberry.ID | None = None
    offering: strawberry.ID | None = None

    def given(self) -> GivenGroup:
        return GivenGroup(
            what=self.what.given(),
            town=self.town,
            joining=self.joining,
            moderated=self.moderated,
            families_max=self.families_max,
            lead=uuid_of(self.lead) if self.lead else None,
            venue=VenueId(uuid_of(self.venue)) if self.venue else None,
            minutes=self.minutes,
            places=self.places,
            slots=self.slots,
            slot_minutes=self.slot_minutes,
            slot_worker=uuid_of(self.slot_worker) if self.slot_worker else None,
            offering=OfferingId(uuid_of(self.offering)) if self.offering else None,
        )


PutGroupResult = Annotated[PeerGroup | Refusal, strawberry.union("PutGroupResult")]
EndGroupResult = Annotated[PeerGroup | Refusal, strawberry.union("EndGroupResult")]
TakeLeadResult = Annotated[PeerGroup | Refusal, strawberry.union("TakeLeadResult")]


@strawberry.type
class LaidDownLead:
    """That the reader does not lead the group."""

    group: strawberry.ID


LayDownLeadResult = Annotated[LaidDownLead | Refusal, strawberry.union("LayDownLeadResult")]
JoinGroupResult = Annotated[GroupMembership | Refusal, strawberry.union("JoinGroupResult")]
LeaveGroupResult = Annotated[GroupMembership | Refusal, strawberry.union("LeaveGroupResult")]
DecideMemberResult = Annotated[GroupMembership | Refusal, strawberry.union("DecideMemberResult")]
RemoveMemberResult = Annotated[GroupMembership | Refusal, strawberry.union("RemoveMemberResult")]
WriteNoteResult = Annotated[PeerGroup | Refusal, strawberry.union("WriteNoteResult")]


@strawberry.type
class NoteSettled:
    """The note that was shown or taken down."""

    note: strawberry.ID


ShowNoteResult = Annotated[NoteSettled | Refusal, strawberry.union("ShowNoteResult")]
TakeDownNoteResult = Annotated[NoteSettled | Refusal, strawberry.union("TakeDownNoteResult")]
AddGroupDatesResult = Annotated[PeerGroup | Refusal, strawberry.union("AddGroupDatesResult")]


@strawberry.type
class DropInAdded:
    """The date beside which slots were added."""

    sitting: strawberry.ID


AddDropInResult = Annotated[DropInAdded | Refusal, strawberry.union("AddDropInResult")]


@strawberry.type
class GroupMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def put_group(
        self, info: Info, input: GroupInput, key: UUID, group: strawberry.ID | None = None
    ) -> PutGroupResult:
        """Make a group, or write it anew. Who is named to lead it is asked."""
        which = GroupId(uuid_of(group)) if group else None
        return await _group(info, key, groups.put_group, given=input.given(), group=which)

    @strawberry.mutation(extensions=[Refusable()])
    async def end_group(
        self, info: Info, group: strawberry.ID, reason: str, key: UUID
    ) -> EndGroupResult:
        """End it. Every member is told; its dates stay until they are called off."""
        which = GroupId(uuid_of(group))
        return await _group(info, key, groups.end_group, group=which, reason=reason)

    @strawberry.mutation(extensions=[Refusable()])
    async def take_lead(self, info: Info, group: strawberry.ID, key: UUID) -> TakeLeadResult:
        """Say yes to leading it."""
        return await _group(info, key, groups.take_lead, group=GroupId(uuid_of(group)))

    @strawberry.mutation(extensions=[Refusable()])
    async def lay_down_lead(self, info: Info, group: strawberry.ID, key: UUID) -> LayDownLeadResult:
        """Say no to leading it, or stop."""
        await _done(info, key, groups.lay_down_lead, group=GroupId(uuid_of(group)))
        return LaidDownLead(group=group)

    @strawberry.mutation(extensions=[Refusable()])
    async def join_group(self, info: Info, group: strawberry.ID, key: UUID) -> JoinGroupResult:
        """The reader's family joins, or asks to."""
        return await _membership(info, key, belonging.join_group, group=GroupId(uuid_of(group)))

    @strawberry.mutation(extensions=[Refusable()])
    async def leave_group(
        self, info: Info, membership: strawberry.ID, key: UUID
    ) -> LeaveGroupResult:
        """At once, and without a reason."""
        which = MemberId(uuid_of(membership))
        return await _membership(info, key, belonging.leave_group, membership=which)

    @strawberry.mutation(extensions=[Refusable()])
    async def decide_member(
        self, info: Info, membership: strawberry.ID, decision: Decision, key: UUID
    ) -> DecideMemberResult:
        """Agree to a family that asks to join, or turn it down."""
        which, decide = MemberId(uuid_of(membership)), belonging.decide_member
        return await _membership(info, key, decide, membership=which, decision=decision)

    @strawberry.mutation(extensions=[Refusable()])
    async def remove_member(
        self, info: Info, membership: strawberry.ID, reason: str, key: UUID
    ) -> RemoveMemberResult:
        """Take a family out. It is told that it is over, and not why."""
        which, remove = MemberId(uuid_of(membership)), belonging.remove_member
        return await _membership(info, key, remove, membership=which, reason=reason)

    @strawberry.mutation(extensions=[Refusable()])
    async def write_note(
        self, info: Info, group: strawberry.ID, words: str, key: UUID, days: int = 14
    ) -> WriteNoteResult:
        """Write to the members of a group that one leads, for so many days."""
        which = GroupId(uuid_of(group))
        await _done(info, key, boards.write_note, group=which, words=words, days=days)
        return await _seen(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def show_note(self, info: Info, note: strawberry.ID, key: UUID) -> ShowNoteResult:
        """An organiser has read a note of a moderated group: members see it."""
        await _done(info, key, boards.show_note, note=PostId(uuid_of(note)))
        return NoteSettled(note=note)

    @strawberry.mutation(extensions=[Refusable()])
    async def take_down_note(
        self, info: Info, note: strawberry.ID, key: UUID
    ) -> TakeDownNoteResult:
        """Members see it no longer."""
        await _done(info, key, boards.take_down_note, note=PostId(uuid_of(note)))
        return NoteSettled(note=note)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_group_dates(
        self, info: Info, group: strawberry.ID, dates: list[DateInput], key: UUID
    ) -> AddGroupDatesResult:
        """Into the programme, where and for as many as was said of the group."""
        which, given = GroupId(uuid_of(group)), [one.given() for one in dates]
        await _done(info, key, group_dates.add_group_dates, group=which, dates=given)
        return await _seen(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def add_drop_in(
        self,
        info: Info,
        sitting: strawberry.ID,
        slots: int,
        minutes: int,
        worker: strawberry.ID,
        key: UUID,
    ) -> AddDropInResult:
        """A social worker's slots beside a date of a group, from its beginning."""
        given = GivenSlots(slots=slots, minutes=minutes, worker=uuid_of(worker))
        which = SittingId(uuid_of(sitting))
        await _done(info, key, group_dates.add_drop_in, sitting=which, given=given)
        return DropInAdded(sitting=sitting)


async def _done(
    info: Info,
    key: UUID,
    action: Callable[Concatenate[Ask[Any], P], Awaitable[T]],
    *args: P.args,
    **given: P.kwargs,
) -> T:
    """What an action of groups answers, once for each key."""
    done = await once(info.context.ask(EVENTS), key, action, *args, **given)
    info.context.forget()
    return done


async def _group(
    info: Info,
    key: UUID,
    action: Callable[Concatenate[Ask[Any], P], Awaitable[GroupId]],
    *args: P.args,
    **given: P.kwargs,
) -> PeerGroup:
    return await _seen(info, await _done(info, key, action, *args, **given))


async def _membership(
    info: Info,
    key: UUID,
    action: Callable[Concatenate[Ask[Any], P], Awaitable[MemberId]],
    *args: P.args,
    **given: P.kwargs,
) -> GroupMembership:
    return still_seen(await membership_by_id(info, await _done(info, key, action, *args, **given)))


async def _seen(info: Info, group: GroupId) -> PeerGroup:
    return still_seen(await group_by_id(info, group))
