"""Invitations, and what using one writes: the account, its role, whose adult it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from kernel.messages import Role
from services.matching.model.account import Proof
from services.matching.model.ids import AccountId, AdultId, AgencyId
from services.matching.model.invitation import GivenInvitation, Invitation


class Invitations:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(
        self, given: GivenInvitation, *, agency: AgencyId, at: datetime, expires_at: datetime
    ) -> UUID | None:
        """None when the same adult has an open one for the role. It has no code yet."""
        found: UUID | None = await self._turn.fetchval(
            """
            INSERT INTO invitation (agency, role, adult_id, first_name, last_name, made_at,
                                    expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (adult_id, role) WHERE used_at IS NULL AND revoked_at IS NULL DO NOTHING
         RETURNING id
            """,
            agency,
            given.role,
            given.adult_id,
            given.first_name,
            given.last_name,
            at,
            expires_at,
        )
        return found

    async def invitation(self, invitation: UUID) -> Invitation | None:
        row = await self._turn.fetchrow(
            """
            SELECT i.id, i.agency, i.role, i.adult_id, i.made_at, i.expires_at, i.used_at,
                   i.used_by, i.revoked_at, coalesce(i.first_name, n.first_name) AS first_name,
                   coalesce(i.last_name, n.last_name) AS last_name
              FROM invitation AS i
              LEFT JOIN identity AS n ON n.adult_id = i.adult_id
             WHERE i.id = $1
            """,
            invitation,
        )
        return _invitation(row) if row else None

    async def page(self, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Invitation]:
        """The newest first; `after` is where the page before ended."""
        rows = await self._turn.fetch(
            """
            SELECT i.id, i.agency, i.role, i.adult_id, i.made_at, i.expires_at, i.used_at,
                   i.used_by, i.revoked_at, coalesce(i.first_name, n.first_name) AS first_name,
                   coalesce(i.last_name, n.last_name) AS last_name
              FROM invitation AS i
              LEFT JOIN identity AS n ON n.adult_id = i.adult_id
             WHERE ($1::timestamptz IS NULL OR (i.made_at, i.id) < ($1, $2::uuid))
             ORDER BY i.made_at DESC, i.id DESC
             LIMIT $3
            """,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        return [_invitation(row) for row in rows]

    async def count(self) -> int:
        number: int = await self._turn.fetchval("SELECT count(*) FROM invitation")
        return number

    async def give_code(
        self, invitation: UUID, *, code_hash: bytes, expires_at: datetime, settings_version: int
    ) -> bool:
        """A fresh code, with which any earlier one is void. False when used or revoked."""
        given = await self._turn.fetchval(
            """
            UPDATE invitation
               SET code_hash = $2, expires_at = $3, settings_version = $4
             WHERE id = $1
               AND used_at IS NULL
               AND revoked_at IS NULL
         RETURNING true
            """,
            invitation,
            code_hash,
            expires_at,
            settings_version,
        )
        return given is True

    async def revoke(self, invitation: UUID, *, at: datetime) -> bool:
        """Take it back. False when it was used, or taken back before."""
        revoked = await self._turn.fetchval(
            """
            UPDATE invitation
               SET revoked_at = $2, code_hash = NULL
             WHERE id = $1
               AND used_at IS NULL
               AND revoked_at IS NULL
         RETURNING true
            """,
            invitation,
            at,
        )
        return revoked is True

    async def agency_of_code(self, code_hash: bytes) -> AgencyId | None:
        """Whose invitation it is; asked before anybody is known."""
        found = await self._turn.fetchval("SELECT agency_of_invitation($1)", code_hash)
        return AgencyId(found) if found else None

    async def hold(self, code_hash: bytes, *, at: datetime) -> Invitation | None:
        """The invitation that the code opens now, held: two who use it at once are one after."""
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, role, adult_id, first_name, last_name, made_at, expires_at,
                   used_at, used_by, revoked_at
              FROM invitation
             WHERE code_hash = $1
               AND used_at IS NULL
               AND revoked_at IS NULL
               AND expires_at > $2
               FOR UPDATE
            """,
            code_hash,
            at,
        )
        return _invitation(row) if row else None

    async def use(self, invitation: UUID, *, by: AccountId, at: datetime) -> None:
        await self._turn.execute(
            "UPDATE invitation SET used_at = $2, used_by = $3 WHERE id = $1", invitation, at, by
        )

    async def add_account(self, proof: Proof, held: Invitation, *, account: AccountId) -> None:
        """A login that we did not know. Names only for staff; a family's stand in identity."""
        await self._turn.execute(
            """
            INSERT INTO account (id, issuer, subject, first_name, last_name)
            VALUES ($1, $2, $3, $4, $5)
            """,
            account,
            proof.issuer,
            proof.subject,
            held.first_name,
            held.last_name,
        )

    async def hold_role(
        self, account: AccountId, *, role: Role, agency: AgencyId, at: datetime
    ) -> None:
        """Give the role; to somebody who has it already, nothing happens."""
        await self._turn.execute(
            """
            INSERT INTO role_held (account_id, role, agency, from_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (account_id, role, agency) WHERE ended_at IS NULL DO NOTHING
            """,
            account,
            role,
            agency,
            at,
        )

    async def connect_adult(self, adult: AdultId, account: AccountId) -> bool:
        """The login is this adult from now on. False when either is somebody else's already."""
        connected = await self._turn.fetchval(
            """
            UPDATE adult
               SET account_id = $2
             WHERE id = $1
               AND login_may_be($2, $1)
         RETURNING true
            """,
            adult,
            account,
        )
        return connected is True


def _invitation(row: Record) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"])})
