"""That a protected family was read: a row in the audit before anything is shown (domain.md E44)."""

from collections.abc import Iterable
from uuid import UUID

from kernel.ask import Ask
from kernel.messages import Role
from services.events.model.protected import READS, Reading
from services.events.store.whole import Whole


async def write_down_reading(ask: Ask[Whole], reading: Reading, families: Iterable[UUID]) -> None:
    """One row for each protected family that this request has not written down before.

    In the audit of the family's own agency, also when the reader is the host of a shared event.
    Not for the asker's own household, nor for the worker, who shows nobody anything.
    """
    if ask.actor.role == Role.SYSTEM:
        return
    others = {one for one in families if one != ask.actor.household}
    async with ask.reads.new(others) as unwritten:
        if not unwritten:
            return
        async with ask.begin() as store:
            await store.turn.become_system(ask.actor.agency)
            await store.told.write_down_reading(unwritten, why=READS[reading].why)
