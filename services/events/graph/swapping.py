"""Dates of a course that a family comes to at a parallel one, beside its place."""

from __future__ import annotations

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import swapping
from services.events.graph.events import Sitting, sitting_by_id
from services.events.model import place as place_model
from services.events.model import swapping as kept

EVENTS = Service.EVENTS


@strawberry.type
class SwappedDate:
    """The family is expected at `other` instead of at `own`, a date of its place's course."""

    id: strawberry.ID
    row: strawberry.Private[kept.SwappedDate]

    @strawberry.field
    async def own(self, info: Info) -> Sitting | None:
        return await sitting_by_id(info, self.row.from_sitting)

    @strawberry.field
    async def other(self, info: Info) -> Sitting | None:
        return await sitting_by_id(info, self.row.to_sitting)


@strawberry.type
class SwapChoice:
    """A date of the place's course, and one of a parallel course with room instead."""

    own: Sitting
    other: Sitting


@strawberry.type
class SwappingBooking:
    row: strawberry.Private[place_model.Booking]

    @strawberry.field
    async def swapped_dates(self, info: Info) -> list[SwappedDate]:
        """Those that hold, in the order of the course."""
        found = await info.context.load(EVENTS, swapping.swapped_dates, self.row.id)
        return [SwappedDate(id=strawberry.ID(str(one.id)), row=one) for one in found or []]

    @strawberry.field
    async def dates_to_swap(self, info: Info) -> list[SwapChoice]:
        """What could be swapped now, to who may change the place; the press may be refused yet."""
        found = await info.context.load(EVENTS, swapping.dates_to_swap, self.row.id)
        return [
            SwapChoice(own=Sitting.of(one.own), other=Sitting.of(one.other)) for one in found or []
        ]
