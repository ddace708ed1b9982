"""Whole drafts in the graph, what their dates run into, and several published or called off."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import drafting
from services.events.graph.events import Event, event_by_id
from services.events.graph.hosting import (
    DateInput,
    EventInput,
    OfferingInput,
    ShareInput,
    VenueInput,
    WeeklyInput,
)
from services.events.model.given import GivenDraft
from services.events.model.ids import EventId

EVENTS = Service.EVENTS


@strawberry.input
class DraftInput:
    """All of an event. `newVenue` is added with it; else `event` names one that is kept."""

    offering: OfferingInput
    event: EventInput
    dates: list[DateInput] = strawberry.field(default_factory=list)
    new_venue: VenueInput | None = None
    as_course: bool = False
    shares: list[ShareInput] = strawberry.field(default_factory=list)

    def given(self) -> GivenDraft:
        return GivenDraft(
            what=self.offering.given(),
            dates=tuple(one.given() for one in self.dates),
            event=self.event.given(),
            venue=self.new_venue.given() if self.new_venue else None,
            as_course=self.as_course,
            shares=tuple(one.given() for one in self.shares),
        )


@strawberry.type
class ChangedEvents:
    """The events that were made or changed, in the order of the dates they were given for."""

    events: list[Event]


DraftEventsResult = Annotated[ChangedEvents | Refusal, strawberry.union("DraftEventsResult")]
CorrectDraftResult = Annotated[Event | Refusal, strawberry.union("CorrectDraftResult")]
PublishEventsResult = Annotated[ChangedEvents | Refusal, strawberry.union("PublishEventsResult")]
CancelEventsResult = Annotated[ChangedEvents | Refusal, strawberry.union("CancelEventsResult")]


@strawberry.type
class DraftingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def draft_events(
        self, info: Info, input: DraftInput, key: UUID, weekly: WeeklyInput | None = None
    ) -> DraftEventsResult:
        """What is offered and its dates as drafts, all or nothing; by a weekly rule if given."""
        made = await once(
            info.context.ask(EVENTS),
            key,
            drafting.draft_events,
            given=input.given(),
            rule=weekly.given() if weekly else None,
            minutes=weekly.minutes if weekly else 0,
        )
        return await _changed(info, made)

    @strawberry.mutation(extensions=[Refusable()])
    async def correct_draft(
        self, info: Info, event: strawberry.ID, input: DraftInput, key: UUID
    ) -> CorrectDraftResult:
        """A draft as it shall be, its dates too."""
        which = EventId(uuid_of(event))
        ask = info.context.ask(EVENTS)
        await once(ask, key, drafting.correct_draft, event=which, given=input.given())
        return (await _changed(info, (which,))).events[0]

    @strawberry.mutation(extensions=[Refusable()])
    async def publish_events(
        self, info: Info, events: list[strawberry.ID], key: UUID
    ) -> PublishEventsResult:
        """Several drafts into the programme, all or none."""
        which = [EventId(uuid_of(one)) for one in events]
        done = await once(info.context.ask(EVENTS), key, drafting.publish_events, events=which)
        return await _changed(info, done)

    @strawberry.mutation(extensions=[Refusable()])
    async def cancel_events(
        self, info: Info, events: list[strawberry.ID], reason: str, key: UUID
    ) -> CancelEventsResult:
        """Several called off for one reason, all or none; everybody concerned is told."""
        which = [EventId(uuid_of(one)) for one in events]
        ask = info.context.ask(EVENTS)
        done = await once(ask, key, drafting.cancel_events, events=which, reason=reason)
        return await _changed(info, done)


async def _changed(info: Info, events: tuple[EventId, ...]) -> ChangedEvents:
    info.context.forget()
    found = [await event_by_id(info, event) for event in events]
    return ChangedEvents(events=[one for one in found if one is not None])
