"""Reading the audit of one's agency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.audit import NewestSeal
from kernel.messages import Role
from services.matching.access import ACCESS, Permit
from services.matching.store.trails import AuditEntry, TrailFilter
from services.matching.store.whole import Whole

__all__ = ["AuditEntry", "audit_page", "ids_named", "names_of", "newest_seal"]

NAMES_MAX = 100
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


async def newest_seal(ask: Ask[Whole]) -> NewestSeal | None:
    """The head of the agency's chain, for those who read its audit."""
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return None
    async with ask.read() as store:
        return await audit.newest_seal(store.turn)


async def names_of(ask: Ask[Whole], ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """What accounts and families of the asker's agency are called in its audits.

    An account by its name, a family by its reference; what is not the agency's is not in it.
    """
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return {}
    async with ask.read() as store:
        await store.turn.become_system(ask.actor.agency)
        return await store.trails.names_of(ids)


async def ids_named(ask: Ask[Whole], search: str | None) -> Mapping[UUID, str]:
    """Those accounts and families by what they are called; at most 100."""
    if search is None or not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return {}
    async with ask.read() as store:
        await store.turn.become_system(ask.actor.agency)
        return await store.trails.named(search, limit=NAMES_MAX)
