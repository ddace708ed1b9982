"""Emergency accesses: opened, looked through, listed and ended."""

from datetime import datetime

from kernel.db import Record, Turn
from kernel.messages import Role
from services.matching.model.emergency import AdultInEmergency, Emergency, EmergencyListed
from services.matching.model.ids import AccountId, AgencyId, EmergencyId, FamilyId

FITTING_MAX = 9


class Emergencies:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def families_called(self, called: str) -> set[FamilyId]:
        """By a whole reference, or the whole name of an adult; among those that the asker sees."""
        rows = await self._turn.fetch(
            """
            SELECT id
              FROM family
             WHERE reference = upper($1)
                OR id IN (SELECT family_id
                            FROM identity
                           WHERE lower(first_name || ' ' || last_name) = lower($1))
             LIMIT $2
            """,
            called,
            FITTING_MAX,
        )
        return {FamilyId(row["id"]) for row in rows}

    async def open(self, emergency: Emergency) -> None:
        """As the system of the family's agency, which is the asker's."""
        await self._turn.execute(
            """
            INSERT INTO emergency_access (id, agency, family_id, account_id, role, reason,
                                          from_at, until_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            emergency.id,
            emergency.agency,
            emergency.family_id,
            emergency.account_id,
            emergency.role,
            emergency.reason,
            emergency.from_at,
            emergency.until_at,
        )

    async def emergency(self, emergency: EmergencyId) -> EmergencyListed | None:
        """Any of the agency's to a safeguarding lead; to whoever asked, their own while open."""
        row = await self._turn.fetchrow(
            """
            SELECT e.id, e.agency, e.family_id, e.account_id, e.role, e.reason, e.from_at,
                   e.until_at, e.ended_at, staff.name AS who, family.reference
              FROM emergency_access AS e
              LEFT JOIN colleagues() AS staff ON staff.account_id = e.account_id
              LEFT JOIN family ON family.id = e.family_id
             WHERE e.id = $1
            """,
            emergency,
        )
        return _listed(row) if row else None

    async def page(
        self, *, after: tuple[datetime, EmergencyId] | None, limit: int
    ) -> list[EmergencyListed]:
        """The newest first; `after` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT e.id, e.agency, e.family_id, e.account_id, e.role, e.reason, e.from_at,
                   e.until_at, e.ended_at, staff.name AS who, family.reference
              FROM emergency_access AS e
              LEFT JOIN colleagues() AS staff ON staff.account_id = e.account_id
              LEFT JOIN family ON family.id = e.family_id
             WHERE ($1::timestamptz IS NULL OR (e.from_at, e.id) < ($1, $2::uuid))
             ORDER BY e.from_at DESC, e.id DESC
             LIMIT $3
            """,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_listed(row) for row in rows]

    async def count(self) -> int:
        number: int = await self._turn.fetchval("SELECT count(*) FROM emergency_access")
        return number

    async def look_through(self, emergency: EmergencyId) -> None:
        """From here to the end of the transaction its family is there to whoever asked for it."""
        await self._turn.execute(
            "SELECT set_config('kith.emergency', $1::uuid::text, true)", emergency
        )

    async def adults(self, family: FamilyId) -> list[AdultInEmergency]:
        rows = await self._turn.fetch(
            """
            SELECT identity.first_name, adult.account_id IS NOT NULL AS has_account
              FROM adult
              LEFT JOIN identity ON identity.adult_id = adult.id
             WHERE adult.family_id = $1
             ORDER BY adult.place
            """,
            family,
        )
        return [AdultInEmergency(**row) for row in rows]

    async def end(self, emergency: EmergencyId, *, by: AccountId, at: datetime) -> bool:
        """False when it was over, or ended before."""
        ended = await self._turn.fetchval(
            """
            UPDATE emergency_access
               SET ended_at = $2, ended_by = $3
             WHERE id = $1
               AND ended_at IS NULL
               AND until_at > $2
         RETURNING true
            """,
            emergency,
            at,
            by,
        )
        return ended is True


def _listed(row: Record) -> EmergencyListed:
    emergency = Emergency(
        id=EmergencyId(row["id"]),
        agency=AgencyId(row["agency"]),
        family_id=FamilyId(row["family_id"]),
        account_id=AccountId(row["account_id"]),
        role=Role(row["role"]),
        reason=row["reason"],
        from_at=row["from_at"],
        until_at=row["until_at"],
        ended_at=row["ended_at"],
    )
    return EmergencyListed(emergency=emergency, who=row["who"], reference=row["reference"])
