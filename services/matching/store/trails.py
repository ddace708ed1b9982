"""The audit as it is read, and what is written of reading; nothing changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.db import Turn
from services.matching.model.ids import FamilyId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`who` and `for_whom` are None for the worker, and for people who have been erased.

    `times` is how often the same person read the same protected family for the same reason on
    that day in England: one line stands for all, with the instant of the newest. Else it is 1.
    """

    id: UUID
    at: datetime
    role: str
    agency: str | None
    subject: UUID | None
    what: str
    why: str | None
    who: str | None
    for_whom: str | None
    times: int


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

        Every reading of a protected family is a row (E44). Those of one person, family, reason and
        day are shown as the newest of them, so that the deeds between them can be found.
        `search` is matched with what was done, who did it, and the family's reference.
        """
        rows = await self._turn.fetch(
            """
            SELECT id, at, role, agency, subject, what, why, who, for_whom, times
              FROM audit_lines
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

    async def write_down_reading(self, families: Sequence[UUID], *, why: str) -> None:
        """A row for each that is protected, in its own agency's audit (domain.md E44)."""
        await self._turn.execute(
            """
            INSERT INTO audit (account, role, agency, subject, what, why)
            SELECT $1, $2, agency, id, 'read_protected_family', $3
              FROM family
             WHERE id = ANY ($4) AND protected
            """,
            self._turn.actor.account,
            self._turn.actor.role,
            why,
            list(families),
        )

    async def families_of(
        self, *, adults: Sequence[UUID] = (), accounts: Sequence[UUID] = ()
    ) -> list[FamilyId]:
        """Whose these adults, or the adults with these logins, are."""
        rows = await self._turn.fetch(
            """
            SELECT DISTINCT family_id
              FROM adult
             WHERE id = ANY ($1) OR account_id = ANY ($2)
            """,
            list(adults),
            list(accounts),
        )
        return [FamilyId(row["family_id"]) for row in rows]

    async def names_of(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Names of accounts, references of families; the agency's own alone."""
        rows = await self._turn.fetch(
            "SELECT id, name FROM audit_name WHERE id = ANY ($1) AND name IS NOT NULL", list(ids)
        )
        return {row["id"]: row["name"] for row in rows}

    async def named(self, search: str, *, limit: int) -> dict[UUID, str]:
        rows = await self._turn.fetch(
            """
            SELECT id, name
              FROM audit_name
             WHERE strpos(lower(name), lower($1)) > 0
             ORDER BY name, id
             LIMIT $2
            """,
            search,
            limit,
        )
        return {row["id"]: row["name"] for row in rows}

    async def count(self, filter: TrailFilter) -> int:
        number: int = await self._turn.fetchval(
            """
            SELECT count(*)
              FROM audit_lines
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
