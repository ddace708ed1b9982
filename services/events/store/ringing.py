"""SQL of whom to ring for children who stay without a parent."""

from collections.abc import Sequence
from uuid import UUID

from kernel.db import Turn
from services.events.model.ids import BookingId
from services.events.model.ringing import WhomToRing


class Ringing:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, booking: BookingId, given: WhomToRing, *, host: str, by: UUID) -> None:
        """What the family says now, instead of what it said before; as the host's system."""
        await self._turn.execute(
            """
            INSERT INTO whom_to_ring (booking_id, agency, contact, telephone, needs, agreed_by,
                                      agreed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (booking_id) DO UPDATE
               SET contact = excluded.contact, telephone = excluded.telephone,
                   needs = excluded.needs, agreed_by = excluded.agreed_by,
                   agreed_at = excluded.agreed_at
            """,
            booking,
            host,
            given.contact,
            given.telephone,
            given.needs,
            by,
            self._turn.now,
        )

    async def carry(self, before: BookingId, after: BookingId) -> None:
        """What was said of a place to the one it is moved to; nothing stays with the first."""
        await self._turn.execute(
            "UPDATE whom_to_ring SET booking_id = $2 WHERE booking_id = $1", before, after
        )

    async def of_bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, WhomToRing]:
        """Of those of these places that the asker may know it of and that it was said of."""
        rows = await self._turn.fetch(
            """
            SELECT w.booking_id, w.contact, w.telephone, w.needs,
                   w.agreed_at < b.booked_at AS for_another_date
              FROM whom_to_ring AS w
              JOIN booking AS b ON b.id = w.booking_id
             WHERE w.booking_id = ANY ($1)
            """,
            list(bookings),
        )
        return {
            BookingId(row["booking_id"]): WhomToRing(
                contact=row["contact"],
                telephone=row["telephone"],
                needs=row["needs"],
                for_another_date=row["for_another_date"],
            )
            for row in rows
        }

    async def forget(self) -> int:
        """Of dates that are a week over, and of places that are no more. Returns how many went."""
        gone: int = await self._turn.fetchval("SELECT forget_whom_to_ring($1)", self._turn.now)
        return gone
