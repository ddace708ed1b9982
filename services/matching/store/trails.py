"""The audit as it is read: the kernel writes it, nothing changes it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.db import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`who` and `for_whom` are None for the worker, and for people who have been erased."""

    id: UUID
    at: datetime
    role: str
    agency: str | None
    subject: UUID | None
    what: str
    why: str | None
    who: str | None
    for_whom: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """The newest seal of an agency's chain. Its number is not told: it counts what is not shown."""

    head: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """`safeguarding` is False for readers who may not learn that a concern or a block exists.

    `since` and `until` are days in England, both in the range.
    """

    subject: UUID | None
    search: str | None
    what: str | None = None
    since: date | None = None
    until: date | None = None
    safeguarding: bool


class Trails:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def page(
        self, filter: TrailFilter, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[AuditEntry]:
        """The newest first; `after` is where the page before ended.

        `search` is matched with what was done, who did it, and the family's reference.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, at, role, agency, subject, what, why, who, for_whom
              FROM audit_trail
             WHERE agency = asker_agency()
               AND ($1::uuid IS NULL OR subject = $1)
               AND ($2::text IS NULL
                    OR strpos(what, replace(lower($2), ' ', '_')) > 0
                    OR strpos(lower(who), lower($2)) > 0
                    OR strpos(lower(for_whom), lower($2)) > 0)
               AND ($3 OR what !~ 'concern|block')
               AND ($9::text IS NULL OR what = $9)
               AND ($4::date IS NULL OR at >= ($4::timestamp AT TIME ZONE 'Europe/London'))
               AND ($5::date IS NULL OR at < (($5 + 1)::timestamp AT TIME ZONE 'Europe/London'))
               AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7::uuid))
             ORDER BY at DESC, id DESC
             LIMIT $8
            """,
            filter.subject,
            filter.search,
            filter.safeguarding,
            filter.since,
            filter.until,
            after[0] if after else None,
            after[1] if after else None,
            limit,
            filter.what,
        )
        return [AuditEntry(**row) for row in rows]

    async def seal(self) -> AuditSeal | None:
        """None while nothing has been sealed."""
        row = await self._turn.fetchrow(
            """
            SELECT encode(hash, 'hex') AS head, sealed_at
              FROM audit_seal
             WHERE chain = asker_agency()
             ORDER BY number DESC
             LIMIT 1
            """
        )
        return AuditSeal(**row) if row else None

    async def count(self, filter: TrailFilter) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM audit_trail
             WHERE agency = asker_agency()
               AND ($1::uuid IS NULL OR subject = $1)
               AND ($2::text IS NULL
                    OR strpos(what, replace(lower($2), ' ', '_')) > 0
                    OR strpos(lower(who), lower($2)) > 0
                    OR strpos(lower(for_whom), lower($2)) > 0)
               AND ($3 OR what !~ 'concern|block')
               AND ($6::text IS NULL OR what = $6)
               AND ($4::date IS NULL OR at >= ($4::timestamp AT TIME ZONE 'Europe/London'))
               AND ($5::date IS NULL OR at < (($5 + 1)::timestamp AT TIME ZONE 'Europe/London'))
            """,
            filter.subject,
            filter.search,
            filter.safeguarding,
            filter.since,
            filter.until,
            filter.what,
        )
        return number
