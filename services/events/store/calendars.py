"""SQL of private calendar addresses, and of the list that anybody may read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.db import Turn
from kernel.messages import PublicEventTold
from services.events.model.calendars import CalendarLink, PublicEvent, Slot
from services.events.model.event import Kind


class Calendars:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def link(self, account: UUID) -> CalendarLink | None:
        row = await self._turn.fetchrow(
            """
            SELECT account, family_id, agency, made_at, ends_at
              FROM calendar_link
             WHERE account = $1 AND digest IS NOT NULL AND ends_at > $2
            """,
            account,
            self._turn.now,
        )
        return CalendarLink(**row) if row else None

    async def put(self, link: CalendarLink, *, held: UUID | None) -> None:
        """The address before it, if there was one, opens nothing any more."""
        await self._turn.execute("DELETE FROM calendar_link WHERE account = $1", link.account)
        await self._turn.execute(
            """
            INSERT INTO calendar_link (account, family_id, agency, held, made_at, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            link.account,
            link.family_id,
            link.agency,
            held,
            link.made_at,
            link.ends_at,
        )

    async def give(self, account: UUID, digest: bytes) -> bool:
        """Whether there was a link to give an address."""
        given = await self._turn.fetchval(
            "UPDATE calendar_link SET digest = $2 WHERE account = $1 RETURNING true",
            account,
            digest,
        )
        return bool(given)

    async def end(self, account: UUID) -> bool:
        ended = await self._turn.fetchval(
            "DELETE FROM calendar_link WHERE account = $1 RETURNING true", account
        )
        return bool(ended)

    async def stands(self, digest: bytes) -> bool:
        return bool(await self._turn.fetchval("SELECT calendar_stands($1)", digest))

    async def slots(self, digest: bytes) -> Sequence[Slot]:
        rows = await self._turn.fetch("SELECT * FROM calendar_by_digest($1)", digest)
        return [Slot(**row) for row in rows]

    async def public(
        self, agency: str | None, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[PublicEvent]:
        rows = await self._turn.fetch(
            "SELECT * FROM public_programme($1, $2, $3, $4)",
            *(after or (None, None)),
            agency,
            limit,
        )
        return [PublicEvent(**{**dict(row), "kind": Kind(row["kind"])}) for row in rows]

    async def hosts_with_news(self) -> list[str]:
        """Hosts of whose public events something has changed since it was told."""
        rows = await self._turn.fetch("SELECT host FROM hosts_with_public_news() AS host")
        return [row["host"] for row in rows]

    async def take_news(self) -> Sequence[PublicEventTold]:
        """What is new, changed or gone of the host that the job names, remembered as told.

        Two workers at once: the second waits for the first, and finds nothing left to tell.
        """
        rows = await self._turn.fetch(
            """
            INSERT INTO public_told AS held (event_id, agency, version, body)
            SELECT p.event_id, p.agency, 1, p.body
              FROM event_in_public AS p
             WHERE p.agency = asker_agency()
               AND (p.is_shown OR EXISTS (SELECT FROM public_told AS t
                                           WHERE t.event_id = p.event_id))
             ORDER BY p.event_id
                ON CONFLICT (event_id) DO UPDATE
               SET version = held.version + 1, body = excluded.body
             WHERE held.body <> excluded.body
         RETURNING event_id, agency, version, body
            """
        )
        return [
            PublicEventTold(
                event_id=row["event_id"],
                agency=row["agency"],
                version=row["version"],
                **row["body"],
            )
            for row in rows
        ]

    async def how_many_public(self, agency: str | None) -> int:
        count: int = await self._turn.fetchval("SELECT public_programme_length($1)", agency)
        return count
