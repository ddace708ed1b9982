"""Inviting families with whom a child was placed, in the graph: for staff how many, never who."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import inviting
from services.events.graph.events import Event, event_by_id
from services.events.graph.staffing import StaffingDone
from services.events.model import invite as kept
from services.events.model.ids import EventId, InviteId

EVENTS = Service.EVENTS


@strawberry.type
class Invite:
    """That the reader's family was invited to something. Nothing is booked by it."""

    id: strawberry.ID
    row: strawberry.Private[kept.Invite]

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        """Null where the family no longer sees it."""
        return await event_by_id(info, self.row.event_id)


@strawberry.type
class InvitesWanted:
    """Whether the reader's family is invited to such things."""

    invited: bool


SetInvitingResult = Annotated[StaffingDone | Refusal, strawberry.union("SetInvitingResult")]
SetInvitedResult = Annotated[InvitesWanted | Refusal, strawberry.union("SetInvitedResult")]


@strawberry.type
class InvitingQuery:
    @strawberry.field
    async def invite(self, info: Info, id: strawberry.ID) -> Invite | None:
        """One of the reader's own family; null to all others."""
        found = await inviting.invite_by_id(info.context.ask(EVENTS), InviteId(uuid_of(id)))
        return Invite(id=id, row=found) if found else None

    @strawberry.field
    async def is_invited(self, info: Info) -> bool | None:
        """Whether the reader's family would be invited; null to whoever has none."""
        return await inviting.is_invited(info.context.ask(EVENTS))


@strawberry.type
class InvitingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_inviting(
        self, info: Info, event: strawberry.ID, key: UUID, weeks: int | None = None
    ) -> SetInvitingResult:
        """Invite each family once with whom a child was placed in the last so many weeks, or null:
        nobody. Also who is placed later, while booking is open.
        """
        which = EventId(uuid_of(event))
        await once(info.context.ask(EVENTS), key, inviting.set_inviting, event=which, weeks=weeks)
        return StaffingDone(event=event)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_invited(self, info: Info, invited: bool, key: UUID) -> SetInvitedResult:
        """Whether the reader's family is invited to such things; no is no to all of them."""
        await once(info.context.ask(EVENTS), key, inviting.set_invited, invited=invited)
        return InvitesWanted(invited=invited)
