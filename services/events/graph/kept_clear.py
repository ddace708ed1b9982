"""Hours in which a venue is somebody else's, in the graph: for who keeps them alone."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.events.actions import keeping_clear
from services.events.graph.events import Venue
from services.events.model import kept_clear as kept
from services.events.model.ids import KeptClearId, VenueId

EVENTS = Service.EVENTS


@strawberry.type
class HoursKeptClear:
    """By the wall in England; every week to `lastOn`, or on `firstOn` alone."""

    id: strawberry.ID
    venue: Venue
    first_on: date
    weekly: bool
    last_on: date | None
    from_time: str
    until_time: str

    @staticmethod
    def of(one: kept.KeptClear) -> HoursKeptClear:
        return HoursKeptClear(
            id=strawberry.ID(str(one.id)),
            venue=Venue.of(one.venue),
            first_on=one.given.first_on,
            weekly=one.given.weekly,
            last_on=one.given.last_on,
            from_time=f"{one.given.from_wall:%H:%M}",
            until_time=f"{one.given.until_wall:%H:%M}",
        )


@strawberry.type
class DateNotClear:
    """A date to come that is too near such hours, and was published before they were known."""

    event: strawberry.ID
    title: str
    wall_start: str


@strawberry.type
class KeepingClear:
    hours: list[HoursKeptClear]
    not_clear: list[DateNotClear]
    venues: list[Venue]


@strawberry.input
class KeptClearInput:
    venue: strawberry.ID
    first_on: date
    weekly: bool
    from_time: time
    until_time: time
    last_on: date | None = None

    def given(self) -> kept.GivenKeptClear:
        return kept.GivenKeptClear(
            venue=VenueId(uuid_of(self.venue)),
            first_on=self.first_on,
            weekly=self.weekly,
            last_on=self.last_on,
            from_wall=self.from_time,
            until_wall=self.until_time,
        )


@strawberry.type
class KeptClear:
    """The hours that were written down, or ended."""

    id: strawberry.ID


KeepClearResult = Annotated[KeptClear | Refusal, strawberry.union("KeepClearResult")]
EndKeptClearResult = Annotated[KeptClear | Refusal, strawberry.union("EndKeptClearResult")]


@strawberry.type
class KeptClearQuery:
    @strawberry.field
    async def keeping_clear(self, info: Info) -> KeepingClear:
        """To admins and the safeguarding lead of an agency; empty to all others."""
        found = await keeping_clear.hours_kept_clear(info.context.ask(EVENTS))
        return KeepingClear(
            hours=[HoursKeptClear.of(one) for one in found.hours],
            not_clear=[
                DateNotClear(
                    event=strawberry.ID(str(one.event_id)),
                    title=one.title,
                    wall_start=one.wall_start.isoformat(timespec="minutes"),
                )
                for one in found.not_clear
            ],
            venues=[Venue.of(one) for one in found.venues],
        )


@strawberry.type
class KeptClearMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def keep_clear(self, info: Info, input: KeptClearInput, key: UUID) -> KeepClearResult:
        """Hours of a venue in which nothing of ours is there."""
        ask = info.context.ask(EVENTS)
        made = await once(ask, key, keeping_clear.keep_clear, given=input.given())
        return KeptClear(id=strawberry.ID(str(made)))

    @strawberry.mutation(extensions=[Refusable()])
    async def end_kept_clear(
        self, info: Info, kept_clear: strawberry.ID, key: UUID
    ) -> EndKeptClearResult:
        """The venue is free in those hours again."""
        which = KeptClearId(uuid_of(kept_clear))
        await once(info.context.ask(EVENTS), key, keeping_clear.end_kept_clear, kept=which)
        return KeptClear(id=kept_clear)
