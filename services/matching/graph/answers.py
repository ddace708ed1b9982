"""What each side sees of a proposal, and its answer: a card, never the proposal itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import answers as actions
from services.matching.actions import mentorings as reading
from services.matching.graph.proposals import Proposal, proposal_after
from services.matching.model.card import Answer, CardState
from services.matching.model.days import day_of, last_day_to_answer
from services.matching.model.ids import ProposalId
from services.matching.model.proposal import MentoringState, Side


@strawberry.type
class ProposalToAnswer:
    """One side's card: short facts, the last day to answer, and one's own answer.

    `names` are the first names of the other side's adults, only once both have said yes.
    """

    id: strawberry.ID
    side: Side
    state: CardState
    sent_on: date
    answer_by: date
    they: list[str]
    topics: list[str]
    times: str
    why: str
    your_answer: Answer | None
    answered_at: datetime | None
    names: list[str]

    @classmethod
    def of(cls, read: reading.CardToRead) -> Self:
        card = read.card
        return cls(
            id=strawberry.ID(str(card.proposal_id)),
            side=card.side,
            state=read.state,
            sent_on=day_of(card.sent_at),
            answer_by=last_day_to_answer(card.answer_by),
            they=list(card.words.they),
            topics=list(card.words.topics),
            times=card.words.times,
            why=card.words.why,
            your_answer=card.answer,
            answered_at=card.answered_at,
            names=list(read.names),
        )


@strawberry.type
class MyMentoring:
    """A mentoring of the reader's own: the other side by first names."""

    id: strawberry.ID
    side: Side
    state: MentoringState
    since: datetime
    names: list[str]

    @classmethod
    def of(cls, mine: reading.MyMentoring) -> Self:
        return cls(
            id=strawberry.ID(str(mine.mentoring.id)),
            side=mine.side,
            state=mine.mentoring.state,
            since=mine.mentoring.since,
            names=list(mine.names),
        )


AnswerProposalForResult = Annotated[Proposal | Refusal, strawberry.union("AnswerProposalForResult")]
AnswerProposalResult = Annotated[
    ProposalToAnswer | Refusal, strawberry.union("AnswerProposalResult")
]


@strawberry.type
class AnswerQuery:
    @strawberry.field
    async def proposals_to_answer(self, info: Info) -> list[ProposalToAnswer]:
        """The reader's own cards, newest first; for staff there are none."""
        found = await reading.my_cards(info.context.ask(Service.MATCHING))
        return [ProposalToAnswer.of(each) for each in found]

    @strawberry.field
    async def proposal_to_answer(self, info: Info, id: strawberry.ID) -> ProposalToAnswer | None:
        ask = info.context.ask(Service.MATCHING)
        found = await reading.my_card(ask, ProposalId(uuid_of(id)))
        return ProposalToAnswer.of(found) if found else None

    @strawberry.field
    async def my_mentorings(self, info: Info) -> list[MyMentoring]:
        found = await reading.my_mentorings(info.context.ask(Service.MATCHING))
        return [MyMentoring.of(each) for each in found]


@strawberry.type
class AnswerMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def answer_proposal(
        self, info: Info, key: UUID, id: strawberry.ID, answer: Answer
    ) -> AnswerProposalResult:
        """Say yes or no for your side. A no is silent; names appear when both have said yes.

        Refused after the last day, and when you have answered otherwise before.
        """
        given = await once(
            info.context.ask(Service.MATCHING),
            key,
            actions.answer_proposal,
            proposal=ProposalId(uuid_of(id)),
            answer=answer,
        )
        found = await reading.my_card(info.context.ask(Service.MATCHING), given)
        assert found is not None, "who answered a card sees it"
        return ProposalToAnswer.of(found)

    @strawberry.mutation(extensions=[Refusable()])
    async def answer_proposal_for(
        self,
        info: Info,
        key: UUID,
        id: strawberry.ID,
        side: Side,
        answer: Answer,
        how: str,
    ) -> AnswerProposalForResult:
        """Write down what a mentor or a family said by phone. The audit names both of you."""
        given = await once(
            info.context.ask(Service.MATCHING),
            key,
            actions.answer_proposal_for,
            proposal=ProposalId(uuid_of(id)),
            side=side,
            answer=answer,
            how=how,
        )
        return await proposal_after(info, given)
