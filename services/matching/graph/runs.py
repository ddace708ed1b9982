"""Runs in the graph: their figures, their proposals, and who was left out and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import desk as reading
from services.matching.actions import reckonings, why_not
from services.matching.actions import runs as actions
from services.matching.graph.reasons import Alternative
from services.matching.graph.reckonings import Reckoning
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.graph.why_not import WhyNot
from services.matching.model import run as model
from services.matching.model.ids import MentorId, RequestId, RunId
from services.matching.model.run import Result, RunState
from services.matching.model.snapshot import FirstAim

if TYPE_CHECKING:
    from services.matching.graph.proposals import Proposal

LazyProposal = Annotated["Proposal", strawberry.lazy("services.matching.graph.proposals")]


@strawberry.type
class LeftOut:
    """Somebody whom a run did not match: why, and what would help."""

    waiting_days: int
    sentence: str
    would_help: list[str]
    left: strawberry.Private[model.LeftOut]

    @classmethod
    def of(cls, left: model.LeftOut, days: int) -> Self:
        return cls(
            waiting_days=days,
            sentence=left.sentence,
            would_help=list(left.would_help),
            left=left,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        """Null once the request has left the asker's sight."""
        return await request_by_id(info, self.left.request_id)

    @strawberry.field
    def nearest(self) -> list[Alternative]:
        """The nearest mentors, and what stood in the way of each."""
        return [Alternative.of(each) for each in self.left.nearest]


@strawberry.type
class Run:
    """One run of the engine. Figures of the answer are null until it is done."""

    id: strawberry.ID
    number: int
    state: RunState
    asked_at: datetime
    finished_at: datetime | None
    afresh: bool
    first_aim: FirstAim
    step: str
    steps: list[str]
    steps_done: int
    step_done: int
    step_of: int
    waiting: int
    mentors: int
    matched: int | None
    gap: int | None
    result: Result | None
    possible_pairs: int | None
    considered_pairs: int | None
    best_score_would_match: int | None
    longest_wait_days: int | None
    longest_wait_left_days: int | None
    fault: str | None

    @classmethod
    def of(cls, run: model.RunRecord) -> Self:
        return cls(
            id=strawberry.ID(str(run.id)),
            number=run.number,
            state=run.state,
            asked_at=run.asked_at,
            finished_at=run.finished_at,
            afresh=run.afresh,
            first_aim=run.first_aim,
            step=run.step,
            steps=list(actions.STEPS.values()),
            steps_done=run.steps_done,
            step_done=run.step_done,
            step_of=run.step_of,
            waiting=run.waiting,
            mentors=run.mentors,
            matched=run.matched,
            gap=run.gap,
            result=run.result,
            possible_pairs=run.possible_pairs,
            considered_pairs=run.considered_pairs,
            best_score_would_match=run.best_score_would_match,
            longest_wait_days=run.longest_wait_days,
            longest_wait_left_days=run.longest_wait_left_days,
            fault=run.fault,
        )

    @strawberry.field
    def proved(self) -> bool:
        """No other choice of pairs would be better."""
        return self.gap == 0

    @strawberry.field
    async def stopped_by(self, info: Info) -> str | None:
        """The colleague who stopped it, by name."""
        if self.state is not RunState.CANCELLED:
            return None
        ask = info.context.ask(Service.MATCHING)
        return await actions.stopped_by(ask, RunId(UUID(self.id)))

    @strawberry.field
    async def proposals(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[LazyProposal]:
        """What this run suggested and still stands or was sent, in the order of waiting."""
        from services.matching.graph.proposals import Proposal  # noqa: PLC0415 - they name each other

        page = Page.of(first, after, int)
        rows, total = await reading.proposals_of_run(
            info.context.ask(Service.MATCHING),
            RunId(UUID(self.id)),
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
    async def left_out(self, info: Info) -> list[LeftOut]:
        """Who was not matched, the longest wait first."""
        ask = info.context.ask(Service.MATCHING)
        found = await reading.left_out(ask, RunId(UUID(self.id)))
        return [LeftOut.of(left, days) for left, days in found]

    @strawberry.field
    async def reckoning(self, info: Info) -> Reckoning | None:
        """What each aim cost, both ways of choosing, fairness, where help is short. Null until it
        is done.
        """
        seen = await reckonings.reckoning(info.context.ask(Service.MATCHING), RunId(UUID(self.id)))
        return Reckoning.of(seen) if seen else None

    @strawberry.field
    async def why_not(
        self, info: Info, request: strawberry.ID, mentor: strawberry.ID
    ) -> WhyNot | None:
        """Why this mentor is not with that family in this run. Null for who may not see them."""
        told = await why_not.why_not(
            info.context.ask(Service.MATCHING),
            RunId(UUID(self.id)),
            request=RequestId(uuid_of(request)),
            mentor=MentorId(uuid_of(mentor)),
        )
        return WhyNot.of(told) if told else None


StartRunResult = Annotated[Run | Refusal, strawberry.union("StartRunResult")]
CancelRunResult = Annotated[Run | Refusal, strawberry.union("CancelRunResult")]


@strawberry.type
class RunQuery:
    @strawberry.field
    async def runs(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Run]:
        """The agency's runs, newest first."""
        page = Page.of(first, after, int)
        rows, total = await reading.runs(
            info.context.ask(Service.MATCHING),
            before=page.after[0] if page.after else None,
            limit=page.limit,
        )
        return connection(
            page, rows, node=Run.of, cursor=lambda row: (row.number,), total_count=total
        )

    @strawberry.field
    async def run(self, info: Info, id: strawberry.ID) -> Run | None:
        ask = info.context.ask(Service.MATCHING)
        found = await reading.run(ask, RunId(uuid_of(id)))
        return Run.of(found) if found else None


@strawberry.type
class RunMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def start_run(
        self,
        info: Info,
        key: UUID,
        afresh: bool = False,
        first_aim: FirstAim = FirstAim.PEOPLE,
    ) -> StartRunResult:
        """Match those who are ready. What is suggested and not sent stays, unless `afresh`. Most
        people matched is what it goes for first, or the best score.

        Refused while a run is at work. The same key twice answers once.
        """
        ask = info.context.ask(Service.MATCHING)
        started = await once(ask, key, actions.start_run, afresh=afresh, first_aim=first_aim)
        return await _again(info, started)

    @strawberry.mutation(extensions=[Refusable()])
    async def cancel_run(self, info: Info, key: UUID, id: strawberry.ID) -> CancelRunResult:
        """Stop a run that has not come to its end: nothing of it is kept. Refused once it has."""
        ask = info.context.ask(Service.MATCHING)
        return await _again(info, await once(ask, key, actions.cancel_run, run=RunId(uuid_of(id))))


async def _again(info: Info, run: RunId) -> Run:
    found = await reading.run(info.context.ask(Service.MATCHING), run)
    assert found is not None, "who changed a run sees it"
    return Run.of(found)
