"""SQL of what families want to talk about in a slot. The system writes it and never reads it."""

from collections.abc import Sequence

from kernel.db import Turn
from services.events.model.ids import BookingId, EventId


class TalkTopics:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def put(self, booking: BookingId, words: str) -> None:
        """What the family says now, instead of what it said before; as the host's system."""
        await self._turn.execute("SELECT put_talk_topic($1, $2)", booking, words)

    async def of_bookings(self, bookings: Sequence[BookingId]) -> dict[BookingId, str]:
        """Of those of these places that the asker may know it of and that it was said of."""
        rows = await self._turn.fetch(
            "SELECT booking_id, words FROM talk_topic WHERE booking_id = ANY ($1)", list(bookings)
        )
        return {BookingId(row["booking_id"]): row["words"] for row in rows}

    async def of_event(self, event: EventId) -> dict[BookingId, str]:
        """Of every place at a slot: to the worker whose time it is, and a family's own."""
        rows = await self._turn.fetch(
            "SELECT booking_id, words FROM talk_topic WHERE event_id = $1", event
        )
        return {BookingId(row["booking_id"]): row["words"] for row in rows}

    async def forget(self) -> int:
        """Of slots that are a week over, and of places that are no more. Returns how many went."""
        gone: int = await self._turn.fetchval("SELECT forget_talk_topics($1)", self._turn.now)
        return gone
