"""SQL of the mails of a list: who is asked, and who is told what is new, once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from services.notify.model import (
    MailingFrequency,
    MailingMail,
    MailingMailKind,
)

AT_ONCE_MAX = 500


class MailingMails:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def agencies_with_readers(self) -> list[str]:
        rows = await self._turn.fetch("SELECT agency FROM agencies_with_readers() AS agency")
        return [row["agency"] for row in rows]

    async def asked_since(self, since: datetime) -> tuple[int, int]:
        """How many were asked by the agency since: by themselves, and brought by staff. Held, so
        that those who ask at once are all counted.
        """
        await self._turn.execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('mailing_mail ' || asker_agency(), 0))
            """
        )
        row = await self._turn.fetchrow(
            """
            SELECT count(*) FILTER (WHERE asked_by_id IS NULL) AS themselves,
                   count(*) FILTER (WHERE asked_by_id IS NOT NULL) AS brought
              FROM mailing_mail
             WHERE agency = asker_agency() AND kind <> 'whats_new' AND asked_at > $1
            """,
            since,
        )
        assert row is not None, "a count always answers"
        return row["themselves"], row["brought"]

    async def to_mailbox_since(self, address: str, since: datetime) -> int:
        """How many questions any agency sent to the mailbox of an address; held, so that those who
        ask at once are all counted.
        """
        await self._turn.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('mailbox ' || mailbox($1), 0))", address
        )
        number: int = await self._turn.fetchval("SELECT mails_to_mailbox($1, $2)", address, since)
        return number

    async def to_reader_since(self, reader: UUID, since: datetime) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM mailing_mail
             WHERE reader_id = $1 AND kind <> 'whats_new' AND asked_at > $2
            """,
            reader,
            since,
        )
        return number

    async def add(
        self, readers: Sequence[UUID], kind: MailingMailKind, *, by: UUID | None = None
    ) -> None:
        """A question to each, or a word that they are on the list. `by`: who brought them."""
        await self._turn.execute(
            """
            INSERT INTO mailing_mail (agency, reader_id, kind, asked_by_id, asked_at, due_at)
            SELECT asker_agency(), reader, $2, $3, $4, $4 FROM unnest($1::uuid[]) AS reader
            """,
            list(readers),
            kind,
            by,
            self._turn.now,
        )

    async def queue_news(self, frequency: MailingFrequency, *, until: datetime) -> int:
        """A mail to each reader of that frequency for whom something is new; how many.

        In one statement with how far they have been told: who races finds nobody left, and a
        worker that dies has told nobody.
        """
        rows = await self._turn.fetch(
            """
            WITH due AS (
                SELECT id, told_until
                  FROM mailing_reader AS r
                 WHERE agency = asker_agency() AND state = 'confirmed'
                   AND frequency = $1 AND told_until < $2
                   AND (EXISTS (SELECT FROM public_event AS e
                                 WHERE e.agency = r.agency AND e.is_shown
                                   AND e.shown_at > r.told_until AND e.shown_at <= $2
                                   AND e.starts_at > $3 AND e.topic = ANY (r.topics))
                        OR EXISTS (SELECT FROM mailing_letter AS l
                                    WHERE l.agency = r.agency
                                      AND l.sent_at > r.told_until AND l.sent_at <= $2))
                 ORDER BY id
                 LIMIT $4
                   FOR UPDATE SKIP LOCKED
            ), told AS (
                UPDATE mailing_reader SET told_until = $2 FROM due WHERE mailing_reader.id = due.id
            )
            INSERT INTO mailing_mail (agency, reader_id, kind, since, until, asked_at, due_at)
            SELECT asker_agency(), id, 'whats_new', told_until, $2, $3, $3 FROM due
         RETURNING id
            """,
            frequency,
            until,
            self._turn.now,
            AT_ONCE_MAX,
        )
        return len(rows)

    async def mail(self, mail: UUID) -> MailingMail:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, reader_id, kind, asked_by_id IS NOT NULL AS brought, since, until
              FROM mailing_mail
             WHERE id = $1
            """,
            mail,
        )
        assert row is not None, "whoever holds it sees it"
        return MailingMail(**{**dict(row), "kind": MailingMailKind(row["kind"])})
