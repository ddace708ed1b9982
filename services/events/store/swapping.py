"""SQL of dates of a course that families come to at a parallel one."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg

from kernel.db import Record, Turn
from services.events.model.event import Sitting
from services.events.model.ids import BookingId, EventId, SittingId, SwapId
from services.events.model.swapping import SwappedDate


class SwappedAlready(Exception):
    """That date of the place is swapped. The turn is lost."""


class Swaps:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, swap: SwapId, *, booking: BookingId, own: Sitting, other: Sitting) -> None:
        """Of events that are locked; the caller counts anew. Raises SwappedAlready."""
        try:
            await self._turn.execute(
                """
                INSERT INTO swapped_date (id, booking_id, from_sitting, to_sitting, swapped_at)
                VALUES ($1, $2, $3, $4, $5)
                """,
                swap,
                booking,
                own.id,
                other.id,
                self._turn.now,
            )
        except asyncpg.UniqueViolationError as clash:
            raise SwappedAlready from clash

    async def end(self, swap: SwapId) -> None:
        await self._turn.execute(
            "UPDATE swapped_date SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            swap,
            self._turn.now,
        )

    async def end_what_holds_no_more(self, booking: BookingId, own: SittingId) -> None:
        """Of one date of a place, so that it can be swapped anew."""
        await self._turn.execute(
            """
            UPDATE swapped_date
               SET ended_at = $3
             WHERE booking_id = $1 AND from_sitting = $2 AND ended_at IS NULL
               AND id NOT IN (SELECT id FROM date_swapped)
            """,
            booking,
            own,
            self._turn.now,
        )

    async def swap(self, swap: SwapId) -> SwappedDate | None:
        """One that holds."""
        row = await self._turn.fetchrow("SELECT * FROM date_swapped WHERE id = $1", swap)
        return _swap(row) if row else None

    async def of_bookings(
        self, bookings: Sequence[BookingId]
    ) -> dict[BookingId, list[SwappedDate]]:
        """Those that hold, of each of these places that the asker sees."""
        rows = await self._turn.fetch(
            """
            SELECT w.*
              FROM date_swapped AS w
              JOIN sitting AS s ON s.id = w.from_sitting
             WHERE w.booking_id = ANY ($1)
             ORDER BY s.starts_at
            """,
            list(bookings),
        )
        found: dict[BookingId, list[SwappedDate]] = {}
        for row in rows:
            found.setdefault(BookingId(row["booking_id"]), []).append(_swap(row))
        return found

    async def to_sitting(self, sitting: SittingId) -> Sequence[SwappedDate]:
        """Who comes to a date from another course, as its host's system."""
        rows = await self._turn.fetch(
            "SELECT * FROM date_swapped WHERE to_sitting = $1 ORDER BY swapped_at, id", sitting
        )
        return [_swap(row) for row in rows]

    async def to_event(self, event: EventId) -> Sequence[SwappedDate]:
        """Who comes from another course to a date of this one that is still to come."""
        rows = await self._turn.fetch(
            """
            SELECT w.*
              FROM date_swapped AS w
              JOIN sitting AS t ON t.id = w.to_sitting
             WHERE w.to_event = $1 AND t.starts_at > $2
             ORDER BY w.swapped_at, w.id
            """,
            event,
            self._turn.now,
        )
        return [_swap(row) for row in rows]

    async def comes_to(self, family: UUID, event: EventId) -> bool:
        """Whether a family comes to a date of a course instead of to one of its own; also where a
        place of its own there has just been written.
        """
        comes: bool = await self._turn.fetchval(
            """
            SELECT EXISTS (SELECT FROM swapped_date AS w
                             JOIN sitting AS t ON t.id = w.to_sitting
                             JOIN booking AS b ON b.id = w.booking_id
                            WHERE b.family_id = $1 AND t.event_id = $2 AND NOT t.is_off
                              AND w.ended_at IS NULL AND b.state = 'confirmed')
            """,
            family,
            event,
        )
        return comes

    async def from_sitting(self, sitting: SittingId) -> set[BookingId]:
        """Places that are not expected at a date of their own."""
        rows = await self._turn.fetch(
            "SELECT booking_id FROM date_swapped WHERE from_sitting = $1", sitting
        )
        return {BookingId(row["booking_id"]) for row in rows}

    async def more_needed(self, sitting: Sitting, places: int) -> int:
        """How many places of its event so many more at this date take: none where families of it
        who come elsewhere have left them, or a visitor of another date takes them already.
        """
        more: int = await self._turn.fetchval(
            """
            SELECT greatest(0, visitors_at($1) + $3 - e.visiting) FROM event AS e WHERE e.id = $2
            """,
            sitting.id,
            sitting.event_id,
            places,
        )
        return more

    async def visitors(self, sittings: Sequence[SittingId]) -> dict[SittingId, int]:
        """Places at each of these dates beyond those of its own event; below 0 where more left."""
        rows = await self._turn.fetch(
            "SELECT id, visitors_at(id) AS more FROM unnest($1::uuid[]) AS id", list(sittings)
        )
        return {SittingId(row["id"]): row["more"] for row in rows}

    async def parallel(self, event: EventId) -> Sequence[Sitting]:
        """Dates to come of other courses of the same thing, as the asker sees them."""
        rows = await self._turn.fetch(
            """
            SELECT s.id, s.event_id, s.number, s.wall_start, s.starts_at, s.ends_at, s.sequence,
                   s.worker_id, s.is_off
              FROM event AS own
              JOIN event AS other ON other.offering_id = own.offering_id AND other.id <> own.id
               AND other.state = 'published' AND other.is_course
              JOIN sitting AS s ON s.event_id = other.id
             WHERE own.id = $1 AND NOT s.is_off AND s.starts_at > $2
             ORDER BY s.starts_at, s.id
             LIMIT 200
            """,
            event,
            self._turn.now,
        )
        return [Sitting(**row) for row in rows]

    async def apart_of(self, family: UUID) -> list[tuple[SwapId, str]]:
        """Swaps to a date at which a family and one that it must not meet are expected, with the
        host of each: ids only.
        """
        rows = await self._turn.fetch("SELECT swap_id, host FROM swaps_apart($1)", family)
        return [(SwapId(row["swap_id"]), row["host"]) for row in rows]

    async def count(self, event: EventId) -> None:
        """Say anew how many places of a course, which is locked, visitors take. Nobody is removed:
        where one comes back to a date that another has filled, what is taken may stay (A07).
        """
        await self._turn.execute(
            """
            UPDATE event
               SET visiting = v.most,
                   allowed = CASE WHEN taken > places + visiting - v.most
                                  THEN greatest(allowed, taken) ELSE allowed END
              FROM (SELECT visiting_at($1) AS most) AS v
             WHERE id = $1 AND is_course AND visiting <> v.most
            """,
            event,
        )

    async def to_count(self) -> list[tuple[EventId, str]]:
        """Events of any host whose count is no longer so: ids only."""
        rows = await self._turn.fetch("SELECT event_id, host FROM visits_to_count()")
        return [(EventId(row["event_id"]), row["host"]) for row in rows]


def _swap(row: Record) -> SwappedDate:
    kept: dict[str, Any] = {one.name: row[one.name] for one in fields(SwappedDate)}
    return SwappedDate(**kept)
