"""What was done about an event, and what its dates run into, as the graph shows it to its host."""

from __future__ import annotations

from datetime import datetime

import strawberry

from kernel.graph import Info, uuid_of
from kernel.messages import Service
from services.events.actions import history
from services.events.model import history as kept
from services.events.model.clash import Clash, ClashKind
from services.events.model.ids import EventId

EVENTS = Service.EVENTS


@strawberry.type
class EventReach:
    """How many families would be told of a change, by where they stand."""

    booked: int
    offered: int
    waiting: int

    @staticmethod
    def of(reach: kept.Reach) -> EventReach:
        return EventReach(booked=reach.booked, offered=reach.offered, waiting=reach.waiting)


@strawberry.type
class EventClash:
    """What one date runs into. `title` is another event; times are on the wall in England."""

    number: int
    wall_start: str
    kind: ClashKind
    title: str | None
    title_starts: str | None

    @staticmethod
    def of(clash: Clash) -> EventClash:
        other = clash.title_starts
        return EventClash(
            number=clash.number,
            wall_start=clash.wall_start.isoformat(timespec="minutes"),
            kind=clash.kind,
            title=clash.title,
            title_starts=other.isoformat(timespec="minutes") if other else None,
        )


@strawberry.type
class EventDeed:
    """One thing that was done at one instant; `times` to how many places or lines at once."""

    what: str
    why: str | None
    at: datetime
    times: int

    @staticmethod
    def of(deed: kept.EventDeed) -> EventDeed:
        return EventDeed(what=deed.what, why=deed.why, at=deed.at, times=deed.times)


@strawberry.type
class HistoryQuery:
    @strawberry.field
    async def event_history(self, info: Info, event: strawberry.ID) -> list[EventDeed]:
        """What was done, the newest first; empty to who does not host it."""
        ask = info.context.ask(EVENTS)
        found = await history.event_history(ask, EventId(uuid_of(event)))
        return [EventDeed.of(one) for one in found]
