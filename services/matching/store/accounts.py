"""Accounts, the roles they hold, and the sign-ins that are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from kernel.messages import Role
from services.matching.model.account import (
    Account,
    Household,
    OpenSignIn,
    Proof,
    RoleHeld,
    SignIn,
)
from services.matching.model.ids import AccountId, AgencyId


class Accounts:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def account_of_login(self, issuer: str, subject: str) -> AccountId | None:
        """Whose login this is. None for a stranger, and for an account that has ended."""
        found = await self._turn.fetchval("SELECT account_of_login($1, $2)", issuer, subject)
        return AccountId(found) if found else None

    async def account_of_handle(self, handle_hash: bytes) -> AccountId | None:
        """Whose renewal handle this is, spent or not. None when we never gave it out."""
        found = await self._turn.fetchval("SELECT account_of_handle($1)", handle_hash)
        return AccountId(found) if found else None

    async def account(self, account_id: AccountId) -> Account | None:
        """With the names of staff, or of the adult behind it, where the asker may see those."""
        row = await self._turn.fetchrow(
            """
            SELECT a.id, coalesce(i.first_name, a.first_name) AS first_name,
                   coalesce(i.last_name, a.last_name) AS last_name
              FROM account AS a
              LEFT JOIN adult AS p ON p.account_id = a.id
              LEFT JOIN identity AS i ON i.adult_id = p.id
             WHERE a.id = $1
               AND a.ended_at IS NULL
            """,
            account_id,
        )
        return Account(**row) if row else None

    async def roles(self, account_id: AccountId) -> Sequence[RoleHeld]:
        """What the account may be now, in a steady order. At most 50: nobody holds as many."""
        rows = await self._turn.fetch(
            """
            SELECT role, agency, id
              FROM role_held
             WHERE account_id = $1
               AND ended_at IS NULL
             ORDER BY agency, role
             LIMIT 50
            """,
            account_id,
        )
        return [RoleHeld(**{**dict(row), "role": Role(row["role"])}) for row in rows]

    async def household(self) -> Household | None:
        """The adult and family behind the asker's own account; None for staff and strangers."""
        row = await self._turn.fetchrow("SELECT person, household FROM adult_of_asker()")
        return Household(**row) if row else None

    async def open_sign_in(
        self,
        *,
        account_id: AccountId,
        proof: Proof,
        held: RoleHeld | None,
        at: datetime,
        ends_at: datetime,
    ) -> SignIn | None:
        """Begin a line. None when this proof has opened one before, which stays as it is."""
        row = await self._turn.fetchrow(
            """
            INSERT INTO sign_in (account_id, proof_hash, second_factor, role, agency,
                                 opened_at, renewed_at, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
            ON CONFLICT (proof_hash) DO NOTHING
         RETURNING id, account_id, second_factor, role, agency, ends_at, ended_at
            """,
            account_id,
            proof.hash,
            proof.second_factor,
            held.role.value if held else None,
            held.agency if held else None,
            at,
            ends_at,
        )
        return _sign_in(**row) if row else None

    async def sign_in_of_handle(self, handle_hash: bytes) -> SignIn | None:
        """The line of a handle, locked: two renewals of one line wait for each other."""
        row = await self._turn.fetchrow(
            """
            SELECT s.id, s.account_id, s.second_factor, s.role, s.agency, s.ends_at, s.ended_at
              FROM renewal_handle AS h
              JOIN sign_in AS s ON s.id = h.sign_in_id
             WHERE h.hash = $1
               FOR UPDATE OF s
            """,
            handle_hash,
        )
        return _sign_in(**row) if row else None

    async def spend_handle(self, handle_hash: bytes, *, at: datetime) -> str:
        """Use the handle up: 'good', or why it is not: 'spent' before, or 'lapsed' meanwhile."""
        outcome: str = await self._turn.fetchval(
            """
            UPDATE renewal_handle
               SET spent_at = coalesce(spent_at, $2)
             WHERE hash = $1
         RETURNING CASE WHEN old.spent_at IS NOT NULL THEN 'spent'
                        WHEN old.lapses_at <= $2 THEN 'lapsed'
                        ELSE 'good' END
            """,
            handle_hash,
            at,
        )
        return outcome

    async def give_handle(
        self, sign_in: SignIn, *, handle_hash: bytes, lapses_at: datetime
    ) -> None:
        await self._turn.execute(
            """
            INSERT INTO renewal_handle (hash, sign_in_id, account_id, lapses_at)
            VALUES ($1, $2, $3, $4)
            """,
            handle_hash,
            sign_in.id,
            sign_in.account_id,
            lapses_at,
        )

    async def renew_sign_in(
        self, sign_in_id: UUID, *, held: RoleHeld | None, at: datetime, ends_at: datetime
    ) -> None:
        """Go on with the line in this role. The end may come nearer, never move away."""
        await self._turn.execute(
            """
            UPDATE sign_in
               SET role = $2, agency = $3, renewed_at = $4, ends_at = least(ends_at, $5)
             WHERE id = $1
               AND ended_at IS NULL
            """,
            sign_in_id,
            held.role.value if held else None,
            held.agency if held else None,
            at,
            ends_at,
        )

    async def open_sign_ins(
        self,
        account_id: AccountId,
        *,
        at: datetime,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> Sequence[OpenSignIn]:
        """The account's own lines that stand, the last used first; `after` one of them."""
        used_at, last = after or (None, None)
        rows = await self._turn.fetch(
            """
            SELECT id, role, agency, opened_at, renewed_at, ends_at
              FROM sign_in
             WHERE account_id = $1
               AND ended_at IS NULL
               AND ends_at > $2
               AND ($3::timestamptz IS NULL OR (renewed_at, id) < ($3, $4::uuid))
             ORDER BY renewed_at DESC, id DESC
             LIMIT $5
            """,
            account_id,
            at,
            used_at,
            last,
            limit,
        )
        return [_open(**row) for row in rows]

    async def count_open_sign_ins(self, account_id: AccountId, *, at: datetime) -> int:
        counted: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM sign_in
             WHERE account_id = $1
               AND ended_at IS NULL
               AND ends_at > $2
            """,
            account_id,
            at,
        )
        return counted

    async def end_sign_in(self, sign_in_id: UUID, *, why: str, at: datetime) -> bool:
        """End the line for good. False when it had ended already."""
        ended = await self._turn.fetchval(
            """
            UPDATE sign_in
               SET ended_at = $3, ended_why = $2
             WHERE id = $1
               AND ended_at IS NULL
         RETURNING true
            """,
            sign_in_id,
            why,
            at,
        )
        return ended is True


def _held(role: str | None, agency: str | None) -> RoleHeld:
    assert role is not None, "a role is held"
    assert agency is not None, "a role is held for an agency"
    return RoleHeld(role=Role(role), agency=AgencyId(agency))


def _open(*, role: str | None, agency: str | None, **columns: object) -> OpenSignIn:
    held = _held(role, agency) if role else None
    return OpenSignIn(held=held, **columns)  # type: ignore[arg-type]


def _sign_in(*, role: str | None, agency: str | None, **columns: object) -> SignIn:
    held = _held(role, agency) if role else None
    return SignIn(held=held, **columns)  # type: ignore[arg-type]
