"""People of the asker's agency and the roles they hold there: an admin's rows, by its policies."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kernel.db import Record, Turn
from kernel.messages import Role
from services.matching.model.ids import AccountId, AgencyId, RoleHeldId
from services.matching.model.person import Person, RoleGiven


class PeopleRoles:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def people(
        self,
        *,
        search: str | None,
        role: Role | None,
        after: tuple[str, UUID] | None,
        limit: int,
    ) -> list[Person]:
        """Who holds or held a role here, by name; `after` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT account_id, name, last_seen(account_id) AS last_seen_at
              FROM person_of_agency
             WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
               AND ($2::text IS NULL OR $2 = ANY (roles))
               AND ($3::text IS NULL OR (coalesce(name, ''), account_id) > ($3, $4::uuid))
             ORDER BY coalesce(name, ''), account_id
             LIMIT $5
            """,
            search,
            role,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [Person(**row) for row in rows]

    async def count(self, *, search: str | None, role: Role | None) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM person_of_agency
             WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
               AND ($2::text IS NULL OR $2 = ANY (roles))
            """,
            search,
            role,
        )
        return number

    async def person(self, account: AccountId) -> Person | None:
        """None for somebody who never held a role here: the same as for nobody."""
        row = await self._turn.fetchrow(
            """
            SELECT account_id, name, last_seen(account_id) AS last_seen_at
              FROM person_of_agency
             WHERE account_id = $1
            """,
            account,
        )
        return Person(**row) if row else None

    async def roles_of(self, accounts: Sequence[UUID]) -> list[RoleGiven]:
        """What they hold now at the asker's agency, oldest first."""
        rows = await self._turn.fetch(
            """
            SELECT id, account_id, agency, role, from_at
              FROM role_held
             WHERE account_id = ANY ($1)
               AND agency = asker_agency()
               AND ended_at IS NULL
             ORDER BY from_at, role
             LIMIT 1000
            """,
            list(accounts),
        )
        return [_given(row) for row in rows]

    async def role(self, held: RoleHeldId) -> RoleGiven | None:
        """A role held now at the asker's agency, locked to the end of the turn."""
        row = await self._turn.fetchrow(
            """
            SELECT id, account_id, agency, role, from_at
              FROM role_held
             WHERE id = $1
               AND agency = asker_agency()
               AND ended_at IS NULL
               FOR UPDATE
            """,
            held,
        )
        return _given(row) if row else None

    async def give(self, account: AccountId, role: Role, agency: AgencyId) -> RoleHeldId | None:
        """None when they hold it already, having written nothing."""
        given = await self._turn.fetchval(
            """
            INSERT INTO role_held (account_id, role, agency, from_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (account_id, role, agency) WHERE ended_at IS NULL DO NOTHING
            RETURNING id
            """,
            account,
            role,
            agency,
            self._turn.now,
        )
        return RoleHeldId(given) if given else None

    async def end(self, held: RoleHeldId) -> None:
        await self._turn.execute(
            "UPDATE role_held SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            held,
            self._turn.now,
        )

    async def end_account(self, account: AccountId) -> bool:
        """End it for good, as the system of an agency of it. False when it had ended already."""
        ended = await self._turn.fetchval(
            """
            UPDATE account
               SET ended_at = $2
             WHERE id = $1
               AND ended_at IS NULL
         RETURNING true
            """,
            account,
            self._turn.now,
        )
        return ended is True

    async def end_sign_ins(self, account: AccountId, role: Role | None) -> list[UUID]:
        """End the lines open in the role at the asker's agency (as its admin), or all (as the
        system, for somebody of the agency); which they were.
        """
        rows = await self._turn.fetch("SELECT id FROM end_lines($1, $2) AS id", account, role)
        return [row["id"] for row in rows]

    async def hold_admins(self, agency: AgencyId) -> None:
        """Let one person at a time end an admin's role, to the end of the turn."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('agency_admins ' || $1, 0))", agency
        )

    async def admins(self) -> int:
        """How many people hold the admin's role of the asker's agency now."""
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM role_held
             WHERE agency = asker_agency()
               AND role = 'agency_admin'
               AND ended_at IS NULL
            """
        )
        return number


def _given(row: Record) -> RoleGiven:
    return RoleGiven(**{**dict(row), "role": Role(row["role"])})
