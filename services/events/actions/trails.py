"""Reading the audit of one's agency in events."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.audit import AuditRow, AuditWanted, NewestSeal
from services.events.access import ACCESS, Permit
from services.events.store.whole import Whole


async def audit_page(
    ask: Ask[Whole], wanted: AuditWanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[AuditRow], int]:
    """What was done for the asker's agency; nothing to who may not read its audit."""
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return [], 0
    return await audit.page_by_id(ask, wanted, after=after, limit=limit)


async def newest_seal(ask: Ask[Whole]) -> NewestSeal | None:
    """The head of the agency's chain, for those who read its audit."""
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return None
    async with ask.read() as store:
        return await audit.newest_seal(store.turn)
