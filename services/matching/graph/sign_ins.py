"""A viewer's own sign-ins, listed and ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Role, Service
from kernel.once import once
from services.matching.actions import own_sign_ins as actions
from services.matching.graph.places import Agency


@strawberry.type
class SignIn:
    """One browser or app that is signed in. No role: none has been chosen in it."""

    id: strawberry.ID
    role: Role | None
    agency: Agency | None
    opened_at: datetime
    last_used_at: datetime
    ends_at: datetime

    @staticmethod
    def of(seen: actions.SignInSeen) -> SignIn:
        line = seen.line
        return SignIn(
            id=strawberry.ID(str(line.id)),
            role=line.held.role if line.held else None,
            agency=Agency.of(seen.agency) if seen.agency else None,
            opened_at=line.opened_at,
            last_used_at=line.renewed_at,
            ends_at=line.ends_at,
        )


def _cursor(seen: actions.SignInSeen) -> tuple[datetime, UUID]:
    return (seen.line.renewed_at, seen.line.id)


@strawberry.type
class SignInEnded:
    id: strawberry.ID


EndSignInResult = Annotated[SignInEnded | Refusal, strawberry.union("EndSignInResult")]


@strawberry.type
class SignInQuery:
    @strawberry.field
    async def my_sign_ins(
        self, info: Info, first: int = 10, after: str | None = None
    ) -> Connection[SignIn]:
        """Those that stand, the last used first."""
        page = Page.of(first, after, datetime, UUID)
        rows, total = await actions.own_sign_ins(
            info.context.ask(Service.MATCHING),
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=SignIn.of, cursor=_cursor, total_count=total)


@strawberry.type
class SignInMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def end_sign_in(self, info: Info, sign_in: strawberry.ID, key: UUID) -> EndSignInResult:
        """End one of the viewer's own, wherever it is."""
        ended = await once(
            info.context.ask(Service.MATCHING),
            key,
            actions.end_own_sign_in,
            sign_in=uuid_of(sign_in),
        )
        return SignInEnded(id=strawberry.ID(str(ended)))
