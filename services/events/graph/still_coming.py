"""What a place and an event tell of asking whether families still come, and of inviting them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import inviting, reconfirming
from services.events.model import event as event_model
from services.events.model import place as place_model
from services.events.model import still_coming as kept

EVENTS = Service.EVENTS


@strawberry.type
class StillComing:
    """How far the asking of one place is. It passes on at `answerBy`, once asked twice."""

    asked_at: datetime
    asked_again_at: datetime | None
    answer_by: datetime
    said_yes_at: datetime | None
    passed_on_at: datetime | None

    @staticmethod
    def of(one: kept.StillComing) -> StillComing:
        return StillComing(
            asked_at=one.asked_at,
            asked_again_at=one.asked_again_at,
            answer_by=one.answer_by,
            said_yes_at=one.said_yes_at,
            passed_on_at=one.passed_on_at,
        )


@strawberry.type
class AskedBooking:
    row: strawberry.Private[place_model.Booking]

    @strawberry.field
    async def still_coming(self, info: Info) -> StillComing | None:
        """Null where nobody has asked, or the date has moved since."""
        found = await info.context.load(EVENTS, reconfirming.still_comings, self.row.id)
        return StillComing.of(found) if found else None


@strawberry.type
class Inviting:
    """Whom an event invites: families with whom a child was placed in the last `weeks` weeks, or
    (null) nobody. `invited` is how many were, null while fewer than five.
    """

    weeks: int | None
    invited: int | None


@strawberry.type
class AskedEvent:
    row: strawberry.Private[event_model.Event]

    @strawberry.field
    async def reconfirms(self, info: Info) -> bool | None:
        """Whether its families are asked if they still come; to who plans."""
        return await info.context.load(EVENTS, reconfirming.reconfirmed_events, self.row.id)

    @strawberry.field
    async def inviting(self, info: Info) -> Inviting | None:
        """Whom it invites, to who plans for its host; null to all others."""
        found = await info.context.load(EVENTS, inviting.inviting_of, self.row.id)
        return Inviting(weeks=found.weeks, invited=found.invited) if found else None
