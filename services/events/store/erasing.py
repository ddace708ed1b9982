"""SQL of erasing a family: where it has places to come, and everything that says who it was."""

from uuid import UUID

from kernel.db import Turn
from kernel.messages import FamilyErased
from services.events.model.ids import EventId


class Erasing:
    """As the worker, past the rows of one agency: a family books wherever it may come."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def open_places(self, family: UUID) -> list[tuple[EventId, str]]:
        """Events to come at which it has a place or waits for one, each with its host."""
        rows = await self._turn.fetch("SELECT event_id, agency FROM open_places_of($1)", family)
        return [(EventId(row["event_id"]), row["agency"]) for row in rows]

    async def erase(self, erased: FamilyErased) -> None:
        """What is counted stays, with nobody in it. Doing it again does no more."""
        await self._turn.execute(
            "SELECT erase_family($1, $2, $3, $4)",
            erased.family_id,
            erased.account_ids,
            erased.version,
            erased.reference,
        )
