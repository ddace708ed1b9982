"""The audit of the asker's agency, with names looked up as it is read."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

import strawberry

from kernel import entities
from kernel.graph import AuditSeal, Connection, Info, Page, connection, uuid_of
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


@entities.part("AuditName")
@strawberry.type
class AuditNameOfMatching:
    """Who an id of another service's audit is: an account's name, or a family's reference.

    Told to those who read the audit, of their own agency; null else.
    """

    owns: ClassVar = True
    id: strawberry.ID
    name: str

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> AuditNameOfMatching | None:
        name = await info.context.load(Service.MATCHING, trails.names_of, uuid_of(id))
        return entities.whole(AuditNameOfMatching)(id=id, name=name) if name else None


if TYPE_CHECKING:
    LazyAuditName = AuditNameOfMatching
else:
    LazyAuditName = Annotated["AuditName", strawberry.lazy("kernel.entities")]  # noqa: F821 - made there


@strawberry.type
class AuditQuery:
    @strawberry.field
    async def audit_seal(self, info: Info) -> AuditSeal | None:
        """Null to who may not read the audit, and while nothing has been sealed."""
        seal = await trails.newest_seal(info.context.ask(Service.MATCHING))
        return AuditSeal.of(seal) if seal else None

    @strawberry.field
    async def audit_names(self, info: Info, search: str) -> list[LazyAuditName]:
        """Who in the asker's agency is called so, to search other services' audits for.

        At most 100; where there may be more, more of the name has to be typed.
        """
        found = await trails.ids_named(info.context.ask(Service.MATCHING), searched(search))
        whole = entities.whole(AuditNameOfMatching)
        return [whole(id=strawberry.ID(str(id)), name=name) for id, name in found.items()]

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
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=AuditEntry.of, cursor=_cursor, total_count=total)


def _cursor(entry: trails.AuditEntry) -> tuple[datetime, UUID]:
    return entry.at, entry.id
