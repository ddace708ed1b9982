"""The front door as the graph shows it: desks, when they are open, and who is to be rung back."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

import strawberry

import services.events.graph.words  # noqa: F401 - makes the enums
from kernel.graph import (
    BadInput,
    Connection,
    Info,
    Page,
    Refusable,
    Refusal,
    connection,
    uuid_of,
)
from kernel.messages import Service
from kernel.once import once
from services.events.actions import desks
from services.events.model import desks as kept
from services.events.model.desks import BestTime, CallBackId, CallBackState, GivenCallBack
from services.events.model.eligibility import ServiceKind
from services.events.states.call_backs import CallBackMove

EVENTS = Service.EVENTS


@strawberry.type
class DeskHours:
    """One weekday's opening hours (Monday is 1), times on the wall in England such as 08:30."""

    weekday: int
    opens: str
    closes: str


@strawberry.type
class DeskSignpost:
    """Somebody else who helps; a website without its scheme."""

    name: str
    website: str


@strawberry.type
class FrontDesk:
    """Whom families ring. Bank holidays of England are closed.

    `closes_at` is set while it is open, `opens_at` while it is closed; neither where nobody has
    told us the hours. `reply_days` are counted on the `reply_weekdays` alone.
    """

    code: str
    agency: str
    name: str
    website: str
    telephone: str
    email: str
    hours: list[DeskHours]
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    reply_weekdays: list[int]
    reply_days: int
    signposts: list[DeskSignpost]
    version: int

    @staticmethod
    def of(seen: desks.DeskSeen) -> FrontDesk:
        desk, stands = seen.desk, seen.openness
        return FrontDesk(
            code=desk.code,
            agency=desk.agency,
            name=desk.name,
            website=desk.website,
            telephone=desk.telephone,
            email=desk.email,
            hours=[
                DeskHours(
                    weekday=one.weekday, opens=f"{one.opens:%H:%M}", closes=f"{one.closes:%H:%M}"
                )
                for one in desk.hours
            ],
            is_open=stands.is_open,
            closes_at=stands.closes_at,
            opens_at=stands.opens_at,
            reply_weekdays=sorted(desk.reply_weekdays),
            reply_days=desk.reply_days,
            signposts=[DeskSignpost(name=one.name, website=one.website) for one in desk.signposts],
            version=desk.version,
        )


@strawberry.type
class CallBack:
    """A request to be rung. `telephone` is there only for another agency's family, until rung;
    `reference` only for one's own.
    """

    id: strawberry.ID
    reference: str
    family_agency: str
    service: ServiceKind | None
    words: str
    best_time: BestTime
    telephone: str | None
    asked_at: datetime
    due_on: date
    state: CallBackState
    missed: bool = strawberry.field(
        description="They were not there twice in a row; nobody has asked for the call."
    )
    row: strawberry.Private[kept.CallBack]

    @strawberry.field
    async def desk(self, info: Info) -> FrontDesk:
        return await desk_of(info, self.row.desk)

    @staticmethod
    def of(one: kept.CallBack) -> CallBack:
        return CallBack(
            id=strawberry.ID(str(one.id)),
            reference=one.reference,
            family_agency=one.family_agency,
            service=ServiceKind(one.service) if one.service else None,
            words=one.words,
            best_time=one.best_time,
            telephone=one.telephone,
            asked_at=one.asked_at,
            due_on=one.due_on,
            state=one.state,
            missed=one.missed,
            row=one,
        )


async def desk_of(info: Info, code: str) -> FrontDesk:
    found = await info.context.load(EVENTS, desks.desks_by_code, code)
    assert found is not None, "what names a desk names one that is there"
    return FrontDesk.of(found)


@strawberry.input
class DeskHoursInput:
    weekday: int
    opens: str
    closes: str

    def given(self) -> kept.DayHours:
        try:
            opens, closes = time.fromisoformat(self.opens), time.fromisoformat(self.closes)
        except ValueError:
            raise BadInput("A time is written like 08:30.") from None
        return kept.DayHours(self.weekday, opens, closes)


@strawberry.input
class FrontDeskInput:
    """A website is written without its scheme. Weekdays count from Monday, which is 1."""

    website: str
    telephone: str
    email: str
    hours: list[DeskHoursInput]
    reply_weekdays: list[int]
    reply_days: int

    def given(self) -> desks.GivenDesk:
        return desks.GivenDesk(
            website=self.website,
            telephone=self.telephone,
            email=self.email,
            hours=tuple(one.given() for one in self.hours),
            reply_weekdays=frozenset(self.reply_weekdays),
            reply_days=self.reply_days,
        )


