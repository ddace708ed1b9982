"""SQL of what was done about an event, read off the audit, and whom a change would reach."""

from collections.abc import Sequence

from kernel.db import Turn
from services.events.model.history import EventDeed, Reach
from services.events.model.ids import EventId


class History:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_event(self, event: EventId, *, limit: int) -> Sequence[EventDeed]:
        """The newest first, as far as the asker's agency was told; many at once are one row."""
        rows = await self._turn.fetch(
            """
            WITH subject AS (
                SELECT $1::uuid AS id
                 UNION ALL SELECT id FROM booking WHERE event_id = $1
                 UNION ALL SELECT id FROM waiting_entry WHERE event_id = $1
            )
            SELECT audit.what, audit.why, audit.at, count(*)::integer AS times
              FROM subject JOIN audit ON audit.subject = subject.id
             GROUP BY audit.at, audit.what, audit.why
             ORDER BY audit.at DESC, audit.what, audit.why
             LIMIT $2
            """,
            event,
            limit,
        )
        return [EventDeed(**row) for row in rows]

    async def reach(self, events: Sequence[EventId]) -> dict[EventId, Reach]:
        """Families with a place, with an offer, and on the list, of each event."""
        rows = await self._turn.fetch(
            """
            SELECT event.id,
                   (SELECT count(*) FROM booking AS b
                     WHERE b.event_id = event.id
                       AND b.state IN ('waiting_for_gate', 'confirmed')) AS booked,
                   (SELECT count(*) FROM waiting_entry AS w
                     WHERE w.event_id = event.id AND w.state = 'offered') AS offered,
                   (SELECT count(*) FROM waiting_entry AS w
                     WHERE w.event_id = event.id AND w.state = 'waiting') AS waiting
              FROM event
             WHERE event.id = ANY ($1)
            """,
            list(events),
        )
        return {
            EventId(row["id"]): Reach(
                booked=row["booked"], offered=row["offered"], waiting=row["waiting"]
            )
            for row in rows
        }
