"""Overrides that want a second person, as the graph shows them to who plans for the host."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import agreeing, overrides
from services.events.graph.types import still_seen
from services.events.model.ids import EventId, OverrideId
from services.events.model.override import Over, OverrideKind, OverrideState
from services.events.states.overrides import OverrideMove

EVENTS = Service.EVENTS


@strawberry.type
class AskedOverride:
    """A place out of turn for a line of the list (`entryId`), or so many places over (`extra`),
    that a second person agrees to. Until then nothing has changed, and no place is kept.
    `moves` are the reader's; `settledBy` is who agreed, said no or took it back.
    """

    id: strawberry.ID
    kind: OverrideKind
    state: OverrideState
    event_id: strawberry.ID
    event_title: str
    starts_at: datetime
    entry_id: strawberry.ID | None
    extra: int | None
    why: str
    asked_by: strawberry.ID
    asked_at: datetime
    settled_by: strawberry.ID | None
    settled_at: datetime | None
    declined_because: str | None
    lapsed_because: Over | None
    moves: list[OverrideMove]

    @staticmethod
    def of(seen: overrides.OverrideSeen) -> AskedOverride:
        asked = seen.asked
        return AskedOverride(
            id=strawberry.ID(str(asked.id)),
            kind=asked.kind,
            state=asked.state,
            event_id=strawberry.ID(str(asked.event_id)),
            event_title=seen.event.title,
            starts_at=seen.event.starts_at,
            entry_id=strawberry.ID(str(asked.entry_id)) if asked.entry_id else None,
            extra=asked.extra,
            why=asked.why,
            asked_by=strawberry.ID(str(asked.asked_by)),
            asked_at=asked.asked_at,
            settled_by=strawberry.ID(str(asked.settled_by)) if asked.settled_by else None,
            settled_at=asked.settled_at,
            declined_because=asked.declined_because,
            lapsed_because=asked.lapsed_because,
            moves=list(seen.moves),
        )


MoveOverrideResult = Annotated[AskedOverride | Refusal, strawberry.union("MoveOverrideResult")]


@strawberry.type
class OverrideQuery:
    @strawberry.field
    async def asked_overrides(
        self, info: Info, event: strawberry.ID | None = None
    ) -> list[AskedOverride]:
        """What waits for a second person at the agency's events, the nearest first; of one event,
        what did too. Empty to who does not plan for the host.
        """
        which = EventId(uuid_of(event)) if event else None
        found = await overrides.overrides_asked(info.context.ask(EVENTS), which)
        return [AskedOverride.of(one) for one in found]


@strawberry.type
class OverrideMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def move_override(
        self,
        info: Info,
        id: strawberry.ID,
        move: OverrideMove,
        key: UUID,
        reason: str | None = None,
    ) -> MoveOverrideResult:
        """Agree (not by who asked), which does it at once; say no with a reason; or, by who asked,
        take it back.
        """
        which = OverrideId(uuid_of(id))
        ask, act = info.context.ask(EVENTS), agreeing.move_override
        await once(ask, key, act, override=which, move=move, reason=reason)
        return await shown(info, which)


async def shown(info: Info, override: UUID) -> AskedOverride:
    info.context.forget()
    ask = info.context.ask(EVENTS)
    return AskedOverride.of(still_seen(await overrides.override_seen(ask, OverrideId(override))))
