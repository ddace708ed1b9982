"""Reading the audit of one's agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.ask import Ask
from kernel.messages import Role
from services.matching.access import ACCESS, Permit
from services.matching.store.trails import AuditEntry, AuditSeal, TrailFilter
from services.matching.store.whole import Whole

__all__ = ["AuditEntry", "AuditSeal", "audit_page", "newest_seal"]

SEE_SAFEGUARDING = frozenset({Role.SAFEGUARDING_LEAD, Role.DATA_PROTECTION_LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: of one thing, by words, one kind of deed, between two days in England."""

    subject: UUID | None = None
    search: str | None = None
    what: str | None = None
    since: date | None = None
    until: date | None = None


async def audit_page(
    ask: Ask[Whole],
    *,
    wanted: Wanted,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[Sequence[AuditEntry], int]:
    """What was done in the asker's agency, the newest first, and how much in all.

    Names are read as the system of the agency: a coordinator may see who did a thing, but not the
    accounts themselves. Concerns and blocks are shown to those who keep them.
    """
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return [], 0
    asked = TrailFilter(
        subject=wanted.subject,
        search=wanted.search,
        what=wanted.what,
        since=wanted.since,
        until=wanted.until,
        safeguarding=ask.actor.role in SEE_SAFEGUARDING,
    )
    async with ask.read() as store:
        await store.turn.become_system(ask.actor.agency)
        page = await store.trails.page(asked, after=after, limit=limit)
        return page, await store.trails.count(asked)


async def newest_seal(ask: Ask[Whole]) -> AuditSeal | None:
    """The head of the agency's chain, for those who read its audit."""
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return None
    async with ask.read() as store:
        return await store.trails.seal()
