"""SQL of hours in which a venue is somebody else's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.events.model.event import Venue
from services.events.model.ids import KeptClearId, VenueId
from services.events.model.kept_clear import DateNotClear, GivenKeptClear, KeptClear

VENUE = tuple(Venue.__dataclass_fields__)


class HoursKeptClear:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, kept: KeptClearId, given: GivenKeptClear, *, agency: str, by: UUID) -> None:
        await self._turn.execute(
            """
            INSERT INTO kept_clear (id, agency, venue_id, first_on, weekly, last_on, from_wall,
                                    until_wall, kept_by, kept_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            kept,
            agency,
            given.venue,
            given.first_on,
            given.weekly,
            given.last_on,
            given.from_wall,
            given.until_wall,
            by,
            self._turn.now,
        )

    async def end(self, kept: KeptClearId) -> bool:
        ended = await self._turn.fetchval(
            "DELETE FROM kept_clear WHERE id = $1 RETURNING true", kept
        )
        return bool(ended)

    async def all(self) -> Sequence[KeptClear]:
        """Of the asker's agency, to who keeps them."""
        rows = await self._turn.fetch(
            """
            SELECT k.id AS kept_id, k.first_on, k.weekly, k.last_on, k.from_wall, k.until_wall,
                   v.id, v.agency, v.name, v.town, v.address, v.arriving, v.access_needs_met,
                   v.heads_max
              FROM kept_clear AS k
              JOIN venue AS v ON v.id = k.venue_id
             ORDER BY v.name, k.first_on, k.from_wall, k.id
             LIMIT 500
            """
        )
        return [
            KeptClear(
                KeptClearId(row["kept_id"]),
                Venue(**{name: row[name] for name in VENUE}),
                GivenKeptClear(
                    venue=VenueId(row["id"]),
                    first_on=row["first_on"],
                    weekly=row["weekly"],
                    last_on=row["last_on"],
                    from_wall=row["from_wall"],
                    until_wall=row["until_wall"],
                ),
            )
            for row in rows
        ]

    async def not_clear(self) -> Sequence[DateNotClear]:
        rows = await self._turn.fetch("SELECT event_id, title, wall_start FROM dates_not_clear()")
        return [DateNotClear(**row) for row in rows]

    async def is_free(self, venue: VenueId, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether nobody of those services is there within two hours of a span."""
        near = await self._turn.fetchval(
            "SELECT is_kept_clear($1, $2, $3)", venue, starts_at, ends_at
        )
        return not near
