"""SQL of the one queue of mails that are no notices: claimed once, settled by its lease."""

from datetime import datetime

from kernel.db import Turn
from services.notify.model import LeasedMail, MailKind, MailState


class LeasedMails:
    """As the agency's system. What a mail is about stands in the table of its kind."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def claim(
        self, *, at: datetime, until: datetime, settings_version: int
    ) -> LeasedMail | None:
        """Take the one that has been due longest, and hold it until `until`.

        Workers pass by what another one holds. A lease that ran out is taken over, and its old
        holder's number no longer counts.
        """
        row = await self._turn.fetchrow(
            """
            UPDATE leased_mail
               SET lease = lease + 1, leased_until = $2, tries = tries + 1, settings_version = $3
             WHERE id = (
                SELECT id
                  FROM leased_mail
                 WHERE agency = asker_agency() AND state = 'queued'
                   AND due_at <= $1
                   AND (leased_until IS NULL OR leased_until <= $1)
                 ORDER BY due_at, id
                 LIMIT 1
                   FOR UPDATE SKIP LOCKED)
         RETURNING id, tableoid::regclass::text AS kind, asked_at, tries, lease
            """,
            at,
            until,
            settings_version,
        )
        return LeasedMail(**{**dict(row), "kind": MailKind(row["kind"])}) if row else None

    async def look_again(self, mail: LeasedMail, *, again_at: datetime) -> bool:
        """Let go of it until an instant. False when the lease is no longer ours."""
        done = await self._turn.fetchval(
            """
            UPDATE leased_mail
               SET due_at = $3, leased_until = NULL
             WHERE id = $1 AND lease = $2 AND state = 'queued'
         RETURNING true
            """,
            mail.id,
            mail.lease,
            again_at,
        )
        return bool(done)

    async def settle(self, mail: LeasedMail, state: MailState) -> bool:
        """End its way. False when the lease is no longer ours."""
        done = await self._turn.fetchval(
            """
            UPDATE leased_mail
               SET state = $3, settled_at = $4, leased_until = NULL
             WHERE id = $1 AND lease = $2 AND state = 'queued'
         RETURNING true
            """,
            mail.id,
            mail.lease,
            state,
            self._turn.now,
        )
        return bool(done)
