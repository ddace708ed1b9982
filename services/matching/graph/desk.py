"""The coordinator's desk in the graph."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, connection
from kernel.messages import Service
from services.matching.actions import desk as reading
from services.matching.actions.request_reading import requests_page
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.places import Council
from services.matching.graph.proposals import Proposal
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.graph.runs import Run
from services.matching.model import desk as model
from services.matching.model.days import day_of
from services.matching.model.ids import RequestId
from services.matching.model.proposal import Side
from services.matching.model.request import RequestState


@strawberry.type
class CouncilSupply:
    """People ready in a council, and families that mentors who live there could still take on."""

    council: Council
    waiting: int
    free_places: int

    @classmethod
    def of(cls, seen: reading.SupplySeen) -> Self:
        supply = seen.supply
        return cls(
            council=Council.of(seen.council),
            waiting=supply.waiting,
            free_places=supply.free_places,
        )


@strawberry.type
class ToRing:
    """Somebody without a login whose answer is awaited: nothing is written to them, so ring."""

    proposal: strawberry.ID
    side: Side
    name: str | None
    open_days: int
    answer_by: datetime

    @classmethod
    def of(cls, seen: reading.ToRingSeen) -> Self:
        kept = seen.to_ring
        return cls(
            proposal=strawberry.ID(str(kept.proposal)),
            side=kept.side,
            name=kept.name,
            open_days=seen.open_days,
            answer_by=kept.answer_by,
        )


@strawberry.type
class LapsedMentor:
    """A mentor whom a check that ran out has stopped; `families` are still with them, and stay."""

    since: datetime
    families: int
    mentor_id: strawberry.Private[UUID]

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.mentor_id)

    @classmethod
    def of(cls, kept: model.LapsedMentor) -> Self:
        return cls(since=kept.since, families=kept.families, mentor_id=kept.mentor)


@strawberry.type
class LongestWait:
    days: int
    request_id: strawberry.Private[UUID]

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.request_id)


@strawberry.type
class LongWaits:
    """Ready people who wait longer than the agency's two marks; `people` count the worst too."""

    weeks: int
    people: int
    worst_weeks: int
    worst_people: int

    @classmethod
    def of(cls, counted: model.LongWaits) -> Self:
        return cls(
            weeks=counted.weeks,
            people=counted.people,
            worst_weeks=counted.worst_weeks,
            worst_people=counted.worst_people,
        )


@strawberry.type
class Desk:
    on_day: date
    ready_count: int
    checking_count: int
    asked_count: int
    lapsed_count: int
    longest_wait: LongestWait | None
    long_waits: LongWaits
    run: Run | None

    @classmethod
    def of(cls, desk: model.Desk) -> Self:
        counts = desk.counts
        longest = None
        if counts.longest_wait and counts.longest_wait_since:
            days = (desk.on_day - day_of(counts.longest_wait_since)).days
            longest = LongestWait(days=days, request_id=counts.longest_wait)
        return cls(
            on_day=desk.on_day,
            ready_count=counts.ready,
            checking_count=counts.checking,
            asked_count=counts.asked,
            lapsed_count=counts.lapsed,
            longest_wait=longest,
            long_waits=LongWaits.of(counts.long_waits),
            run=Run.of(desk.run) if desk.run else None,
        )

    @strawberry.field
    async def suggestions(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Proposal]:
        """What may still be read, changed and sent, in the order of waiting."""
        page = Page.of(first, after, int)
        rows, total = await reading.suggestions(
            info.context.ask(Service.MATCHING),
            after=page.after[0] if page.after else 0,
            limit=page.limit,
        )
        return connection(
            page,
            rows,
            node=Proposal.of,
            cursor=lambda row: (row.place_in_run,),
            total_count=total,
        )

    @strawberry.field
    async def sent(self, info: Info, first: int = 20) -> list[Proposal]:
        """Sent and waiting for an answer, the nearest last day first."""
        page = Page.of(first, None)
        rows = await reading.sent(info.context.ask(Service.MATCHING), limit=page.first)
        return [Proposal.of(each) for each in rows]

    @strawberry.field
    async def to_ring(self, info: Info, first: int = 20) -> list[ToRing]:
        """Who is to be rung about a proposal, the nearest last day first."""
        page = Page.of(first, None)
        found = await reading.to_ring(info.context.ask(Service.MATCHING), limit=page.first)
        return [ToRing.of(each) for each in found]

    @strawberry.field
    async def lapsed_mentors(self, info: Info, first: int = 20) -> list[LapsedMentor]:
        """Mentors whom a check that ran out has stopped, the newest first."""
        page = Page.of(first, None)
        found = await reading.lapsed(info.context.ask(Service.MATCHING), limit=page.first)
        return [LapsedMentor.of(each) for each in found]

    @strawberry.field
    async def waiting(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[SupportRequest]:
        """The ready requests, the longest wait first."""
        page = Page.of(first, after, datetime, RequestId)
        rows, total = await requests_page(
            info.context.ask(Service.MATCHING),
            search=None,
            state=RequestState.READY,
            after=page.after,
            limit=page.limit,
        )
        return connection(
            page,
            rows,
            node=SupportRequest.of,
            cursor=lambda seen: (seen.request.asked_at, seen.request.id),
            total_count=total,
        )

    @strawberry.field
    async def supply(self, info: Info) -> list[CouncilSupply]:
        """Where people wait and where mentors have room, by council."""
        found = await reading.supply(info.context.ask(Service.MATCHING))
        return [CouncilSupply.of(each) for each in found]


@strawberry.type
class DeskQuery:
    @strawberry.field
    async def desk(self, info: Info) -> Desk | None:
        """The asker's agency today. Null for who does not work with pairs."""
        found = await reading.desk(info.context.ask(Service.MATCHING))
        return Desk.of(found) if found else None
