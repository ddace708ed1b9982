"""Reminding families of a date that they have a place at: once for the date as it stands.

Source: event-scenarios.md H13.
"""

from collections.abc import Sequence
from dataclasses import replace

from kernel.ask import Ask
from kernel.messages import NoticeKind
from services.events.access import ACCESS, Permit
from services.events.actions.telling import Deed, tell_families
from services.events.model.ids import SittingId
from services.events.store.whole import Whole


async def reminders_due(ask: Ask[Whole]) -> Sequence[tuple[SittingId, str]]:
    """Dates of any host of which somebody is to be reminded now. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.reminders.due()


async def remind(ask: Ask[Whole], sitting: SittingId) -> int:
    """Tell whoever has a place, as the host's system. Returns how many families.

    Safe to call twice, beside another, and too late: the event is held, so that whoever gives a
    place back, or calls the event off, comes before or after. Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        found = await store.sittings.sitting(sitting)
        if found is None:
            return 0
        event = await store.events.lock_one(found.event_id)
        one = await store.sittings.sitting(sitting)
        assert one is not None, "dates are never deleted once they are published"
        places = await store.reminders.remind(one)
        begins = replace(event, starts_at=one.starts_at)
        deed = Deed(what="reminded", answer_at=one.starts_at)  # of no use once it has begun
        await tell_families(store, NoticeKind.REMINDER, places, begins, deed)
        return len(places)
