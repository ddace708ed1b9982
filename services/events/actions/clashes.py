"""What the dates of an event run into, for its host to read before it is published."""

from collections.abc import Iterator, Sequence

from kernel.ask import Ask
from services.events.access import ACCESS, Permit
from services.events.calendar import clocks_change_within, is_bank_holiday
from services.events.model.clash import Clash, ClashKind
from services.events.model.event import Sitting
from services.events.model.ids import EventId
from services.events.store.whole import Whole


async def clashes(ask: Ask[Whole], events: Sequence[EventId]) -> dict[EventId, list[Clash]]:
    """Of the events that the asker hosts, in the order of their dates.

    Source: event-scenarios.md E02, E03, E16.
    """
    async with ask.read() as store:
        seen = await store.events.events(events)
        mine = [id for id, one in seen.items() if ACCESS.allows(ask.actor, Permit.HOST, one)]
        if not mine:
            return {}
        found: dict[EventId, list[Clash]] = {event: [] for event in mine}
        for sittings in (await store.sittings.of_events(mine)).values():
            for sitting in sittings:
                found[sitting.event_id].extend(_of_the_day(sitting))
        for clash in await store.clashes.of_events(mine):
            found[clash.event_id].append(clash)
        return {
            event: sorted(found[event], key=lambda one: (one.number, one.kind)) for event in mine
        }


def _of_the_day(sitting: Sitting) -> Iterator[Clash]:
    def clash(kind: ClashKind) -> Clash:
        return Clash(
            event_id=sitting.event_id,
            number=sitting.number,
            wall_start=sitting.wall_start,
            kind=kind,
        )

    if is_bank_holiday(sitting.wall_start.date()):
        yield clash(ClashKind.BANK_HOLIDAY)
    if clocks_change_within(sitting.starts_at, sitting.ends_at):
        yield clash(ClashKind.CLOCKS_CHANGE)
