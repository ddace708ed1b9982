"""SQL of mails that say where to type an invitation's code."""

from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.notify.model import InvitationMail, InvitationMailState


class InvitationMails:
    """The desk sees its agency's, without an address once it has gone; the worker sends them."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, *, agency: str, address: str, by: UUID) -> UUID:
        added: UUID = await self._turn.fetchval(
            """
            INSERT INTO invitation_mail (agency, address, asked_by_id, asked_at, due_at)
            VALUES ($1, $2, $3, $4, $4)
         RETURNING id
            """,
            agency,
            address,
            by,
            self._turn.now,
        )
        return added

    async def asked_since(self, agency: str, since: datetime) -> int:
        """How many the agency asked for; held, so that two who ask at once are counted."""
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('invitation_mail ' || $1, 0))", agency
        )
        number: int = await self._turn.fetchval(
            "SELECT count(*) FROM invitation_mail WHERE agency = $1 AND asked_at > $2",
            agency,
            since,
        )
        return number

    async def newest(self, agency: str, *, limit: int) -> list[InvitationMail]:
        rows = await self._turn.fetch(
            """
            SELECT id, agency, address, state, asked_at, settled_at, tries, lease
              FROM invitation_mail
             WHERE agency = $1
             ORDER BY asked_at DESC, id
             LIMIT $2
            """,
            agency,
            limit,
        )
        return [_mail(row) for row in rows]

    async def one(self, mail: UUID) -> InvitationMail | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, address, state, asked_at, settled_at, tries, lease
              FROM invitation_mail
             WHERE id = $1
            """,
            mail,
        )
        return _mail(row) if row else None

    async def claim(
        self, *, at: datetime, until: datetime, settings_version: int
    ) -> InvitationMail | None:
        """Take the one that has been due longest, and hold it until `until`."""
        row = await self._turn.fetchrow(
            """
            UPDATE invitation_mail
               SET lease = lease + 1, leased_until = $2, tries = tries + 1, settings_version = $3
             WHERE id = (
                SELECT id
                  FROM invitation_mail
                 WHERE state = 'queued'
                   AND due_at <= $1
                   AND (leased_until IS NULL OR leased_until <= $1)
                 ORDER BY due_at, id
                 LIMIT 1
                   FOR UPDATE SKIP LOCKED)
         RETURNING id, agency, address, state, asked_at, settled_at, tries, lease
            """,
            at,
            until,
            settings_version,
        )
        return _mail(row) if row else None

    async def look_again(self, mail: InvitationMail, *, again_at: datetime) -> bool:
        """Let go of it until an instant. False when the lease is no longer ours."""
        done = await self._turn.fetchval(
            """
            UPDATE invitation_mail
               SET due_at = $3, leased_until = NULL
             WHERE id = $1
               AND lease = $2
               AND state = 'queued'
         RETURNING true
            """,
            mail.id,
            mail.lease,
            again_at,
        )
        return bool(done)

    async def settle(self, mail: InvitationMail, state: InvitationMailState) -> bool:
        """End its way and forget the address. False when the lease is no longer ours."""
        done = await self._turn.fetchval(
            """
            UPDATE invitation_mail
               SET state = $3, settled_at = $4, address = NULL, leased_until = NULL
             WHERE id = $1
               AND lease = $2
               AND state = 'queued'
         RETURNING true
            """,
            mail.id,
            mail.lease,
            state,
            self._turn.now,
        )
        return bool(done)


def _mail(row: Record) -> InvitationMail:
    return InvitationMail(**{**row, "state": InvitationMailState(row["state"])})
