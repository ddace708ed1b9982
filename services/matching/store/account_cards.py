"""SQL of what notify is told of accounts: who can be written to, and whether they still may."""

from collections.abc import Sequence

from kernel.db import Turn
from kernel.messages import AccountCard
from services.matching.model.ids import AccountId, AdultId, AgencyId


class AccountCards:
    """Read as the system of an agency."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def agency_of_adult(self, adult: AdultId) -> tuple[AgencyId | None, AgencyId]:
        """Which agency keeps the adult (None: not ours to know), and for which one we act now."""
        row = await self._turn.fetchrow(
            "SELECT agency_of_adult($1) AS home, asker_agency() AS here", adult
        )
        assert row is not None, "a row without a table is always there"
        return row["home"], row["here"]

    async def of_agency(
        self, agency: AgencyId, account: AccountId | None = None
    ) -> list[AccountCard]:
        """A card of each account that holds, or held, a role at the agency; or of `account` alone.

        The version counts what has happened to the account: rows of roles are added and ended,
        never taken away, a login that became an adult stays one, and a household is left for good.
        So it only rises. An adult counts twice: since cards say which adult it is, each is newer
        than the one that did not.
        """
        rows = await self._turn.fetch(
            """
            SELECT a.id AS account_id,
                   1 + count(r.id) + count(r.ended_at) + 2 * count(DISTINCT p.id)
                     + (a.ended_at IS NOT NULL)::int
                     + (SELECT count(*) FROM household_left AS l WHERE l.adult_id = p.id)
                       AS version,
                   p.family_id, p.id AS person_id,
                   a.ended_at IS NULL AND bool_or(r.ended_at IS NULL) AS active
              FROM account AS a
              JOIN role_held AS r ON r.account_id = a.id
              LEFT JOIN adult AS p ON p.account_id = a.id
             WHERE r.agency = $1
               AND ($2::uuid IS NULL OR a.id = $2)
             GROUP BY a.id, p.id
             ORDER BY a.id
            """,
            agency,
            account,
        )
        return [
            AccountCard(
                account_id=row["account_id"],
                version=row["version"],
                agency=agency,
                family_id=row["family_id"],
                active=row["active"],
                person_id=row["person_id"],
            )
            for row in rows
        ]

    async def safeguarding_leads(self, agency: AgencyId) -> Sequence[AccountId]:
        rows = await self._turn.fetch(
            """
            SELECT account_id
              FROM role_held
             WHERE agency = $1
               AND role = 'safeguarding_lead'
               AND ended_at IS NULL
             ORDER BY account_id
            """,
            agency,
        )
        return [AccountId(row["account_id"]) for row in rows]
