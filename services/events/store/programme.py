"""SQL of lists of events: the programme that a family reads, and what an organiser hosts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.events.model.event import Event
from services.events.model.place import PlaceSettings
from services.events.model.programme import Wanted, WantedHosted
from services.events.store.events import event_of

After = tuple[datetime, UUID]


class Programme:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def page(self, wanted: Wanted, *, after: After | None, limit: int) -> Sequence[Event]:
        """Published events that are not over, as far as the asker may see, the soonest first."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM event_seen
             WHERE state = 'published' AND ends_at > $1
               AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR topic = $3)
               AND ($4::text IS NULL OR lower(town) = lower($4))
               AND ($5::timestamptz IS NULL OR starts_at >= $5)
               AND ($6::timestamptz IS NULL OR starts_at < $6)
               AND (NOT $7::boolean OR (taken < places AND total(queue) = 0 AND books_until > $1))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
               AND ($9::timestamptz IS NULL OR (starts_at, id) > ($9, $10::uuid))
             ORDER BY starts_at, id
             LIMIT $11
            """,
            self._turn.now,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.from_at,
            wanted.until_at,
            wanted.has_places,
            wanted.search,
            *(after or (None, None)),
            limit,
        )
        return [event_of(row) for row in rows]

    async def how_many(self, wanted: Wanted) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM event_seen
             WHERE state = 'published' AND ends_at > $1
               AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR topic = $3)
               AND ($4::text IS NULL OR lower(town) = lower($4))
               AND ($5::timestamptz IS NULL OR starts_at >= $5)
               AND ($6::timestamptz IS NULL OR starts_at < $6)
               AND (NOT $7::boolean OR (taken < places AND total(queue) = 0 AND books_until > $1))
               AND ($8::text IS NULL OR position(lower($8) IN lower(title || ' ' || town)) > 0)
            """,
            self._turn.now,
            wanted.kind,
            wanted.topic,
            wanted.town,
            wanted.from_at,
            wanted.until_at,
            wanted.has_places,
            wanted.search,
        )
        return count

    async def towns(self) -> list[str]:
        """Where published events that are not over take place, for a filter."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT town FROM event
             WHERE state = 'published' AND ends_at > $1
             ORDER BY town
             LIMIT 200
            """,
            self._turn.now,
        )
        return [row["town"] for row in rows]

    async def hosted(
        self, agency: str, wanted: WantedHosted, *, after: After | None, limit: int
    ) -> Sequence[Event]:
        """What an agency hosts or shares, the soonest first."""
        rows = await self._turn.fetch(
            """
            SELECT * FROM event_seen
             WHERE agencies @> ARRAY[$1::text] AND ($2::text IS NULL OR state = $2)
               AND ($3::timestamptz IS NULL OR ends_at >= $3)
               AND ($4::timestamptz IS NULL OR starts_at < $4)
               AND ($5::timestamptz IS NULL OR (starts_at, id) > ($5, $6::uuid))
             ORDER BY starts_at, id
             LIMIT $7
            """,
            agency,
            wanted.state,
            wanted.from_at,
            wanted.until_at,
            *(after or (None, None)),
            limit,
        )
        return [event_of(row) for row in rows]

    async def how_many_hosted(self, agency: str, wanted: WantedHosted) -> int:
        count: int = await self._turn.fetchval(
            """
            SELECT count(*) FROM event
             WHERE agencies @> ARRAY[$1::text] AND ($2::text IS NULL OR state = $2)
               AND ($3::timestamptz IS NULL OR ends_at >= $3)
               AND ($4::timestamptz IS NULL OR starts_at < $4)
            """,
            agency,
            wanted.state,
            wanted.from_at,
            wanted.until_at,
        )
        return count

    async def settings(self, agency: str) -> PlaceSettings:
        """How the agency gives places away, by the newest version that a person set."""
        row = await self._turn.fetchrow(
            """
            SELECT number, far_hours, near_hours, close_hours, cut_off_minutes, rest_hours
              FROM place_settings
             WHERE agency = $1
             ORDER BY number DESC
             LIMIT 1
            """,
            agency,
        )
        return PlaceSettings(**row) if row else PlaceSettings()
