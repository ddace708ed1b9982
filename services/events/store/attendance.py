"""SQL of who came: each mark is kept, the newest counts (event-scenarios.md D08)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kernel.db import Record, Turn
from services.events.model.attendance import LedTo, Mark
from services.events.model.event import SLOTS
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking


class Attendance:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, booking: Booking, mark: Mark, *, host: str, by: UUID) -> None:
        await self._turn.execute(
            """
            INSERT INTO attendance (sitting_id, booking_id, agencies, adults, children, caught_up,
                                    marked_by, marked_at, people, led_to)
            VALUES ($1, $2, ARRAY[$3, $4], $5, $6, $7, $8, $9, $10, $11)
            """,
            mark.sitting_id,
            mark.booking_id,
            booking.agency,
            host,
            mark.adults,
            mark.children,
            mark.caught_up,
            by,
            self._turn.now,
            list(mark.people),
            mark.led_to,
        )

    async def of_event(self, event: EventId) -> list[Mark]:
        """The newest mark of each place at each date, as far as the asker may see."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (a.booking_id, a.sitting_id)
                   a.booking_id, a.sitting_id, a.adults, a.children, a.caught_up,
                   a.people, a.led_to
              FROM attendance AS a
              JOIN sitting AS s ON s.id = a.sitting_id
             WHERE s.event_id = $1
             ORDER BY a.booking_id, a.sitting_id, a.place DESC
            """,
            event,
        )
        return [_mark(row) for row in rows]

    async def of_bookings(self, bookings: Sequence[BookingId]) -> list[Mark]:
        """The same of these places alone."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT ON (booking_id, sitting_id)
                   booking_id, sitting_id, adults, children, caught_up, people,
                   led_to
              FROM attendance
             WHERE booking_id = ANY ($1)
             ORDER BY booking_id, sitting_id, place DESC
            """,
            list(bookings),
        )
        return [_mark(row) for row in rows]

    async def led_to(self, agency: str, *, since: date) -> dict[date, dict[LedTo | None, int]]:
        """How many talks of an agency that took place led to what, by the newest marks, by the
        first day of their month in England. None: of which nothing is said yet.
        """
        rows = await self._turn.fetch(
            """
            SELECT date_trunc('month', newest.wall_start)::date AS month, newest.led_to, count(*)
              FROM (SELECT DISTINCT ON (a.booking_id, a.sitting_id)
                           s.wall_start, a.led_to, a.caught_up, a.adults, a.children
                      FROM attendance AS a
                      JOIN sitting AS s ON s.id = a.sitting_id
                      JOIN event AS e ON e.id = s.event_id
                      JOIN offering AS o ON o.id = e.offering_id
                     WHERE e.agency = $1 AND o.kind = ANY ($2)
                       AND s.wall_start >= $3::date
                     ORDER BY a.booking_id, a.sitting_id, a.place DESC) AS newest
             WHERE newest.caught_up OR newest.adults + newest.children > 0
             GROUP BY 1, 2
            """,
            agency,
            [str(kind) for kind in SLOTS],
            since,
        )
        found: dict[date, dict[LedTo | None, int]] = {}
        for row in rows:
            led_to = LedTo(row["led_to"]) if row["led_to"] else None
            found.setdefault(row["month"], {})[led_to] = row["count"]
        return found

    async def needs_of(self, families: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
        """What each family needs to take part, as the register told."""
        rows = await self._turn.fetch(
            "SELECT family_id, access_needs FROM family_card WHERE family_id = ANY ($1)",
            list(families),
        )
        return {row["family_id"]: tuple(row["access_needs"]) for row in rows}

    async def family_called(self, reference: str, agencies: Sequence[str]) -> UUID | None:
        """The family of one of these agencies with this reference; the worker sees all."""
        found: UUID | None = await self._turn.fetchval(
            """
            SELECT family_id FROM family_card
             WHERE lower(reference) = lower($1) AND agency = ANY ($2)
            """,
            reference,
            list(agencies),
        )
        return found


def _mark(row: Record) -> Mark:
    led_to = LedTo(row["led_to"]) if row["led_to"] else None
    return Mark(**{**dict(row), "people": tuple(row["people"]), "led_to": led_to})
