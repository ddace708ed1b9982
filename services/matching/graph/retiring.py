"""A mentor who is going to leave, in the graph: each family, whom next, and the call."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import hand_over_calls as calls
from services.matching.actions import retiring as actions
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.reasons import Alternative, Criterion
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.model import retirement as model
from services.matching.model import run as run_model
from services.matching.model.ids import MentorId, MentoringId
from services.matching.model.proposal import MentoringState
from services.matching.model.retirement import CallOutcome
from services.matching.rules.explain import fit_word

if TYPE_CHECKING:
    from services.matching.graph.proposals import Proposal

LazyProposal = Annotated["Proposal", strawberry.lazy("services.matching.graph.proposals")]
MATCHING = Service.MATCHING


@strawberry.type
class NextMentor:
    """Whom the engine would propose to a family next, beside all that stands, and why."""

    points: int
    quality: int
    fit_word: str
    criteria: list[Criterion]
    alternatives: list[Alternative]
    found: strawberry.Private[run_model.Explained]

    @classmethod
    def of(cls, found: run_model.Explained) -> Self:
        return cls(
            points=found.fit.points,
            quality=found.fit.quality,
            fit_word=fit_word(found.fit),
            criteria=[Criterion.of(each) for each in found.fit.criteria],
            alternatives=[Alternative.of(each) for each in found.alternatives],
            found=found,
        )

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.found.fit.mentor_id)


@strawberry.type
class HandOver:
    """One family of the mentor's, and where its hand-over is."""

    mentoring_id: strawberry.ID
    state: MentoringState
    since: date
    call_on: date | None
    call_outcome: CallOutcome | None
    next: NextMentor | None
    why_nobody: str | None
    would_help: list[str]
    row: strawberry.Private[model.HandOver]

    @classmethod
    def of(cls, one: model.HandOver) -> Self:
        call, nobody = one.call, one.nobody
        return cls(
            mentoring_id=strawberry.ID(str(one.mentoring.id)),
            state=one.mentoring.state,
            since=one.mentoring.since.date(),
            call_on=call.call_on if call else None,
            call_outcome=call.outcome if call else None,
            next=NextMentor.of(one.found) if one.found else None,
            why_nobody=nobody.sentence if nobody else None,
            would_help=list(nobody.would_help) if nobody else [],
            row=one,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest | None:
        return await request_by_id(info, self.row.mentoring.request_id)

    @strawberry.field
    async def proposal(self, info: Info) -> LazyProposal | None:
        """The new pairing, waiting to be read, sent or answered."""
        from services.matching.graph.proposals import Proposal  # noqa: PLC0415 - they name each other

        return Proposal.of(self.row.proposal) if self.row.proposal else None

    @strawberry.field
    async def successor(self, info: Info) -> Mentor | None:
        """The new mentor, once both sides have said yes."""
        new = self.row.successor
        return await mentor_by_id(info, new.mentor_id) if new else None


@strawberry.type
class Retirement:
    """What a mentor's leaving changes. `lastOn` is null while it is not planned."""

    last_on: date | None
    hand_overs: list[HandOver]
    changes: int
    untouched: int
    to_take_back: int
    all_over: bool
    mentor_id: strawberry.Private[MentorId]

    @classmethod
    def of(cls, one: model.Retirement) -> Self:
        return cls(
            last_on=one.planned.last_on if one.planned else None,
            hand_overs=[HandOver.of(each) for each in one.hand_overs],
            changes=one.changes,
            untouched=one.untouched,
            to_take_back=one.to_take_back,
            all_over=one.all_over,
            mentor_id=one.mentor_id,
        )

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return await mentor_by_id(info, self.mentor_id)


PlanRetirementResult = Annotated[Retirement | Refusal, strawberry.union("PlanRetirementResult")]
CallOffRetirementResult = Annotated[
    Retirement | Refusal, strawberry.union("CallOffRetirementResult")
]
ProposeHandOversResult = Annotated[Retirement | Refusal, strawberry.union("ProposeHandOversResult")]
BookHandOverCallResult = Annotated[Retirement | Refusal, strawberry.union("BookHandOverCallResult")]
NoteHandOverCallResult = Annotated[Retirement | Refusal, strawberry.union("NoteHandOverCallResult")]
PartWithoutSuccessorResult = Annotated[
    Retirement | Refusal, strawberry.union("PartWithoutSuccessorResult")
]


@strawberry.type
class RetiringQuery:
    @strawberry.field
    async def retirement(self, info: Info, mentor: strawberry.ID) -> Retirement | None:
        """What the mentor's leaving would change, or has; to staff who keep the register."""
        found = await actions.retirement(info.context.ask(MATCHING), MentorId(uuid_of(mentor)))
        return Retirement.of(found) if found else None


@strawberry.type
class RetiringMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def plan_retirement(
        self, info: Info, key: UUID, mentor: strawberry.ID, last_on: date
    ) -> PlanRetirementResult:
        """Set the mentor's last day. Nobody new is proposed to them from now on."""
        who = MentorId(uuid_of(mentor))
        ask = info.context.ask(MATCHING)
        await once(ask, key, actions.plan_retirement, mentor=who, last_on=last_on)
        return await _again(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def call_off_retirement(
        self, info: Info, key: UUID, mentor: strawberry.ID
    ) -> CallOffRetirementResult:
        """The mentor stays after all; families that nobody new has said yes to stay with them."""
        who = MentorId(uuid_of(mentor))
        await once(info.context.ask(MATCHING), key, actions.call_off_retirement, mentor=who)
        return await _again(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def propose_hand_overs(
        self, info: Info, key: UUID, mentor: strawberry.ID
    ) -> ProposeHandOversResult:
        """Suggest a new mentor for each family: read and sent like any other suggestion."""
        who = MentorId(uuid_of(mentor))
        await once(info.context.ask(MATCHING), key, actions.propose_hand_overs, mentor=who)
        return await _again(info, who)

    @strawberry.mutation(extensions=[Refusable()])
    async def book_hand_over_call(
        self, info: Info, key: UUID, mentoring: strawberry.ID, on: date
    ) -> BookHandOverCallResult:
        """Set the day of the call, and tell those who are on it."""
        which = MentoringId(uuid_of(mentoring))
        ask = info.context.ask(MATCHING)
        await once(ask, key, calls.book_hand_over_call, mentoring=which, on=on)
        return await _of_mentoring(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def note_hand_over_call(
        self, info: Info, key: UUID, mentoring: strawberry.ID, outcome: CallOutcome
    ) -> NoteHandOverCallResult:
        """Write down how the call went, which closes the old mentoring."""
        which = MentoringId(uuid_of(mentoring))
        ask = info.context.ask(MATCHING)
        await once(ask, key, calls.note_hand_over_call, mentoring=which, outcome=outcome)
        return await _of_mentoring(info, which)

    @strawberry.mutation(extensions=[Refusable()])
    async def part_without_successor(
        self, info: Info, key: UUID, mentoring: strawberry.ID, waits_on: bool, reason: str
    ) -> PartWithoutSuccessorResult:
        """End a mentoring although nobody new has said yes; the family waits on, or needs none."""
        which = MentoringId(uuid_of(mentoring))
        ask = info.context.ask(MATCHING)
        await once(
            ask,
            key,
            calls.part_without_successor,
            mentoring=which,
            waits_on=waits_on,
            reason=reason,
        )
        return await _of_mentoring(info, which)


async def _of_mentoring(info: Info, mentoring: MentoringId) -> Retirement:
    mentor = await calls.mentor_of(info.context.ask(MATCHING), mentoring)
    assert mentor is not None, "who changed a mentoring sees it"
    return await _again(info, mentor)


async def _again(info: Info, mentor: MentorId) -> Retirement:
    found = await actions.retirement(info.context.ask(MATCHING), mentor)
    assert found is not None, "who changed it sees it"
    return Retirement.of(found)
