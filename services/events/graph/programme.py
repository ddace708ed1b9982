"""What is on, and what an organiser has to keep in view."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, connection, uuid_of
from kernel.messages import Service
from services.events.actions import reading
from services.events.calendar import midnight
from services.events.graph.events import (
    Event,
    Offering,
    Sitting,
    Venue,
    event_by_id,
    offering_by_id,
    sitting_by_id,
)
from services.events.model import event as kept
from services.events.model.event import EventState, Kind
from services.events.model.ids import OfferingId
from services.events.model.programme import Wanted, WantedHosted

EVENTS = Service.EVENTS
SEARCHED_MAX = 80


@strawberry.type
class ProgrammeQuery:
    @strawberry.field
    async def programme(
        self,
        info: Info,
        kind: Kind | None = None,
        topic: str | None = None,
        town: str | None = None,
        from_: date | None = None,
        until: date | None = None,
        has_places: bool = False,
        search: str | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Event]:
        """Published and not over, the soonest first. Days are England's; `until` is not in it."""
        page = Page.of(first, after, datetime, UUID)
        wanted = Wanted(
            kind=kind,
            topic=topic,
            town=town,
            from_at=midnight(from_) if from_ else None,
            until_at=midnight(until) if until else None,
            has_places=has_places,
            search=(search or "").strip()[:SEARCHED_MAX] or None,
        )
        ask = info.context.ask(EVENTS)
        rows, total = await reading.programme(ask, wanted, after=page.after, limit=page.limit)
        return connection(page, rows, node=Event.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def programme_towns(self, info: Info) -> list[str]:
        """Where something is on: choices for the filter."""
        return list(await reading.towns(info.context.ask(EVENTS)))

    @strawberry.field
    async def hosted_events(
        self,
        info: Info,
        offering: strawberry.ID | None = None,
        state: EventState | None = None,
        kind: Kind | None = None,
        topic: str | None = None,
        town: str | None = None,
        search: str | None = None,
        from_: date | None = None,
        until: date | None = None,
        gated: bool | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Event]:
        """What the reader's agency hosts or shares, drafts of its own too; the soonest first."""
        page = Page.of(first, after, datetime, UUID)
        wanted = WantedHosted(
            offering=OfferingId(uuid_of(offering)) if offering else None,
            state=state,
            kind=kind,
            topic=topic,
            town=town,
            search=(search or "").strip()[:SEARCHED_MAX] or None,
            from_at=midnight(from_) if from_ else None,
            until_at=midnight(until) if until else None,
            gated=gated,
        )
        ask = info.context.ask(EVENTS)
        rows, total = await reading.hosted_events(ask, wanted, after=page.after, limit=page.limit)
        return connection(page, rows, node=Event.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def hosted_towns(self, info: Info) -> list[str]:
        """Where the reader's agency has run or runs something: choices for the filter."""
        return list(await reading.hosted_towns(info.context.ask(EVENTS)))

    @strawberry.field
    async def event(self, info: Info, id: strawberry.ID) -> Event | None:
        """A date or a course, whichever is booked as one."""
        return await event_by_id(info, id)

    @strawberry.field
    async def sitting(self, info: Info, id: strawberry.ID) -> Sitting | None:
        return await sitting_by_id(info, id)

    @strawberry.field
    async def offering(self, info: Info, id: strawberry.ID) -> Offering | None:
        return await offering_by_id(info, id)

    @strawberry.field
    async def offerings(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Offering]:
        """What the reader's agency offers, by name; for who plans."""
        page = Page.of(first, after, str, UUID)
        rows, total = await reading.offerings_page(
            info.context.ask(EVENTS),
            after=page.after,
            limit=page.limit,
        )
        return connection(
            page,
            rows,
            node=Offering.of,
            cursor=lambda one: (one.title, one.id),
            total_count=total,
        )

    @strawberry.field
    async def venues(self, info: Info) -> list[Venue]:
        """Those of the reader's agency; for who plans."""
        return [Venue.of(one) for one in await reading.venues(info.context.ask(EVENTS))]


def _cursor(event: kept.Event) -> tuple[datetime, UUID]:
    return event.starts_at, event.id
