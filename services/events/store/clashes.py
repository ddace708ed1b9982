"""SQL of what dates run into: the same venue, or the same person, at the same hour."""

from collections.abc import Sequence

from kernel.db import Turn
from services.events.model.clash import Clash, ClashKind
from services.events.model.ids import EventId


class Clashes:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def of_events(self, events: Sequence[EventId]) -> list[Clash]:
        """With what the asker sees that is not called off; the dates of one event never clash."""
        rows = await self._turn.fetch(
            """
            SELECT mine.event_id, mine.number, mine.wall_start,
                   coalesce(here.venue_id = there.venue_id, false) AS same_venue,
                   coalesce(mine.worker_id = other.worker_id, false) AS same_person,
                   offering.title, other.wall_start AS title_starts
              FROM sitting AS mine
              JOIN event AS here ON here.id = mine.event_id
              JOIN sitting AS other ON other.starts_at < mine.ends_at
                                   AND other.ends_at > mine.starts_at
                                   AND other.event_id <> mine.event_id AND NOT other.is_off
              JOIN event AS there ON there.id = other.event_id AND there.state <> 'cancelled'
              JOIN offering ON offering.id = there.offering_id
             WHERE mine.event_id = ANY ($1)
               AND (here.venue_id = there.venue_id OR mine.worker_id = other.worker_id)
             ORDER BY mine.event_id, mine.number, other.starts_at, other.id
             LIMIT 500
            """,
            list(events),
        )
        return [
            Clash(
                event_id=EventId(row["event_id"]),
                number=row["number"],
                wall_start=row["wall_start"],
                kind=ClashKind.PERSON if row["same_person"] else ClashKind.VENUE,
                title=row["title"],
                title_starts=row["title_starts"],
            )
            for row in rows
        ]
