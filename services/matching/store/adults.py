"""Adults and children of families, with the names that stand in one table."""

from collections.abc import Sequence
from typing import Any

from kernel.db import Record, Turn
from services.matching.model.family import Adult, Child, HouseholdAdult
from services.matching.model.given import GivenAdult, GivenChild
from services.matching.model.ids import (
    AccountId,
    AdultId,
    AgencyId,
    ChildId,
    CouncilCode,
    FamilyId,
)


class Adults:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, family: FamilyId, agency: AgencyId, given: GivenAdult) -> Adult:
        """Add an adult in the family's next place; hold the family first (`Families.touch`)."""
        row = await self._turn.fetchrow(
            """
            WITH added AS (
                INSERT INTO adult (family_id, agency, place)
                SELECT $1, $2, coalesce(max(place), 0) + 1
                  FROM adult
                 WHERE family_id = $1
             RETURNING id, family_id, agency, account_id
            ), named AS (
                INSERT INTO identity (adult_id, family_id, agency, first_name, last_name)
                SELECT id, family_id, agency, $3, $4
                  FROM added
             RETURNING adult_id, first_name, last_name
            )
            SELECT added.id, added.family_id, added.account_id, named.first_name, named.last_name
              FROM added
              JOIN named ON named.adult_id = added.id
            """,
            family,
            agency,
            given.first_name,
            given.last_name,
        )
        assert row is not None, "an insert returns its row"
        return _adult(row)

    async def rename(self, adult: AdultId, given: GivenAdult) -> bool:
        """False when there is no such adult, or their name was erased."""
        found: Any = await self._turn.fetchval(
            """
            UPDATE identity
               SET first_name = $2, last_name = $3
             WHERE adult_id = $1
         RETURNING adult_id
            """,
            adult,
            given.first_name,
            given.last_name,
        )
        return found is not None

    async def adult(self, adult: AdultId) -> Adult | None:
        row = await self._turn.fetchrow(
            """
            SELECT adult.id, adult.family_id, adult.account_id,
                   identity.first_name, identity.last_name
              FROM adult
              LEFT JOIN identity ON identity.adult_id = adult.id
             WHERE adult.id = $1
            """,
            adult,
        )
        return _adult(row) if row else None

    async def household_adult(self, adult: AdultId) -> HouseholdAdult | None:
        row = await self._turn.fetchrow(
            "SELECT id AS adult_id, family_id, agency FROM adult WHERE id = $1", adult
        )
        return HouseholdAdult(**row) if row else None

    async def of_families(self, families: Sequence[FamilyId]) -> list[Adult]:
        """In the order in which they were added."""
        rows = await self._turn.fetch(
            """
            SELECT adult.id, adult.family_id, adult.account_id,
                   identity.first_name, identity.last_name
              FROM adult
              LEFT JOIN identity ON identity.adult_id = adult.id
             WHERE adult.family_id = ANY ($1)
             ORDER BY adult.family_id, adult.place
            """,
            list(families),
        )
        return [_adult(row) for row in rows]

    async def adults(self, adults: Sequence[AdultId]) -> list[Adult]:
        rows = await self._turn.fetch(
            """
            SELECT adult.id, adult.family_id, adult.account_id,
                   identity.first_name, identity.last_name
              FROM adult
              LEFT JOIN identity ON identity.adult_id = adult.id
             WHERE adult.id = ANY ($1)
            """,
            list(adults),
        )
        return [_adult(row) for row in rows]


class Children:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, family: FamilyId, agency: AgencyId, given: GivenChild) -> Child:
        row = await self._turn.fetchrow(
            """
            WITH added AS (
                INSERT INTO child (family_id, agency, birth_month)
                VALUES ($1, $2, $3)
             RETURNING id, family_id, agency, birth_month
            ), placed AS (
                INSERT INTO placement (child_id, family_id, agency, placed_on, order_on,
                                       placing_council, overseas)
                SELECT id, family_id, agency, $4, $5, $6, $7
                  FROM added
             RETURNING child_id, placed_on, order_on, placing_council, overseas
            )
            SELECT added.id, added.family_id, added.birth_month,
                   placed.placed_on, placed.order_on, placed.placing_council, placed.overseas
              FROM added
              JOIN placed ON placed.child_id = added.id
            """,
            family,
            agency,
            given.birth_month,
            given.placed_on,
            given.order_on,
            given.placing_council,
            given.overseas,
        )
        assert row is not None, "an insert returns its row"
        return _child(row)

    async def correct(self, child: ChildId, given: GivenChild) -> None:
        await self._turn.execute(
            """
            WITH born AS (
                UPDATE child
                   SET birth_month = $2
                 WHERE id = $1
             RETURNING id, family_id, agency
            )
            INSERT INTO placement (child_id, family_id, agency, placed_on, order_on,
                                   placing_council, overseas)
            SELECT id, family_id, agency, $3, $4, $5, $6
              FROM born
                ON CONFLICT (child_id) DO UPDATE
               SET placed_on = excluded.placed_on,
                   order_on = excluded.order_on,
                   placing_council = excluded.placing_council,
                   overseas = excluded.overseas
            """,
            child,
            given.birth_month,
            given.placed_on,
            given.order_on,
            given.placing_council,
            given.overseas,
        )

    async def child(self, child: ChildId) -> Child | None:
        """Dates of placement are None to an asker who may not read them."""
        row = await self._turn.fetchrow(
            """
            SELECT child.id, child.family_id, child.birth_month,
                   placement.placed_on, placement.order_on, placement.placing_council,
                   placement.overseas
              FROM child
              LEFT JOIN placement ON placement.child_id = child.id
             WHERE child.id = $1
            """,
            child,
        )
        return _child(row) if row else None

    async def of_families(self, families: Sequence[FamilyId]) -> list[Child]:
        """The eldest first; dates of placement as `child` says."""
        rows = await self._turn.fetch(
            """
            SELECT child.id, child.family_id, child.birth_month,
                   placement.placed_on, placement.order_on, placement.placing_council,
                   placement.overseas
              FROM child
              LEFT JOIN placement ON placement.child_id = child.id
             WHERE child.family_id = ANY ($1)
             ORDER BY child.family_id, child.birth_month, child.id
            """,
            list(families),
        )
        return [_child(row) for row in rows]


def _adult(row: Record) -> Adult:
    return Adult(
        id=AdultId(row["id"]),
        family_id=FamilyId(row["family_id"]),
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        first_name=row["first_name"],
        last_name=row["last_name"],
    )


def _child(row: Record) -> Child:
    council = row["placing_council"]
    return Child(
        id=ChildId(row["id"]),
        family_id=FamilyId(row["family_id"]),
        birth_month=row["birth_month"],
        placed_on=row["placed_on"],
        order_on=row["order_on"],
        placing_council=CouncilCode(council) if council else None,
        overseas=bool(row["overseas"]),
    )
