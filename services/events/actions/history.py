"""Reading what was done about an event, and whom a change of it would reach."""

from collections.abc import Sequence

from kernel.ask import Ask
from services.events.access import ACCESS, Permit
from services.events.model.history import EventDeed, Reach
from services.events.model.ids import EventId
from services.events.store.whole import Whole

DEEDS_MAX = 50


async def event_history(ask: Ask[Whole], event: EventId) -> Sequence[EventDeed]:
    """The newest first; empty to who does not host it."""
    async with ask.read() as store:
        found = await store.events.event(event)
        if found is None or not ACCESS.allows(ask.actor, Permit.FILL, found):
            return []
        return await store.history.of_event(event, limit=DEEDS_MAX)


async def reach(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, Reach]:
    """Whom a change of each would reach, of those events that the asker hosts."""
    async with ask.read() as store:
        found = await store.events.events(events)
        mine = [id for id, one in found.items() if ACCESS.allows(ask.actor, Permit.FILL, one)]
        return await store.history.reach(mine) if mine else {}
