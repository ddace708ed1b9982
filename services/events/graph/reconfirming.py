"""Whether a family still comes, in the graph: asked, answered, and for which events."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import booking as booking_actions
from services.events.actions import reconfirming
from services.events.graph.places import Booking, booking_by_id
from services.events.graph.staffing import StaffingDone
from services.events.model.ids import BookingId, EventId

EVENTS = Service.EVENTS

SayStillComingResult = Annotated[Booking | Refusal, strawberry.union("SayStillComingResult")]
SetReconfirmingResult = Annotated[StaffingDone | Refusal, strawberry.union("SetReconfirmingResult")]


@strawberry.type
class ReconfirmingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def say_still_coming(
        self, info: Info, booking: strawberry.ID, key: UUID
    ) -> SayStillComingResult:
        """Yes, we come. No is giving the place back."""
        which = BookingId(uuid_of(booking))
        await once(info.context.ask(EVENTS), key, booking_actions.say_still_coming, booking=which)
        info.context.forget()
        shown = await booking_by_id(info, which)
        assert shown is not None, "whoever answers for a place may see it"
        return shown

    @strawberry.mutation(extensions=[Refusable()])
    async def set_reconfirming(
        self, info: Info, event: strawberry.ID, asked: bool, key: UUID
    ) -> SetReconfirmingResult:
        """Whether families of an event are asked if they still come."""
        which = EventId(uuid_of(event))
        ask = info.context.ask(EVENTS)
        await once(ask, key, reconfirming.set_reconfirming, event=which, asked=asked)
        return StaffingDone(event=event)
