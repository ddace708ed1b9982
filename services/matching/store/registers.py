"""SQL of names for whoever runs an event: first names for a register, staff who may lead a date."""

from collections.abc import Sequence
from uuid import UUID

from kernel.db import Turn
from services.matching.model.ids import AccountId, AdultId, FamilyId
from services.matching.model.register import FirstNames, Leader


class Registers:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def first_names(self, families: Sequence[UUID]) -> Sequence[FirstNames]:
        """Of those families whose names the asker may be told; protected ones are not there."""
        rows = await self._turn.fetch(
            "SELECT family_id, adult_id, first_name FROM register_adults($1)", list(families)
        )
        found: dict[FamilyId, list[tuple[AdultId, str]]] = {}
        for row in rows:
            adults = found.setdefault(FamilyId(row["family_id"]), [])
            adults.append((AdultId(row["adult_id"]), row["first_name"]))
        return [FirstNames(family, tuple(adults)) for family, adults in found.items()]

    async def leaders(self) -> Sequence[Leader]:
        """Staff of the asker's agency who may lead a date, by name."""
        rows = await self._turn.fetch(
            "SELECT account_id, name FROM leaders_of_dates() ORDER BY name, account_id LIMIT 200"
        )
        return [Leader(AccountId(row["account_id"]), row["name"]) for row in rows]
