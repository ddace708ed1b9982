"""Reading the audit of one's agency in notify."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.audit import AuditRow, AuditWanted, NewestSeal
from services.notify.access import ACCESS, Permit
from services.notify.store.whole import Whole


async def audit_page(
    ask: Ask[Whole], wanted: AuditWanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[AuditRow], int]:
    """What was done for the asker's agency, the newest first, and how much in all.

    Read as the system of the agency: whoever reads the audit learns for which family a deed was,
    and nothing else of what is kept here.
    """
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return [], 0
    async with ask.read() as store:
        await store.turn.become_system(ask.actor.agency)
        return await audit.rows_by_id(store.turn, wanted, after=after, limit=limit)


async def newest_seal(ask: Ask[Whole]) -> NewestSeal | None:
    """The head of the agency's chain, for those who read its audit."""
    if not ACCESS.allows(ask.actor, Permit.READ_AUDIT):
        return None
    async with ask.read() as store:
        return await audit.newest_seal(store.turn)
