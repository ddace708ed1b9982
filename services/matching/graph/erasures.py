"""Erasures as the graph shows them: what would go, how each stands, and the moves that are open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import erasures as actions
from services.matching.model import erasure as model
from services.matching.model.erasure import ErasureState, GivenErasure
from services.matching.model.ids import ErasureId, FamilyId
from services.matching.states.erasures import ErasureMove

MATCHING = Service.MATCHING

strawberry.enum(ErasureState)
strawberry.enum(ErasureMove)


@strawberry.type
class ErasureLine:
    """One thing that goes, or stays."""

    where: str
    what: str
    why: str

    @staticmethod
    def of(line: model.Line) -> ErasureLine:
        return ErasureLine(where=line.where, what=line.what, why=line.why)


@strawberry.type
class ErasureForeseen:
    """How much of a family there is in the register, what of it goes, and what stays and why.

    `days`: how long after a second yes it can still be called off.
    """

    adults: int
    children: int
    requests_open: int
    pairs_running: int
    mentors: int
    days: int
    goes: list[ErasureLine]
    stays: list[ErasureLine]

    @staticmethod
    def of(foreseen: actions.ErasureForeseen) -> ErasureForeseen:
        held = foreseen.held
        return ErasureForeseen(
            adults=held.adults,
            children=held.children,
            requests_open=held.requests_open,
            pairs_running=held.pairs_running,
            mentors=held.mentors,
            days=foreseen.days,
            goes=[ErasureLine.of(line) for line in model.GOES],
            stays=[ErasureLine.of(line) for line in model.STAYS],
        )


@strawberry.type
class Erasure:
    """A family's asking to be erased. No name of theirs stands here.

    `waits`: its time has come or will, and something that must not be erased is still open.
    `days` is how long after a second yes it can be called off.
    `how_asked` is null once the family is erased; the `…_done_at` say where it has been.
    """

    id: strawberry.ID
    family: strawberry.ID
    reference: str
    state: ErasureState
    asked_on: date
    how_asked: str | None
    held_because: str | None
    asked_at: datetime
    asked_by: str | None
    agreed_at: datetime | None
    agreed_by: str | None
    runs_at: datetime | None
    waits: bool
    days: int
    erased_at: datetime | None
    events_done_at: datetime | None
    notify_done_at: datetime | None
    moves: list[ErasureMove]

    @staticmethod
    def of(seen: actions.ErasureSeen) -> Erasure:
        kept = seen.erasure
        return Erasure(
            id=strawberry.ID(str(kept.id)),
            family=strawberry.ID(str(kept.family_id)),
            reference=seen.reference,
            state=kept.state,
            asked_on=kept.asked_on,
            how_asked=kept.how_asked,
            held_because=kept.held_because,
            asked_at=kept.asked_at,
            asked_by=seen.asked_by,
            agreed_at=kept.agreed_at,
            agreed_by=seen.agreed_by,
            runs_at=kept.runs_at,
            waits=seen.waits,
            days=seen.days,
            erased_at=kept.erased_at,
            events_done_at=kept.events_done_at,
            notify_done_at=kept.notify_done_at,
            moves=list(seen.moves),
        )


AskErasureResult = Annotated[Erasure | Refusal, strawberry.union("AskErasureResult")]
MoveErasureResult = Annotated[Erasure | Refusal, strawberry.union("MoveErasureResult")]


@strawberry.type
class ErasureQuery:
    @strawberry.field
    async def foresee_erasure(self, info: Info, family: strawberry.ID) -> ErasureForeseen | None:
        """What erasing a family would come to. Null for who may not ask for it, and afterwards."""
        ask = info.context.ask(MATCHING)
        found = await actions.foresee_erasure(ask, FamilyId(uuid_of(family)))
        return ErasureForeseen.of(found) if found else None

    @strawberry.field
    async def erasures(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Erasure]:
        """The agency's, newest first: for its admin and its two leads."""
        page = Page.of(first, after, datetime, UUID)
        rows, total = await actions.erasures_page(
            info.context.ask(MATCHING), after=page.after, limit=page.limit
        )
        return connection(page, rows, node=Erasure.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def erasure(self, info: Info, id: strawberry.ID) -> Erasure | None:
        seen = await actions.erasure_seen(info.context.ask(MATCHING), ErasureId(uuid_of(id)))
        return Erasure.of(seen) if seen else None


@strawberry.type
class ErasureMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def ask_erasure(
        self, info: Info, family: strawberry.ID, asked_on: date, how_asked: str, key: UUID
    ) -> AskErasureResult:
        """Write down that a family asked to be erased, and on which day. Somebody else agrees."""
        asked = await once(
            info.context.ask(MATCHING),
            key,
            actions.ask_erasure,
            family=FamilyId(uuid_of(family)),
            given=GivenErasure(asked_on=asked_on, how_asked=how_asked),
        )
        return await _shown(info, asked)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_erasure(
        self,
        info: Info,
        id: strawberry.ID,
        move: ErasureMove,
        key: UUID,
        reason: str | None = None,
    ) -> MoveErasureResult:
        """Agree (not by who wrote it down), hold with a reason, release, or call off."""
        moved = await once(
            info.context.ask(MATCHING),
            key,
            actions.move_erasure,
            erasure=ErasureId(uuid_of(id)),
            move=move,
            reason=reason,
        )
        return await _shown(info, moved)


async def _shown(info: Info, erasure: ErasureId) -> Erasure:
    seen = await actions.erasure_seen(info.context.ask(MATCHING), erasure)
    assert seen is not None, "whoever moves one sees it"
    return Erasure.of(seen)


def _cursor(seen: actions.ErasureSeen) -> tuple[datetime, UUID]:
    return seen.erasure.asked_at, seen.erasure.id
