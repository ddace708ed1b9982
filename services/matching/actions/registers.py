"""Names for whoever runs an event: families on a register, staff who may lead a date."""

from collections.abc import Sequence
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from services.matching.access import ACCESS, Permit
from services.matching.model.register import FirstNames, Leader
from services.matching.store.whole import Whole

FAMILIES_MAX = 200


async def register_names(ask: Ask[Whole], families: Sequence[UUID]) -> Sequence[FirstNames]:
    """First names by family, and the reading written down. Empty to who runs no events.

    Source: domain.md E22, E40.
    """
    if not ACCESS.allows(ask.actor, Permit.READ_REGISTER_NAMES):
        return []
    async with ask.begin() as store:
        found = await store.registers.first_names(families[:FAMILIES_MAX])
        if found:
            await record(store.turn, what="read_register_names", facts={"families": len(found)})
        return found


async def leaders(ask: Ask[Whole]) -> Sequence[Leader]:
    """Who may lead a date or a group of the asker's agency; empty to who plans none."""
    if not ACCESS.allows(ask.actor, Permit.SEE_DATE_LEADERS):
        return []
    async with ask.read() as store:
        return await store.registers.leaders()
