"""SQL of mailing lists: who is on one, the links in their mails, and what everybody may come to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Record, Turn
from services.notify.model import (
    MailingFrequency,
    MailingReader,
    MailingState,
    MailingTopic,
    PublicEvent,
)
from services.notify.states import MAILING, Do


class Mailing:
    """Written as the agency's system; read by who plans the programme of the agency."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def is_an_agency(self, agency: str) -> bool:
        """Whether anybody here has an account of that agency."""
        known = await self._turn.fetchval(
            "SELECT EXISTS (SELECT FROM account_card WHERE agency = $1 AND active)", agency
        )
        return bool(known)

    async def ask(
        self,
        address: str,
        digest: bytes,
        topics: Collection[MailingTopic],
        frequency: MailingFrequency,
    ) -> tuple[UUID, MailingState]:
        """Who asks for themselves: new, asked before, or back again. What somebody on the list
        chose stays as it is. Returns the reader and where they stand now.
        """
        row = await self._turn.fetchrow(
            """
            INSERT INTO mailing_reader AS held
                   (agency, address, address_digest, state, topics, frequency, asked_at)
            VALUES (asker_agency(), $1, $2, 'asked', $3, $4, $5)
                ON CONFLICT (agency, address_digest) DO UPDATE
               SET address = CASE WHEN held.state = ANY ($6) THEN excluded.address
                                  ELSE held.address END,
                   state = CASE WHEN held.state = ANY ($6) THEN excluded.state ELSE held.state END,
                   topics = CASE WHEN held.state = ANY ($6) THEN excluded.topics
                                 ELSE held.topics END,
                   frequency = CASE WHEN held.state = ANY ($6) THEN excluded.frequency
                                    ELSE held.frequency END,
                   asked_at = CASE WHEN held.state = ANY ($6) THEN excluded.asked_at
                                   ELSE held.asked_at END
         RETURNING id, state
            """,
            address,
            digest,
            sorted(topics),
            frequency,
            self._turn.now,
            MAILING.starts(Do.ASK),
        )
        assert row is not None, "one or the other is done"
        return row["id"], MailingState(row["state"])

    async def bring(
        self,
        addresses: Sequence[str],
        digests: Sequence[bytes],
        topics: Collection[MailingTopic],
        frequency: MailingFrequency,
    ) -> list[UUID]:
        """Addresses that no list of the agency ever had, one for each mailbox. Who is on it, was
        asked or has left stays as they are.
        """
        rows = await self._turn.fetch(
            """
            INSERT INTO mailing_reader
                   (agency, address, address_digest, state, topics, frequency, asked_at)
            SELECT asker_agency(), given.address, given.digest, 'asked', $3, $4, $5
              FROM (SELECT DISTINCT ON (mailbox(one.address)) one.address, one.digest
                      FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY
                           AS one (address, digest, place)
                     ORDER BY mailbox(one.address), one.place) AS given
             WHERE NOT EXISTS (SELECT FROM mailing_reader AS r
                                WHERE r.agency = asker_agency() AND r.state <> 'left'
                                  AND mailbox(r.address) = mailbox(given.address))
             ORDER BY given.digest
                ON CONFLICT (agency, address_digest) DO NOTHING
         RETURNING id
            """,
            list(addresses),
            list(digests),
            sorted(topics),
            frequency,
            self._turn.now,
        )
        return [row["id"] for row in rows]

    async def reader(self, reader: UUID) -> MailingReader | None:
        row = await self._turn.fetchrow(
            """
            SELECT id, agency, address, state, topics, frequency, asked_at, confirmed_at
              FROM mailing_reader
             WHERE id = $1
            """,
            reader,
        )
        return _reader(row) if row else None

    async def keep(
        self, reader: UUID, topics: Collection[MailingTopic], frequency: MailingFrequency
    ) -> bool:
        """Confirm, or change what was confirmed. False for who has left.

        What was new before they were on the list is not for them.
        """
        kept = await self._turn.fetchval(
            """
            UPDATE mailing_reader
               SET told_until = CASE WHEN state = 'confirmed' THEN told_until ELSE $4 END,
                   confirmed_at = CASE WHEN state = 'confirmed' THEN confirmed_at ELSE $4 END,
                   state = 'confirmed', topics = $2, frequency = $3
             WHERE id = $1 AND state = ANY ($5)
         RETURNING true
            """,
            reader,
            sorted(topics),
            frequency,
            self._turn.now,
            MAILING.starts(Do.CONFIRM),
        )
        return bool(kept)

    async def leave(self, reader: UUID) -> bool:
        """Forget the address, but for its digest. False for who has left before."""
        left = await self._turn.fetchval(
            """
            UPDATE mailing_reader
               SET state = 'left', address = NULL, topics = '{}', confirmed_at = NULL,
                   told_until = NULL
             WHERE id = $1 AND state = ANY ($2)
         RETURNING true
            """,
            reader,
            MAILING.starts(Do.LEAVE),
        )
        return bool(left)

    async def put_link(self, reader: UUID, digest: bytes, *, ends_at: datetime) -> None:
        await self._turn.execute(
            "INSERT INTO mailing_link (digest, reader_id, ends_at) VALUES ($1, $2, $3)",
            digest,
            reader,
            ends_at,
        )

    async def by_digest(self, digest: bytes) -> tuple[UUID, str] | None:
        """Whose link it is, and of which agency's list; None once its time is over."""
        row = await self._turn.fetchrow(
            "SELECT reader_id, agency FROM mailing_by_digest($1)", digest
        )
        return (row["reader_id"], row["agency"]) if row else None

    async def counts(self) -> list[tuple[MailingTopic, MailingFrequency, int]]:
        """How many confirmed readers of the asker's agency chose what; who chose several topics is
        in each.
        """
        rows = await self._turn.fetch(
            """
            SELECT topic, frequency, count(*) AS readers
              FROM mailing_reader, unnest(topics) AS topic
             WHERE agency = asker_agency() AND state = 'confirmed'
             GROUP BY topic, frequency
            """
        )
        return [
            (MailingTopic(row["topic"]), MailingFrequency(row["frequency"]), row["readers"])
            for row in rows
        ]

    async def page(
        self, search: str | None, *, after: tuple[str, UUID] | None, limit: int
    ) -> tuple[list[MailingReader], int]:
        """Who is on the agency's list or was asked, by address, and how many match."""
        rows = await self._turn.fetch(
            """
            SELECT id, agency, address, state, topics, frequency, asked_at, confirmed_at
              FROM mailing_reader
             WHERE agency = asker_agency() AND state <> 'left'
               AND ($1::text IS NULL OR strpos(lower(address), lower($1)) > 0)
               AND ($2::text IS NULL OR (lower(address), id) > ($2, $3::uuid))
             ORDER BY lower(address), id
             LIMIT $4
            """,
            search,
            after[0] if after else None,
            after[1] if after else None,
            limit,
        )
        total: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM mailing_reader
             WHERE agency = asker_agency() AND state <> 'left'
               AND ($1::text IS NULL OR strpos(lower(address), lower($1)) > 0)
            """,
            search,
        )
        return [_reader(row) for row in rows], total

    async def put_event(
        self, event: UUID, version: int, topic: MailingTopic, shown: PublicEvent
    ) -> None:
        """An event that everybody may see; when it was first shown stays."""
        await self._turn.execute(
            """
            INSERT INTO public_event AS held (event_id, version, agency, is_shown, topic, title,
                                              town, is_online, starts_at, shown_at)
            VALUES ($1, $2, asker_agency(), true, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (event_id) DO UPDATE
               SET version = excluded.version, is_shown = true, topic = excluded.topic,
                   title = excluded.title, town = excluded.town, is_online = excluded.is_online,
                   starts_at = excluded.starts_at
             WHERE held.version < excluded.version
            """,
            event,
            version,
            topic,
            shown.title,
            shown.town,
            shown.is_online,
            shown.starts_at,
            self._turn.now,
        )

    async def hide_event(self, event: UUID, version: int) -> None:
        """One that is not for everybody (any more): its words go."""
        await self._turn.execute(
            """
            UPDATE public_event
               SET version = $2, is_shown = false, title = '', town = ''
             WHERE event_id = $1 AND version < $2
            """,
            event,
            version,
        )

    async def whats_new(
        self,
        topics: Collection[MailingTopic],
        *,
        since: datetime,
        until: datetime,
        limit: int,
    ) -> tuple[list[PublicEvent], int]:
        """What came after an instant and up to another, and is still to come; and how much."""
        rows = await self._turn.fetch(
            """
            SELECT title, town, is_online, starts_at, count(*) OVER () AS whole
              FROM public_event
             WHERE agency = asker_agency() AND is_shown
               AND shown_at > $2 AND shown_at <= $3 AND starts_at > $4
               AND topic = ANY ($1)
             ORDER BY starts_at, event_id
             LIMIT $5
            """,
            sorted(topics),
            since,
            until,
            self._turn.now,
            limit,
        )
        events = [
            PublicEvent(**{name: value for name, value in row.items() if name != "whole"})
            for row in rows
        ]
        return events, rows[0]["whole"] if rows else 0

    async def forget(self, *, asked_before: datetime, settled_before: datetime) -> int:
        gone: int = await self._turn.fetchval(
            "SELECT forget_mailing($1, $2)", asked_before, settled_before
        )
        return gone


def _reader(row: Record) -> MailingReader:
    return MailingReader(
        **{
            **dict(row),
            "state": MailingState(row["state"]),
            "topics": frozenset(MailingTopic(one) for one in row["topics"]),
            "frequency": MailingFrequency(row["frequency"]),
        }
    )
