"""SQL of overrides that wait for a second person, or did. Written with their event locked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.ids import EventId, OverrideId
from services.events.model.override import (
    AskedOverride,
    Over,
    OverrideKind,
    OverrideState,
)
from services.events.states.overrides import OVERRIDE, OverrideMove


class Overrides:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, asked: AskedOverride) -> bool:
        """False when one for the same is open already."""
        added = await self._turn.fetchval(
            """
            INSERT INTO asked_override (id, event_id, agency, kind, state, entry_id, extra, why,
                                        asked_by, asked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (event_id, kind, entry_id) WHERE state = 'asked' DO NOTHING
         RETURNING true
            """,
            asked.id,
            asked.event_id,
            asked.agency,
            asked.kind,
            asked.state,
            asked.entry_id,
            asked.extra,
            asked.why,
            asked.asked_by,
            asked.asked_at,
        )
        return bool(added)

    async def override(self, override: OverrideId) -> AskedOverride | None:
        """As it stands now: what can no longer come about has lapsed, swept yet or not."""
        row = await self._turn.fetchrow(
            """
            SELECT id, event_id, agency, kind, state, entry_id, extra, why, asked_by, asked_at,
                   settled_by, settled_at, declined_because, lapsed_because
              FROM asked_override_seen
             WHERE id = $1
            """,
            override,
        )
        return _override(row) if row else None

    async def open_ones(self, agency: str, *, limit: int) -> Sequence[AskedOverride]:
        """What waits at all events of an agency, the nearest event first."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, agency, kind, state, entry_id, extra, why, asked_by, asked_at,
                   settled_by, settled_at, declined_because, lapsed_because
              FROM asked_override_seen
             WHERE agency = $1 AND state = 'asked'
             ORDER BY starts_at, asked_at, id
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [_override(row) for row in rows]

    async def of_event(self, event: EventId, *, limit: int) -> Sequence[AskedOverride]:
        """What waits at an event first, then what did, the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, event_id, agency, kind, state, entry_id, extra, why, asked_by, asked_at,
                   settled_by, settled_at, declined_because, lapsed_because
              FROM asked_override_seen
             WHERE event_id = $1
             ORDER BY state <> 'asked', asked_at DESC, id
             LIMIT $2
            """,
            event,
            limit,
        )
        return [_override(row) for row in rows]

    async def settle(
        self, override: OverrideId, move: OverrideMove, *, by: UUID, why: str | None = None
    ) -> bool:
        """Make a person's move of the table; `why` of a no. False from the state it is in."""
        settled = await self._turn.fetchval(
            """
            UPDATE asked_override
               SET state = $2, settled_by = $4, settled_at = $5, declined_because = $6
             WHERE id = $1 AND state = ANY ($3)
         RETURNING true
            """,
            override,
            OVERRIDE.target(move),
            OVERRIDE.starts(move),
            by,
            self._turn.now,
            why,
        )
        return bool(settled)

    async def lapse(self, override: OverrideId) -> Over | None:
        """End one that can no longer come about, and say why. None, having written nothing, while
        it still can, or once it is settled.
        """
        because = await self._turn.fetchval(
            """
            UPDATE asked_override AS o
               SET state = $2, settled_at = $4, lapsed_because = seen.lapsed_because
              FROM asked_override_seen AS seen
             WHERE o.id = $1 AND seen.id = o.id AND seen.is_due AND o.state = ANY ($3)
         RETURNING o.lapsed_because
            """,
            override,
            OVERRIDE.target(OverrideMove.LAPSE),
            OVERRIDE.starts(OverrideMove.LAPSE),
            self._turn.now,
        )
        return Over(because) if because else None

    async def overtake(self, event: EventId, kind: OverrideKind, because: Over) -> list[OverrideId]:
        """End what waits of a kind at an event, since what it was about was done or undone."""
        rows = await self._turn.fetch(
            """
            UPDATE asked_override
               SET state = $3, settled_at = $5, lapsed_because = $6
             WHERE event_id = $1 AND kind = $2 AND state = ANY ($4)
         RETURNING id
            """,
            event,
            kind,
            OVERRIDE.target(OverrideMove.LAPSE),
            OVERRIDE.starts(OverrideMove.LAPSE),
            self._turn.now,
            because,
        )
        return [OverrideId(row["id"]) for row in rows]

    async def due(self) -> list[tuple[OverrideId, str]]:
        """What has lapsed and is not written down, of any host: ids only."""
        rows = await self._turn.fetch("SELECT override_id, host FROM overrides_due()")
        return [(OverrideId(row["override_id"]), row["host"]) for row in rows]


def _override(row: Record) -> AskedOverride:
    kept: dict[str, Any] = {name: row[name] for name in AskedOverride.__dataclass_fields__}
    over = row["lapsed_because"]
    words = {
        "kind": OverrideKind(row["kind"]),
        "state": OverrideState(row["state"]),
        "lapsed_because": None if over is None else Over(over),
    }
    return AskedOverride(**{**kept, **words})
