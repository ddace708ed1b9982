"""The audit of the asker's agency, with names looked up as it is read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Service
from services.matching.actions import trails
from services.matching.graph.families import searched


@strawberry.type
class AuditEntry:
    """`who` is null for the worker, and for somebody whose name was erased.

    `times`: readings of one protected family by one person for one reason on one day are one entry.
    """

    id: strawberry.ID
    at: datetime
    who: str | None
    role: str
    what: str
    for_whom: str | None
    why: str | None
    times: int
    agency: strawberry.ID | None
    subject: strawberry.ID | None

    @staticmethod
    def of(entry: trails.AuditEntry) -> AuditEntry:
        return AuditEntry(
            id=strawberry.ID(str(entry.id)),
            at=entry.at,
            who=entry.who,
            role=entry.role,
            what=entry.what,
            for_whom=entry.for_whom,
            why=entry.why,
            times=entry.times,
            agency=strawberry.ID(entry.agency) if entry.agency else None,
            subject=strawberry.ID(str(entry.subject)) if entry.subject else None,
        )


@strawberry.type
class AuditSeal:
    """The newest seal: it stands for every entry before it. Noted elsewhere, it proves them."""

    head: str
    sealed_at: datetime

    @staticmethod
    def of(seal: trails.AuditSeal) -> AuditSeal:
        return AuditSeal(head=seal.head, sealed_at=seal.sealed_at)


@strawberry.type
class AuditQuery:
    @strawberry.field
    async def audit_seal(self, info: Info) -> AuditSeal | None:
        """Null to who may not read the audit, and while nothing has been sealed."""
        seal = await trails.newest_seal(info.context.ask(Service.MATCHING))
        return AuditSeal.of(seal) if seal else None

    @strawberry.field
    async def audit_trail(
        self,
        info: Info,
        subject: strawberry.ID | None = None,
        search: str | None = None,
        what: str | None = None,
        since: date | None = None,
        until: date | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[AuditEntry]:
        """What was done in the asker's agency, the newest first.

        `search` is matched with who, for whom and what; `what` is one deed's code; `since` and
        `until` are days in England, both in it.
        """
        page = Page.of(first, after, datetime, UUID)
        rows, total = await trails.audit_page(
            info.context.ask(Service.MATCHING),
            wanted=trails.Wanted(
                subject=uuid_of(subject) if subject else None,
                search=searched(search),
                what=what,
                since=since,
                until=until,
            ),
            after=(page.after[0], page.after[1]) if page.after else None,
            limit=page.limit,
        )
        return connection(page, rows, node=AuditEntry.of, cursor=_cursor, total_count=total)


def _cursor(entry: trails.AuditEntry) -> tuple[datetime, UUID]:
    return entry.at, entry.id
