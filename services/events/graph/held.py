"""What an event keeps back: where it is until its day, a slot while a form is filled in; and what
is told of the venue meanwhile.
"""

from __future__ import annotations

from datetime import datetime

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import reading, slots
from services.events.model import event as kept

EVENTS = Service.EVENTS


@strawberry.type
class HeldEvent:
    row: strawberry.Private[kept.Event]

    @strawberry.field
    async def whereabouts_from(self, info: Info) -> datetime:
        """From when who has a place is told where it is, and how to join."""
        found = await info.context.load(EVENTS, reading.shown_from, self.row.id)
        assert found is not None, "who reads an event sees its agency and its start"
        return found

    @strawberry.field
    async def access_met(self, info: Info) -> list[str] | None:
        """What its venue has for people with access needs; empty for none of it, null where nobody
        has said and online.
        """
        return await info.context.load(EVENTS, reading.access_met, self.row.id)

    @strawberry.field
    async def held_for_me_until(self, info: Info) -> datetime | None:
        """Of a slot that the reader's family holds while it fills in the form."""
        return await info.context.load(EVENTS, slots.own_holds, self.row.id)

    @strawberry.field
    async def held_by_another_until(self, info: Info) -> datetime | None:
        """Of a slot that another family holds for so long; never which."""
        return await info.context.load(EVENTS, slots.others_holds, self.row.id)
