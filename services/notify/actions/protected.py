"""That a protected family's address was read: a row in the audit before it is shown (E44)."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from kernel.ask import Ask
from services.notify.store.whole import Whole


class Reading(StrEnum):
    """What for, in the words of the audit."""

    ADDRESS = "Asked where somebody is written to."
    FAILURES = "Asked what could not be delivered."


READS: dict[Reading, tuple[str, ...]] = {
    Reading.ADDRESS: ("Query.contactPoints",),
    Reading.FAILURES: ("Query.failedNotices",),
}
"""The fields of the graph that read them, held to it by `tests/suite/test_protected_reads.py`."""


async def write_down_reading(
    ask: Ask[Whole], reading: Reading, families: Iterable[UUID | None]
) -> None:
    """One row for each protected family that this request has not written down before."""
    others = {one for one in families if one is not None and one != ask.actor.household}
    async with ask.reads.new(others) as unwritten:
        if not unwritten:
            return
        async with ask.begin() as store:
            await store.turn.become_system(ask.actor.agency)
            await store.cards.write_down_reading(unwritten, why=reading.value)
