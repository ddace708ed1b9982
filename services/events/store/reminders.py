"""SQL of reminders: of which dates, and each place once for a date as it stands."""

from collections.abc import Sequence

from kernel.db import Turn
from services.events.model.event import Sitting
from services.events.model.ids import SittingId
from services.events.model.place import Booking, PlaceSettings
from services.events.store.bookings import booking_of

DEFAULT = PlaceSettings()


class Reminders:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def due(self) -> Sequence[tuple[SittingId, str]]:
        """Dates of any host of which somebody is to be reminded now: ids only."""
        rows = await self._turn.fetch(
            "SELECT DISTINCT sitting_id, host FROM reminders_due($1, $2, $3)",
            self._turn.now,
            DEFAULT.remind_days,
            DEFAULT.remind_hour,
        )
        return [(SittingId(row["sitting_id"]), row["host"]) for row in rows]

    async def remind(self, sitting: Sitting) -> list[Booking]:
        """Write down who is reminded of a date whose event is locked: the places, a version newer.

        Empty when that was done.
        """
        rows = await self._turn.fetch(
            """
            WITH told AS (
                INSERT INTO reminder (booking_id, sitting_id, starts_at, reminded_at)
                SELECT booking_id, $2, $3, $1
                  FROM reminders_due($1, $4, $5)
                 WHERE sitting_id = $2
                    ON CONFLICT DO NOTHING
             RETURNING booking_id
            )
            UPDATE booking
               SET version = version + 1
             WHERE id IN (SELECT booking_id FROM told) AND state = 'confirmed'
         RETURNING id, event_id, family_id, agency, state, places, adults, children, hold_until,
                   photos_allowed, booked_by, booked_at, ended_at, ended_because, moved_to, version
            """,
            self._turn.now,
            sitting.id,
            sitting.starts_at,
            DEFAULT.remind_days,
            DEFAULT.remind_hour,
        )
        return [booking_of(row) for row in rows]
