"""SQL of slots that a family holds for itself while it fills in the form, and of a worker's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.events.model.event import Sitting
from services.events.model.ids import EventId


class Slots:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def hold(self, event: EventId, family: UUID, *, until: datetime) -> datetime | None:
        """Until when this family holds it, or None where another does. Whoever holds it already
        does so no longer than was said: to ask again buys no time.

        One statement decides, and the second of two who race sees what the first has written.
        """
        held: datetime | None = await self._turn.fetchval(
            """
            INSERT INTO slot_hold AS held (event_id, family_id, held_until)
            VALUES ($1, $2, $3)
                ON CONFLICT (event_id) DO UPDATE
               SET family_id = excluded.family_id,
                   held_until = CASE WHEN held.held_until > $4 THEN held.held_until
                                     ELSE excluded.held_until END
             WHERE held.held_until <= $4 OR held.family_id = excluded.family_id
         RETURNING held_until
            """,
            event,
            family,
            until,
            self._turn.now,
        )
        return held

    async def let_go(self, family: UUID, *, but: EventId) -> None:
        """A family holds one slot at a time; what is over is forgotten on the way."""
        await self._turn.execute(
            """
            DELETE FROM slot_hold
             WHERE (family_id = $1 AND event_id <> $2) OR held_until <= $3
            """,
            family,
            but,
            self._turn.now,
        )

    async def end(self, event: EventId, family: UUID) -> None:
        """A place that is given back is free at once, however lately it was held."""
        await self._turn.execute(
            "DELETE FROM slot_hold WHERE event_id = $1 AND family_id = $2", event, family
        )

    async def forget(self) -> int:
        """Holds of every host whose time is over. Returns how many."""
        gone: int = await self._turn.fetchval("SELECT forget_slot_holds($1)", self._turn.now)
        return gone

    async def of_worker(self, worker: UUID, *, since: datetime, limit: int) -> list[Sitting]:
        """Dates in the programme that a person is named for and that end after then."""
        rows = await self._turn.fetch(
            """
            SELECT s.id, s.event_id, s.number, s.wall_start, s.starts_at, s.ends_at, s.sequence,
                   s.worker_id, s.is_off
              FROM sitting AS s
              JOIN event AS e ON e.id = s.event_id AND e.state = 'published'
             WHERE s.worker_id = $1 AND s.ends_at > $2 AND NOT s.is_off
             ORDER BY s.starts_at, s.id
             LIMIT $3
            """,
            worker,
            since,
            limit,
        )
        return [Sitting(**row) for row in rows]

    async def held_from(self, family: UUID, event: EventId) -> datetime | None:
        """Until when another family than this holds a slot; asked as its host's system."""
        held: datetime | None = await self._turn.fetchval(
            """
            SELECT held_until FROM slot_hold
             WHERE event_id = $1 AND family_id <> $2 AND held_until > $3
            """,
            event,
            family,
            self._turn.now,
        )
        return held

    async def held_by(self, family: UUID, events: Sequence[EventId]) -> dict[EventId, datetime]:
        """Until when a family holds each of these."""
        rows = await self._turn.fetch(
            """
            SELECT event_id, held_until FROM slot_hold
             WHERE family_id = $1 AND event_id = ANY ($2) AND held_until > $3
            """,
            family,
            list(events),
            self._turn.now,
        )
        return {EventId(row["event_id"]): row["held_until"] for row in rows}

    async def held_by_others(self, events: Sequence[EventId]) -> dict[EventId, datetime]:
        """Until when another family than the asker's holds each of these; never which."""
        rows = await self._turn.fetch(
            "SELECT event_id, held_until FROM slots_held_by_others($1, $2)",
            list(events),
            self._turn.now,
        )
        return {EventId(row["event_id"]): row["held_until"] for row in rows}
