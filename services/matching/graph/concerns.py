"""Worries: a receipt to whoever raised one, all of it to the safeguarding lead alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Role, Service
from kernel.once import once
from services.matching.actions import concerns
from services.matching.graph.families import LazyFamily, family_by_id
from services.matching.graph.loading import load
from services.matching.model import concern as kept
from services.matching.model.concern import ConcernState
from services.matching.model.ids import ConcernId, FamilyId
from services.matching.states.concerns import ConcernMove

MATCHING = Service.MATCHING


@strawberry.type
class ConcernReceipt:
    """All that the raiser is told: received, and seen when."""

    id: strawberry.ID
    received_at: datetime
    seen_at: datetime | None

    @staticmethod
    def of(receipt: kept.ConcernReceipt) -> ConcernReceipt:
        return ConcernReceipt(
            id=strawberry.ID(str(receipt.concern_id)),
            received_at=receipt.received_at,
            seen_at=receipt.seen_at,
        )


@strawberry.type
class Concern:
    id: strawberry.ID
    raised_at: datetime
    raised_by_role: Role
    text: str
    state: ConcernState
    moves: list[ConcernMove]
    row: strawberry.Private[kept.Concern]

    @strawberry.field
    async def about_family(self, info: Info) -> LazyFamily | None:
        about = self.row.about_family_id
        return await family_by_id(info, strawberry.ID(str(about))) if about else None

    @staticmethod
    def of(seen: concerns.ConcernSeen) -> Concern:
        concern = seen.concern
        return Concern(
            id=strawberry.ID(str(concern.id)),
            raised_at=concern.raised_at,
            raised_by_role=Role(concern.raised_by_role),
            text=concern.words,
            state=concern.state,
            moves=list(seen.moves),
            row=concern,
        )


RaiseConcernResult = Annotated[ConcernReceipt | Refusal, strawberry.union("RaiseConcernResult")]
MoveConcernResult = Annotated[Concern | Refusal, strawberry.union("MoveConcernResult")]


@strawberry.type
class ConcernQuery:
    @strawberry.field
    async def concerns(
        self,
        info: Info,
        state: ConcernState | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Concern]:
        """For the safeguarding lead, the newest first; empty to everybody else."""
        page = Page.of(first, after, datetime, ConcernId)
        rows, total = await concerns.concerns_page(
            info.context.ask(MATCHING),
            state=state,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=Concern.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def concern(self, info: Info, id: strawberry.ID) -> Concern | None:
        seen = await load(info, concerns.concerns_by_id, uuid_of(id))
        return Concern.of(seen) if seen else None

    @strawberry.field
    async def my_concerns(self, info: Info) -> list[ConcernReceipt]:
        """What the asker has raised, the newest first."""
        return [ConcernReceipt.of(one) for one in await concerns.receipts(_ask(info))]


@strawberry.type
class ConcernMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def raise_concern(
        self, info: Info, text: str, key: UUID, about: strawberry.ID | None = None
    ) -> RaiseConcernResult:
        """Goes to the safeguarding lead of the family's own agency."""
        family = FamilyId(uuid_of(about)) if about else None
        concern = await once(_ask(info), key, concerns.raise_concern, text=text, about=family)
        mine = await concerns.receipts(_ask(info))
        return next(ConcernReceipt.of(one) for one in mine if one.concern_id == concern)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_concern(
        self,
        info: Info,
        concern: strawberry.ID,
        move: ConcernMove,
        key: UUID,
        reason: str | None = None,
    ) -> MoveConcernResult:
        """See it, refer it, advise, take no action, close it."""
        which = ConcernId(uuid_of(concern))
        ask = _ask(info)
        await once(ask, key, concerns.move_concern, concern=which, move=move, reason=reason)
        seen = await load(info, concerns.concerns_by_id, which)
        assert seen is not None, "whoever moved a concern may see it"
        return Concern.of(seen)


def _ask(info: Info) -> concerns.Asking:
    return info.context.ask(MATCHING)


def _cursor(seen: concerns.ConcernSeen) -> tuple[datetime, UUID]:
    return seen.concern.raised_at, seen.concern.id
