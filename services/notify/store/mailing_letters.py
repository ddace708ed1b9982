"""SQL of an agency's letters to its mailing list: written once, sent with the next mail."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.notify.model import MailingLetter


class MailingLetters:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def add(self, *, title: str, words: str, by: UUID, unless_since: datetime) -> UUID | None:
        """None when one with that title went out since. Held, so that two who press at once are
        one.
        """
        await self._turn.execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('mailing_letter ' || asker_agency(), 0))
            """
        )
        added: UUID | None = await self._turn.fetchval(
            """
            INSERT INTO mailing_letter (agency, title, words, sent_by_id, sent_at)
            SELECT asker_agency(), $1, $2, $3, $4
             WHERE NOT EXISTS (SELECT FROM mailing_letter
                                WHERE agency = asker_agency() AND title = $1 AND sent_at > $5)
         RETURNING id
            """,
            title,
            words,
            by,
            self._turn.now,
            unless_since,
        )
        return added

    async def between(
        self, since: datetime, until: datetime, *, limit: int
    ) -> Sequence[MailingLetter]:
        """The newest that went out after an instant and up to another, the oldest of them first."""
        rows = await self._turn.fetch(
            """
            SELECT id, title, words, sent_at
              FROM mailing_letter
             WHERE agency = asker_agency() AND sent_at > $1 AND sent_at <= $2
             ORDER BY sent_at DESC, id
             LIMIT $3
            """,
            since,
            until,
            limit,
        )
        return [MailingLetter(**row) for row in reversed(rows)]

    async def page(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[Sequence[MailingLetter], int]:
        """The agency's, the newest first, and how many there are."""
        rows = await self._turn.fetch(
            """
            SELECT id, title, words, sent_at
              FROM mailing_letter
             WHERE agency = asker_agency()
               AND ($1::timestamptz IS NULL OR (sent_at, id) < ($1, $2::uuid))
             ORDER BY sent_at DESC, id DESC
             LIMIT $3
            """,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        total: int = await self._turn.fetchval(
            "SELECT count(*) FROM mailing_letter WHERE agency = asker_agency()"
        )
        return [MailingLetter(**row) for row in rows], total