@strawberry.input
class CallBackInput:
    """`telephone` only where another agency than the family's own is to ring."""

    desk: str
    service: ServiceKind | None = None
    words: str = ""
    best_time: BestTime = BestTime.ANY
    telephone: str = ""

    def given(self) -> GivenCallBack:
        return GivenCallBack(
            desk=self.desk,
            service=self.service,
            words=self.words,
            best_time=self.best_time,
            telephone=self.telephone,
        )


ChangeFrontDeskResult = Annotated[FrontDesk | Refusal, strawberry.union("ChangeFrontDeskResult")]
AskToBeRungResult = Annotated[CallBack | Refusal, strawberry.union("AskToBeRungResult")]
MoveCallBackResult = Annotated[CallBack | Refusal, strawberry.union("MoveCallBackResult")]


@strawberry.type
class DeskQuery:
    @strawberry.field
    async def front_desks(self, info: Info) -> list[FrontDesk]:
        """Every desk in England, by name. Anybody may ask, signed in or not."""
        return [FrontDesk.of(seen) for seen in await desks.front_desks(info.context.ask(EVENTS))]

    @strawberry.field
    async def my_front_desks(self, info: Info) -> list[FrontDesk]:
        """Whom the reader's own family rings today; empty to those without one."""
        household = info.context.actor.household
        if household is None:
            return []
        found = await info.context.load(EVENTS, desks.desks_of_family, household)
        return [FrontDesk.of(seen) for seen in found or []]

    @strawberry.field
    async def call_backs(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[CallBack]:
        """Who is still to be rung by the reader's agency, the soonest due first."""
        page = Page.of(first, after, date, datetime, UUID)
        rows, total = await desks.call_backs_page(
            info.context.ask(EVENTS), after=page.after, limit=page.limit
        )
        return connection(page, rows, node=CallBack.of, cursor=_due, total_count=total)

    @strawberry.field
    async def my_call_backs(self, info: Info) -> list[CallBack]:
        """What the reader's own family asked for, the newest first."""
        household = info.context.actor.household
        if household is None:
            return []
        found = await info.context.load(EVENTS, desks.call_backs_of, household)
        return [CallBack.of(one) for one in found or []]


@strawberry.type
class DeskMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def change_front_desk(
        self, info: Info, code: str, version: int, input: FrontDeskInput, key: UUID
    ) -> ChangeFrontDeskResult:
        """Write the hours and the contacts of a desk anew; for its agency's admin."""
        ask = info.context.ask(EVENTS)
        await once(ask, key, desks.change_desk, code=code, version=version, given=input.given())
        info.context.forget()
        return await desk_of(info, code)

    @strawberry.mutation(extensions=[Refusable()])
    async def ask_to_be_rung(
        self, info: Info, input: CallBackInput, key: UUID, family: strawberry.ID | None = None
    ) -> AskToBeRungResult:
        """Ask a desk to ring one's own family, or (staff, for somebody who rang) one of theirs."""
        ask = info.context.ask(EVENTS)
        whom = whose(info, family)
        added = await once(ask, key, desks.ask_to_be_rung, family=whom, given=input.given())
        return await _call_back(info, added)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_call_back(
        self, info: Info, id: strawberry.ID, move: CallBackMove, key: UUID
    ) -> MoveCallBackResult:
        """Rung or not reached, by the desk; taken back, by the family."""
        ask = info.context.ask(EVENTS)
        call_back = CallBackId(uuid_of(id))
        await once(ask, key, desks.move_call_back, call_back=call_back, move=move)
        return await _call_back(info, call_back)


def whose(info: Info, family: strawberry.ID | None) -> UUID:
    """The family asked about: the reader's own unless one is named; for none, an id of nothing."""
    return uuid_of(family) if family else info.context.actor.household or UUID(int=0)


async def _call_back(info: Info, id: UUID) -> CallBack:
    info.context.forget()
    found = await info.context.load(EVENTS, desks.call_backs_by_id, id)
    assert found is not None, "what was changed a moment ago is there"
    return CallBack.of(found)


def _due(one: kept.CallBack) -> tuple[date, datetime, UUID]:
    return (one.due_on, one.asked_at, one.id)
