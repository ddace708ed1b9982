"""SQL of mails that say where to type an invitation's code."""

from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.notify.model import InvitationMail, InvitationMailState


class InvitationMails:
    """The desk sees its agency's, without an address once it has gone. They are sent from the
    queue (`leased_mails.py`).
    """

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
            SELECT id, agency, address, state, asked_at, settled_at
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
            SELECT id, agency, address, state, asked_at, settled_at
              FROM invitation_mail
             WHERE id = $1
            """,
            mail,
        )
        return _mail(row) if row else None


def _mail(row: Record) -> InvitationMail:
    return InvitationMail(**{**row, "state": InvitationMailState(row["state"])})
