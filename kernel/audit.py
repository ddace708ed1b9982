"""Who did what, for whom and why: one row, written with the change. Ids only, never a name.

A service whose audit is shown keeps a view `audit_by_id`: id, at, account, role, agency, what, why,
`for_id` (the account or the family that it was for), `about` (what of, in words) and `times`. The
names of those ids are the register's to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kernel.ask import Ask
from kernel.db import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWanted:
    """What is looked for. `since` and `until` are days in England, both in the range.

    `named` are the ids that are called what `search` says: those match as well as the deeds whose
    own words hold it.
    """

    search: str | None = None
    named: Sequence[UUID] = ()
    what: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """`times`: readings of one family by one person for one reason on one day are one row here."""

    id: UUID
    at: datetime
    account: UUID | None
    role: str
    what: str
    why: str | None
    for_id: UUID | None
    about: str | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestSeal:
    """The newest seal of an agency's chain. Its number is not told."""

    head: str
    sealed_at: datetime


async def rows_by_id(
    turn: Turn, wanted: AuditWanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[AuditRow], int]:
    """A page of the agency's rows, the newest first, and how many there are in all."""
    asked = (
        wanted.search,
        list(wanted.named),
        wanted.what,
        wanted.since,
        wanted.until,
    )
    rows = await turn.fetch(
        """
        SELECT id, at, account, role, what, why, for_id, about, times
          FROM audit_by_id
         WHERE agency = asker_agency()
           AND ($1::text IS NULL
                OR strpos(what, replace(lower($1), ' ', '_')) > 0
                OR strpos(lower(about), lower($1)) > 0
                OR account = ANY ($2::uuid[])
                OR for_id = ANY ($2::uuid[]))
           AND ($3::text IS NULL OR what = $3)
           AND ($4::date IS NULL OR at >= ($4::timestamp AT TIME ZONE 'Europe/London'))
           AND ($5::date IS NULL OR at < (($5 + 1)::timestamp AT TIME ZONE 'Europe/London'))
           AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7::uuid))
         ORDER BY at DESC, id DESC
         LIMIT $8
        """,
        *asked,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )
    total: int = await turn.fetchval(
        """
        SELECT count(*)
          FROM audit_by_id
         WHERE agency = asker_agency()
           AND ($1::text IS NULL
                OR strpos(what, replace(lower($1), ' ', '_')) > 0
                OR strpos(lower(about), lower($1)) > 0
                OR account = ANY ($2::uuid[])
                OR for_id = ANY ($2::uuid[]))
           AND ($3::text IS NULL OR what = $3)
           AND ($4::date IS NULL OR at >= ($4::timestamp AT TIME ZONE 'Europe/London'))
           AND ($5::date IS NULL OR at < (($5 + 1)::timestamp AT TIME ZONE 'Europe/London'))
        """,
        *asked,
    )
    return [AuditRow(**row) for row in rows], total


async def page_by_id(
    ask: Ask[Any], wanted: AuditWanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[AuditRow], int]:
    """What was done for the asker's agency, the newest first, and how much in all; whether they may
    read it is the caller's to ask.

    Read as the system of the agency: whoever reads the audit learns for which family a deed was,
    and nothing else of what a service keeps.
    """
    async with ask.read() as store:
        await store.turn.become_system(ask.actor.agency)
        return await rows_by_id(store.turn, wanted, after=after, limit=limit)


async def newest_seal(turn: Turn) -> NewestSeal | None:
    """None while nothing of the agency has been sealed."""
    row = await turn.fetchrow(
        """
        SELECT encode(hash, 'hex') AS head, sealed_at
          FROM audit_seal
         WHERE chain = asker_agency()
         ORDER BY number DESC
         LIMIT 1
        """
    )
    return NewestSeal(**row) if row else None


async def record(  # noqa: PLR0913 - one keyword for each question an audit answers
    turn: Turn,
    *,
    what: str,
    why: str | None = None,
    agency: str | None = None,
    subject: UUID | None = None,
    for_account: UUID | None = None,
    facts: dict[str, str | int] | None = None,
) -> None:
    """Write what `turn.actor` did, in the transaction of the change.

    `what` is a short word of the service (`sent_proposal`); `agency` whose audit it belongs to
    (unless given, the asker's or the one that `become_system` named); `facts` ids, codes and
    counts, nothing that names a person.
    """
    await turn.execute(
        """
        INSERT INTO audit (account, role, for_account, agency, subject, what, why, facts)
        VALUES ($1, $2, $3, coalesce($4, asker_agency()), $5, $6, $7, $8)
        """,
        turn.actor.account,
        turn.actor.role,
        for_account,
        agency,
        subject,
        what,
        why,
        facts or {},
    )
