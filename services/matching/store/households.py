"""Parting a household: everything that is an adult's own moves to the record that is theirs.

The adult's names, consents, mentor record and requests follow by their foreign keys.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from kernel.db import Record, Turn
from services.matching.model.ids import AccountId, AdultId, ChildId, FamilyId
from services.matching.model.leaving import HouseholdLeft

LEFT_MAX = 20


class Households:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def record(self, left: HouseholdLeft) -> None:
        await self._turn.execute(
            """
            INSERT INTO household_left (id, agency, adult_id, from_family_id, to_family_id,
                                        left_on, reason, keep_apart, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            left.id,
            left.agency,
            left.adult_id,
            left.from_family_id,
            left.to_family_id,
            left.left_on,
            left.reason,
            left.keep_apart,
            self._turn.now,
        )

    async def move_adult(self, adult: AdultId, to: FamilyId) -> None:
        await self._turn.execute(
            "UPDATE adult SET family_id = $2, place = 1 WHERE id = $1", adult, to
        )

    async def continue_version(self, family: FamilyId, after: int) -> None:
        """Count on from the household that was left, so that what was to be told still is."""
        await self._turn.execute("UPDATE family SET version = $2 WHERE id = $1", family, after + 1)

    async def move_requests(self, adult: AdultId, to: FamilyId) -> None:
        """What hangs on the adult's own requests; runs that read them before are out of date."""
        await self._turn.execute(
            """
            WITH theirs AS (
                UPDATE support_request
                   SET version = version + 1
                 WHERE adult_id = $1
             RETURNING id
            ), cards AS (
                UPDATE proposal_card
                   SET household_id = $2
                 WHERE side = 'family' AND request_id IN (SELECT id FROM theirs)
            ), pairs AS (
                UPDATE mentoring
                   SET family_id = $2
                 WHERE request_id IN (SELECT id FROM theirs)
            )
            UPDATE proposal
               SET family_id = $2
             WHERE request_id IN (SELECT id FROM theirs)
            """,
            adult,
            to,
        )

    async def move_mentorings(self, adult: AdultId, to: FamilyId) -> None:
        """The side of the pairs in which the adult is the mentor."""
        await self._turn.execute(
            """
            WITH cards AS (
                UPDATE proposal_card
                   SET household_id = $2
                 WHERE side = 'mentor' AND adult_id = $1
            ), pairs AS (
                UPDATE mentoring
                   SET mentor_family_id = $2
                 WHERE mentor_adult_id = $1
            )
            UPDATE proposal
               SET mentor_family_id = $2
             WHERE mentor_id IN (SELECT id FROM mentor WHERE adult_id = $1)
            """,
            adult,
            to,
        )

    async def move_children(self, children: Collection[ChildId], to: FamilyId) -> None:
        """Dates of placement follow by their key; who answers for them, here."""
        await self._turn.execute(
            """
            WITH moved AS (
                UPDATE child
                   SET family_id = $2
                 WHERE id = ANY ($1)
             RETURNING id
            )
            UPDATE agency_span
               SET family_id = $2
             WHERE child_id IN (SELECT id FROM moved)
            """,
            list(children),
            to,
        )

    async def copy_walls(self, family: FamilyId, to: FamilyId) -> None:
        """Whoever was kept from the household stays kept from both; read as the system."""
        await self._turn.execute(
            """
            WITH blocks AS (
                INSERT INTO block (family_id, agency, other_family_id, other_agency, made_at)
                SELECT $2, agency, other_family_id, other_agency, $3
                  FROM block
                 WHERE family_id = $1 AND lifted_at IS NULL
            ), blocked AS (
                INSERT INTO block (family_id, agency, other_family_id, other_agency, made_at)
                SELECT family_id, agency, $2, other_agency, $3
                  FROM block
                 WHERE other_family_id = $1 AND lifted_at IS NULL AND agency = asker_agency()
            ), apart AS (
                INSERT INTO do_not_match (family_id, agency, other_family_id, made_at)
                SELECT $2, agency, other_family_id, $3
                  FROM do_not_match
                 WHERE family_id = $1 AND lifted_at IS NULL
            )
            INSERT INTO do_not_match (family_id, agency, other_family_id, made_at)
            SELECT family_id, agency, $2, $3
              FROM do_not_match
             WHERE other_family_id = $1 AND lifted_at IS NULL
            """,
            family,
            to,
            self._turn.now,
        )

    async def never_match(self, family: FamilyId, other: FamilyId) -> None:
        """Once one household, they are not each other's mentors; read as the system."""
        await self._turn.execute(
            """
            INSERT INTO do_not_match (family_id, agency, other_family_id, made_at)
            VALUES ($1, asker_agency(), $2, $3)
            """,
            family,
            other,
            self._turn.now,
        )

    async def left(self, families: Sequence[UUID]) -> list[HouseholdLeft]:
        """What is written of leaving these, or of coming from another; the newest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, adult_id, from_family_id, to_family_id, left_on, reason, keep_apart
              FROM household_left
             WHERE from_family_id = ANY ($1) OR to_family_id = ANY ($1)
             ORDER BY recorded_at DESC, id
             LIMIT $2
            """,
            list(families),
            LEFT_MAX * len(families),
        )
        return [_left(row) for row in rows]

    async def came_from(self, family: FamilyId) -> tuple[FamilyId, AccountId | None] | None:
        """The household that was left for this record, and by which login."""
        row = await self._turn.fetchrow(
            """
            SELECT l.from_family_id, a.account_id
              FROM household_left AS l
              JOIN adult AS a ON a.id = l.adult_id
             WHERE l.to_family_id = $1
            """,
            family,
        )
        return (FamilyId(row["from_family_id"]), row["account_id"]) if row else None


def _left(row: Record) -> HouseholdLeft:
    return HouseholdLeft(**row)
