"""Consents of adults, for one purpose each; and blocks between families."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.db import Turn
from kernel.messages import Purpose
from services.matching.model.family import Consent, HouseholdAdult
from services.matching.model.ids import AdultId, AgencyId, FamilyId


class Consents:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def give(self, adult: HouseholdAdult, purpose: Purpose, *, at: datetime) -> bool:
        """False, having written nothing, when it was given before and still holds."""
        given: Any = await self._turn.fetchval(
            """
            INSERT INTO consent (family_id, adult_id, agency, purpose, given_at)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (adult_id, purpose) WHERE withdrawn_at IS NULL DO NOTHING
         RETURNING id
            """,
            adult.family_id,
            adult.adult_id,
            adult.agency,
            purpose,
            at,
        )
        return given is not None

    async def withdraw(self, adult: AdultId, purpose: Purpose, *, at: datetime) -> bool:
        """False when there was nothing to withdraw."""
        withdrawn: Any = await self._turn.fetchval(
            """
            UPDATE consent
               SET withdrawn_at = $3
             WHERE adult_id = $1 AND purpose = $2 AND withdrawn_at IS NULL
         RETURNING id
            """,
            adult,
            purpose,
            at,
        )
        return withdrawn is not None

    async def holds(self, adult: AdultId, purpose: Purpose) -> bool:
        holding: bool = await self._turn.fetchval(
            """
            SELECT EXISTS (SELECT FROM consent
                            WHERE adult_id = $1 AND purpose = $2 AND withdrawn_at IS NULL)
            """,
            adult,
            purpose,
        )
        return holding

    async def of_families(self, families: Sequence[FamilyId]) -> list[Consent]:
        """Given and withdrawn ones, the newest first; an adult at home sees only their own."""
        rows = await self._turn.fetch(
            """
            SELECT family_id, adult_id, purpose, given_at, withdrawn_at
              FROM consent
             WHERE family_id = ANY ($1)
             ORDER BY family_id, given_at DESC, id
            """,
            list(families),
        )
        return [Consent(**row) for row in rows]


class Blocks:
    """Blocks are silent, symmetric, and known to safeguarding leads and the worker (E17)."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def make(
        self, family: FamilyId, other: FamilyId, *, agencies: tuple[AgencyId, AgencyId]
    ) -> bool:
        """False when it is in place already. `agencies` keep the family and the other one."""
        made: Any = await self._turn.fetchval(
            """
            INSERT INTO block (family_id, agency, other_family_id, other_agency, made_at)
            VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (family_id, other_family_id) WHERE lifted_at IS NULL DO NOTHING
         RETURNING id
            """,
            family,
            agencies[0],
            other,
            agencies[1],
            self._turn.now,
        )
        return made is not None

    async def lift(self, family: FamilyId, other: FamilyId) -> bool:
        """False when that family had not blocked the other."""
        lifted: Any = await self._turn.fetchval(
            """
            UPDATE block
               SET lifted_at = $3
             WHERE family_id = $1 AND other_family_id = $2 AND lifted_at IS NULL
         RETURNING id
            """,
            family,
            other,
            self._turn.now,
        )
        return lifted is not None

    async def of_family(self, family: FamilyId) -> list[FamilyId]:
        """The families on the other side of its blocks, whichever side made them."""
        rows = await self._turn.fetch(
            """
            SELECT other_family_id AS other FROM block WHERE family_id = $1 AND lifted_at IS NULL
             UNION
            SELECT family_id FROM block WHERE other_family_id = $1 AND lifted_at IS NULL
             ORDER BY other
            """,
            family,
        )
        return [FamilyId(row["other"]) for row in rows]
