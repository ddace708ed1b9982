"""A social worker's own slots."""

from __future__ import annotations

from datetime import datetime

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import slots
from services.events.graph.events import Event, Sitting, event_by_id
from services.events.model import attendance as kept

EVENTS = Service.EVENTS


@strawberry.type
class OwnSlot:
    """A date that the reader is named for. Its register is there from `opensAt` while `isOpen`."""

    is_booked: bool
    opens_at: datetime
    is_open: bool
    is_over: bool
    sitting: Sitting
    row: strawberry.Private[kept.OwnSlot]

    @strawberry.field
    async def event(self, info: Info) -> Event | None:
        return await event_by_id(info, self.row.event.id)

    @staticmethod
    def of(found: kept.OwnSlot) -> OwnSlot:
        return OwnSlot(
            is_booked=found.is_booked,
            opens_at=found.opens_at,
            is_open=found.is_open,
            is_over=found.is_over,
            sitting=Sitting.of(found.sitting),
            row=found,
        )


@strawberry.type
class OwnSlotQuery:
    @strawberry.field
    async def my_slots(self, info: Info) -> list[OwnSlot]:
        """A social worker's own, from a week ago on, at most 100; empty to all others."""
        found = await slots.slots_of_worker(info.context.ask(EVENTS))
        return [OwnSlot.of(one) for one in found]
