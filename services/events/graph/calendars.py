"""Calendars in the graph: a private one by its address, and the list that anybody may read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection
from kernel.messages import Service
from kernel.once import once
from services.events.actions import calendars
from services.events.model import calendars as kept
from services.events.model.event import Kind

EVENTS = Service.EVENTS


@strawberry.type
class CalendarLink:
    """That the reader has a private calendar address. The address cannot be read again."""

    made_at: datetime
    ends_at: datetime

    @staticmethod
    def of(link: kept.CalendarLink) -> CalendarLink:
        return CalendarLink(made_at=link.made_at, ends_at=link.ends_at)


@strawberry.type
class CalendarOpened:
    """The secret part of a new address, which nobody can read again: hand it over now."""

    secret: str
    ends_at: datetime


@strawberry.type
class CalendarClosed:
    """Nothing is left to see at the address."""

    closed: bool = True


@strawberry.type
class CalendarSlot:
    """One date of a private calendar: a time, and no word of what for."""

    id: strawberry.ID
    starts_at: datetime
    ends_at: datetime
    is_off: bool
    sequence: int

    @staticmethod
    def of(slot: kept.Slot) -> CalendarSlot:
        return CalendarSlot(
            id=strawberry.ID(str(slot.sitting_id)),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            is_off=slot.is_off,
            sequence=slot.sequence,
        )


@strawberry.type
class PublicEvent:
    """An event as anybody may see it: the town, and no place nearer than that."""

    id: strawberry.ID
    agency: str
    kind: Kind
    title: str
    summary: str
    town: str
    is_online: bool
    starts_at: datetime
    ends_at: datetime
    provider: str | None
    link: str | None

    @staticmethod
    def of(one: kept.PublicEvent) -> PublicEvent:
        return PublicEvent(
            id=strawberry.ID(str(one.id)),
            agency=one.agency,
            kind=one.kind,
            title=one.title,
            summary=one.summary,
            town=one.town,
            is_online=one.is_online,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            provider=one.provider,
            link=one.link,
        )


OpenCalendarResult = Annotated[CalendarOpened | Refusal, strawberry.union("OpenCalendarResult")]
CloseCalendarResult = Annotated[CalendarClosed | Refusal, strawberry.union("CloseCalendarResult")]


@strawberry.type
class CalendarQuery:
    @strawberry.field
    async def my_calendar(self, info: Info) -> CalendarLink | None:
        found = await calendars.my_calendar(info.context.ask(EVENTS))
        return CalendarLink.of(found) if found else None

    @strawberry.field
    async def calendar(self, info: Info, secret: str) -> list[CalendarSlot] | None:
        """What a private address shows, to whoever has it; null where it opens nothing."""
        found = await calendars.slots_of(info.context.ask(EVENTS), secret)
        return None if found is None else [CalendarSlot.of(slot) for slot in found]

    @strawberry.field
    async def public_programme(
        self, info: Info, agency: str | None = None, first: int = 20, after: str | None = None
    ) -> Connection[PublicEvent]:
        """What organisers show to everybody, the soonest first; without sign-in."""
        page = Page.of(first, after, datetime, UUID)
        rows, total = await calendars.public_programme(
            info.context.ask(EVENTS),
            agency,
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=PublicEvent.of, cursor=_cursor, total_count=total)


@strawberry.type
class CalendarMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def open_calendar(self, info: Info, key: UUID) -> OpenCalendarResult:
        """A private address for one's bookings; one that was there opens nothing any more.

        Sent again with the same key it gives a fresh address, since the first is kept nowhere.
        """
        ask = info.context.ask(EVENTS)
        await once(ask, key, calendars.open_calendar)
        secret = await calendars.give_address(ask)
        link = await calendars.my_calendar(ask)
        assert link is not None, "opened a moment ago"
        return CalendarOpened(secret=secret, ends_at=link.ends_at)

    @strawberry.mutation(extensions=[Refusable()])
    async def close_calendar(self, info: Info, key: UUID) -> CloseCalendarResult:
        """The address shows nothing from now on."""
        await once(info.context.ask(EVENTS), key, calendars.close_calendar)
        return CalendarClosed()


def _cursor(one: kept.PublicEvent) -> tuple[datetime, UUID]:
    return one.starts_at, one.id
