"""Invitations as the graph shows them to those who invite. A code is answered once, when made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Role, Service
from kernel.once import once
from services.matching.actions import invitations as actions
from services.matching.model import invitation as model
from services.matching.model.ids import AdultId
from services.matching.model.invitation import InvitationState

MATCHING = Service.MATCHING

strawberry.enum(InvitationState)


@strawberry.type
class Invitation:
    """`for_whom` is the name of the person invited."""

    id: strawberry.ID
    role: Role
    for_whom: str
    state: InvitationState
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @staticmethod
    def of(seen: actions.InvitationSeen) -> Invitation:
        kept = seen.invitation
        names = [name for name in (kept.first_name, kept.last_name) if name]
        return Invitation(
            id=strawberry.ID(str(kept.id)),
            role=kept.role,
            for_whom=" ".join(names) or "Somebody",
            state=seen.state,
            made_at=kept.made_at,
            expires_at=kept.expires_at,
            used_at=kept.used_at,
        )


@strawberry.type
class InvitationIssued:
    """An invitation with its code, which nobody can read again: hand it over now."""

    invitation: Invitation
    code: str


@strawberry.input
class InviteInput:
    """For an adult of a family: `adult`. For staff: their names."""

    role: Role
    adult: strawberry.ID | None = None
    first_name: str | None = None
    last_name: str | None = None

    def given(self) -> model.GivenInvitation:
        return model.GivenInvitation(
            role=self.role,
            adult_id=AdultId(uuid_of(self.adult)) if self.adult else None,
            first_name=self.first_name,
            last_name=self.last_name,
        )


InviteResult = Annotated[InvitationIssued | Refusal, strawberry.union("InviteResult")]
ReissueInvitationResult = Annotated[
    InvitationIssued | Refusal, strawberry.union("ReissueInvitationResult")
]
RevokeInvitationResult = Annotated[Invitation | Refusal, strawberry.union("RevokeInvitationResult")]


@strawberry.type
class InvitationQuery:
    @strawberry.field
    async def invitations(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Invitation]:
        page = Page.of(first, after, datetime, UUID)
        ask = info.context.ask(MATCHING)
        rows, total = await actions.invitations(ask, after=page.after, limit=page.limit)
        return connection(
            page,
            rows,
            node=Invitation.of,
            cursor=lambda row: (row.invitation.made_at, row.invitation.id),
            total_count=total,
        )


@strawberry.type
class InvitationMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def invite(self, info: Info, input: InviteInput, key: UUID) -> InviteResult:
        """Invite an adult of a family, or somebody of staff."""
        made = await once(info.context.ask(MATCHING), key, actions.invite, given=input.given())
        return await _issued(info, made)

    @strawberry.mutation(extensions=[Refusable()])
    async def reissue_invitation(
        self, info: Info, invitation: strawberry.ID, key: UUID
    ) -> ReissueInvitationResult:
        """A new code, for as long as a new one works. The one before it opens nothing any more."""
        return await _issued(info, uuid_of(invitation))

    @strawberry.mutation(extensions=[Refusable()])
    async def revoke_invitation(
        self, info: Info, invitation: strawberry.ID, key: UUID
    ) -> RevokeInvitationResult:
        taken_back = await once(
            info.context.ask(MATCHING),
            key,
            actions.revoke_invitation,
            invitation=uuid_of(invitation),
        )
        return await _shown(info, taken_back)


async def _issued(info: Info, invitation: UUID) -> InvitationIssued:
    """With a fresh code each time: a code that was lost on its way is void, and nobody has it."""
    code = await actions.give_code(info.context.ask(MATCHING), invitation)
    return InvitationIssued(invitation=await _shown(info, invitation), code=code)


async def _shown(info: Info, invitation: UUID) -> Invitation:
    seen = await actions.invitation_seen(info.context.ask(MATCHING), invitation)
    assert seen is not None, "whoever made or took it back sees it"
    return Invitation.of(seen)
