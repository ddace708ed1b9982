"""Whom to ring for children who stay without a parent, beside a place and in a register."""

from __future__ import annotations

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import ringing
from services.events.model import event as event_model
from services.events.model import place as place_model
from services.events.model import ringing as kept
from services.events.rules.staffing import asks_whom_to_ring

EVENTS = Service.EVENTS


@strawberry.type
class WhomToRing:
    """In an emergency, and what the children need. Deleted seven days after the last date."""

    contact: str
    telephone: str
    needs: str
    for_another_date: bool = strawberry.field(
        description="It came along when the place was moved, and nobody has looked at it since."
    )

    @staticmethod
    def of(one: kept.WhomToRing) -> WhomToRing:
        return WhomToRing(
            contact=one.contact,
            telephone=one.telephone,
            needs=one.needs,
            for_another_date=one.for_another_date,
        )


@strawberry.input
class WhomToRingInput:
    contact: str
    telephone: str
    needs: str = ""

    def given(self) -> kept.WhomToRing:
        return kept.WhomToRing(contact=self.contact, telephone=self.telephone, needs=self.needs)


@strawberry.type
class RingingBooking:
    row: strawberry.Private[place_model.Booking]

    @strawberry.field
    async def whom_to_ring(self, info: Info) -> WhomToRing | None:
        """What the reader's family said; null to all others, and until it is said."""
        found = await info.context.load(EVENTS, ringing.whom_to_ring, self.row.id)
        return WhomToRing.of(found) if found else None


@strawberry.type
class RingingEvent:
    row: strawberry.Private[event_model.Event]

    @strawberry.field
    def asks_whom_to_ring(self) -> bool:
        """Whether children stay without a parent, so that one has to be reached."""
        return asks_whom_to_ring(self.row)
