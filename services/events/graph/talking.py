"""What a family wants to talk about in a slot, beside its place and beside the event."""

from __future__ import annotations

import strawberry

from kernel.graph import Info
from kernel.messages import Service
from services.events.actions import talk_topics
from services.events.model import event as event_model
from services.events.model import place as place_model

EVENTS = Service.EVENTS


@strawberry.type
class TalkingBooking:
    row: strawberry.Private[place_model.Booking]

    @strawberry.field
    async def talk_topic(self, info: Info) -> str | None:
        """What the reader's family wants to talk about; null to all others."""
        return await info.context.load(EVENTS, talk_topics.talk_topics, self.row.id)


@strawberry.type
class TalkingEvent:
    row: strawberry.Private[event_model.Event]

    @strawberry.field
    def is_slot(self) -> bool:
        """A talk of one family with a worker: it is held while one fills in the form."""
        return self.row.is_slot

    @strawberry.field
    async def asks_talk_topic(self, info: Info) -> bool:
        """Whether a family may say what it wants to talk about, since it is known with whom."""
        return bool(await info.context.load(EVENTS, talk_topics.asking_events, self.row.id))
