"""SQL of places of families who must not meet."""

from datetime import datetime

from kernel.db import Turn
from services.events.model.apart import ApartId
from services.events.model.ids import BookingId, EventId


class Apart:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def places(self, at: datetime) -> list[ApartId]:
        """Of the asker's agency, by date; none to anybody but its safeguarding lead."""
        rows = await self._turn.fetch(
            "SELECT booking_id, event_id, host, elsewhere FROM places_apart($1)", at
        )
        return [
            ApartId(
                booking_id=BookingId(row["booking_id"]),
                event_id=EventId(row["event_id"]),
                host=row["host"],
                elsewhere=row["elsewhere"],
            )
            for row in rows
        ]
