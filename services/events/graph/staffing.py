"""What staff read and write of an event's team, its leader's checks, its costs, a shared list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import staffing
from services.events.model import event as kept
from services.events.model import staffing as model
from services.events.model.ids import EventId
from services.events.model.staffing import LeaderCheck, Part

EVENTS = Service.EVENTS


@strawberry.type
class TeamMember:
    """One person on the team, whatever they do there."""

    account_id: strawberry.ID
    parts: list[Part]


@strawberry.type
class ShortOfFamilies:
    """Fewer families than it needs, on the day to decide: to be run, merged or called off by a
    person. Costs are pence: of the whole, a family that comes, and the empty places.
    """

    needed: int
    families: int
    decide_on: date | None
    cost_pence: int | None
    a_family_pence: int | None
    empty_pence: int | None

    @staticmethod
    def of(found: model.Numbers) -> ShortOfFamilies:
        return ShortOfFamilies(
            needed=found.needed,
            families=found.families,
            decide_on=found.decide_on,
            cost_pence=found.cost_pence,
            a_family_pence=found.a_family_pence,
            empty_pence=found.empty_pence,
        )


@strawberry.type
class SharedLine:
    """One line of a list that agencies share. `entryId` and `familyId` of one's own families alone;
    families of others who are protected are not in it.
    """

    number: int
    agency: str
    tier: int
    since: datetime
    places: int
    access_needs: list[str]
    gates_met: bool
    draw: str
    entry_id: strawberry.ID | None
    family_id: strawberry.ID | None

    @staticmethod
    def of(line: model.SharedLine) -> SharedLine:
        return SharedLine(
            number=line.number,
            agency=line.agency,
            tier=line.tier,
            since=line.since,
            places=line.places,
            access_needs=list(line.access_needs),
            gates_met=line.gates_met,
            draw=str(line.draw),
            entry_id=strawberry.ID(str(line.entry_id)) if line.entry_id else None,
            family_id=strawberry.ID(str(line.family_id)) if line.family_id else None,
        )


@strawberry.type
class StaffedEvent:
    """What an event shows to staff besides."""

    row: strawberry.Private[kept.Event]

    @strawberry.field
    async def team(self, info: Info) -> list[TeamMember]:
        """Who helps, each once; to who plans for the host or leads its dates."""
        found = await info.context.load(EVENTS, staffing.teams, self.row.id)
        return [
            TeamMember(account_id=strawberry.ID(str(one.account_id)), parts=list(one.parts))
            for one in found or []
        ]

    @strawberry.field
    async def short_of_families(self, info: Info) -> ShortOfFamilies | None:
        """To who plans for the host, from the day to decide until it begins."""
        found = await info.context.load(EVENTS, staffing.to_decide, self.row.id)
        return ShortOfFamilies.of(found) if found else None

    @strawberry.field
    async def cost_pence(self, info: Info) -> int | None:
        """What the whole of it was bought for, to who plans for the host."""
        return await info.context.load(EVENTS, staffing.costs, self.row.id)

    @strawberry.field
    async def kept_back(self, info: Info) -> int | None:
        """Places that staff keep from everybody, to who plans for the host."""
        return await info.context.load(EVENTS, staffing.kept_back, self.row.id)

    @strawberry.field
    async def shared_list(self, info: Info) -> list[SharedLine]:
        """The list of an event of several agencies, to their staff."""
        found = await info.context.load(EVENTS, staffing.shared_lists, self.row.id)
        return [SharedLine.of(one) for one in found or []]


@strawberry.type
class LeaderCheckKept:
    """A check of who leads children, and its last day; null where none is written down."""

    kind: LeaderCheck
    until_on: date | None

    @staticmethod
    def of(check: model.KeptCheck) -> LeaderCheckKept:
        return LeaderCheckKept(kind=check.kind, until_on=check.until_on)


@strawberry.type
class CheckRecorded:
    """Whose check was written down."""

    account: strawberry.ID


@strawberry.type
class StaffingDone:
    """The event whose team, cost or kept places were changed."""

    event: strawberry.ID


PutHelperResult = Annotated[StaffingDone | Refusal, strawberry.union("PutHelperResult")]
TakeOffHelperResult = Annotated[StaffingDone | Refusal, strawberry.union("TakeOffHelperResult")]
KeepBackResult = Annotated[StaffingDone | Refusal, strawberry.union("KeepBackResult")]
SetCostResult = Annotated[StaffingDone | Refusal, strawberry.union("SetCostResult")]
RecordLeaderCheckResult = Annotated[
    CheckRecorded | Refusal, strawberry.union("RecordLeaderCheckResult")
]


@strawberry.type
class StaffingQuery:
    @strawberry.field
    async def leader_checks(self, info: Info, account: strawberry.ID) -> list[LeaderCheckKept]:
        """What the reader's agency has seen of somebody who leads children; for who plans."""
        found = await staffing.leader_checks(info.context.ask(EVENTS), uuid_of(account))
        return [LeaderCheckKept.of(one) for one in found]


@strawberry.type
class StaffingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def put_helper(
        self, info: Info, event: strawberry.ID, account: strawberry.ID, part: Part, key: UUID
    ) -> PutHelperResult:
        """Somebody on the team: no place of a family's is taken."""
        which = EventId(uuid_of(event))
        put = staffing.put_helper
        ask = info.context.ask(EVENTS)
        await once(ask, key, put, event=which, account=uuid_of(account), part=part)
        return StaffingDone(event=event)

    @strawberry.mutation(extensions=[Refusable()])
    async def take_off_helper(
        self, info: Info, event: strawberry.ID, account: strawberry.ID, key: UUID
    ) -> TakeOffHelperResult:
        which = EventId(uuid_of(event))
        take = staffing.take_off_helper
        await once(info.context.ask(EVENTS), key, take, event=which, account=uuid_of(account))
        return StaffingDone(event=event)

    @strawberry.mutation(extensions=[Refusable()])
    async def keep_back(
        self, info: Info, event: strawberry.ID, places: int, key: UUID
    ) -> KeepBackResult:
        """How many of its places are given to nobody; what is given free goes to the list."""
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, staffing.keep_back, event=which, places=places)
        return StaffingDone(event=event)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_cost(
        self, info: Info, event: strawberry.ID, key: UUID, pence: int | None = None
    ) -> SetCostResult:
        """What the whole of it was bought for; null where nothing was."""
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, staffing.set_cost, event=which, pence=pence)
        return StaffingDone(event=event)

    @strawberry.mutation(extensions=[Refusable()])
    async def record_leader_check(
        self,
        info: Info,
        account: strawberry.ID,
        kind: LeaderCheck,
        until_on: date,
        key: UUID,
    ) -> RecordLeaderCheckResult:
        """That a check was seen, and its last day; never what it says."""
        record = staffing.record_leader_check
        ask = info.context.ask(EVENTS)
        await once(ask, key, record, account=uuid_of(account), kind=kind, until=until_on)
        return CheckRecorded(account=account)
