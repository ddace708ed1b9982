"""SQL of guests: who dropped by and is not known, by first name while the register is open."""

from collections.abc import Sequence
from datetime import datetime

from kernel.db import Turn
from services.events.model.ids import BookingId


class Guests:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(
        self, booking: BookingId, first_name: str, *, host: str, named_until: datetime
    ) -> None:
        await self._turn.execute(
            """
            INSERT INTO guest (booking_id, agency, first_name, named_until)
            VALUES ($1, $2, $3, $4)
            """,
            booking,
            host,
            first_name,
            named_until,
        )

    async def of_bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, str | None]:
        """Those of these places that are guests'; None: a name that is forgotten."""
        rows = await self._turn.fetch(
            "SELECT booking_id, first_name FROM guest WHERE booking_id = ANY ($1)", list(bookings)
        )
        return {BookingId(row["booking_id"]): row["first_name"] for row in rows}

    async def forget(self) -> int:
        """Names of registers that have closed. Returns how many went."""
        gone: int = await self._turn.fetchval("SELECT forget_guests($1)", self._turn.now)
        return gone
