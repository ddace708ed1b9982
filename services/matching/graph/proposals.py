"""Proposals in the graph, as staff read them: why, what else, what would change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Info, Refusable, Refusal, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import desk as reading
from services.matching.actions import pair_rules
from services.matching.actions import proposals as actions
from services.matching.graph.loading import load
from services.matching.graph.mentors import Mentor, mentor_by_id
from services.matching.graph.reasons import Alternative, Criterion, Must
from services.matching.graph.requests import SupportRequest, request_by_id
from services.matching.graph.runs import Run
from services.matching.model import proposal as model
from services.matching.model.days import last_day_to_answer
from services.matching.model.ids import MentorId, ProposalId
from services.matching.model.proposal import ProposalState
from services.matching.rules.explain import fit_word


@strawberry.type
class Proposal:
    """One mentor for one request. Names of people are the agency's own to see."""

    id: strawberry.ID
    state: ProposalState
    points: int
    quality: int
    fit_word: str
    place_in_run: int
    read_at: datetime | None
    sent_at: datetime | None
    answer_by: date | None
    override_reason: str | None
    ended_because: str | None
    held_back_because: str | None
    criteria: list[Criterion]
    musts: list[Must]
    alternatives: list[Alternative]
    would_change: list[str]
    held: strawberry.Private[model.Proposal]

    @classmethod
    def of(cls, held: model.Proposal) -> Self:
        explained = held.explained
        return cls(
            id=strawberry.ID(str(held.id)),
            state=held.state,
            points=held.points,
            quality=explained.fit.quality,
            fit_word=fit_word(explained.fit),
            place_in_run=held.place_in_run,
            read_at=held.read_at,
            sent_at=held.sent_at,
            answer_by=last_day_to_answer(held.answer_by) if held.answer_by else None,
            override_reason=held.override_reason,
            ended_because=held.ended_because,
            held_back_because=held.held_back_because,
            criteria=[Criterion.of(each) for each in explained.fit.criteria],
            musts=[Must.of(code, sentence) for code, sentence in explained.musts],
            alternatives=[Alternative.of(each) for each in explained.alternatives],
            would_change=list(explained.would_change),
            held=held,
        )

    @strawberry.field
    async def request(self, info: Info) -> SupportRequest:
        found = await request_by_id(info, self.held.request_id)
        assert found is not None, "who sees a proposal sees its request"
        return found

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor:
        found = await mentor_by_id(info, self.held.mentor_id)
        assert found is not None, "who sees a proposal sees its mentor"
        return found

    @strawberry.field
    async def run(self, info: Info) -> Run:
        found = await load(info, reading.runs_by_ids, self.held.run_id)
        assert found is not None, "a proposal is of a run"
        return Run.of(found)

    @strawberry.field
    async def pinned(self, info: Info) -> bool:
        """A person keeps this pair together."""
        mentor = await load(info, reading.pins, self.held.request_id)
        return mentor == self.held.mentor_id


@strawberry.type
class SentProposals:
    """Those that went out, and those held back with the reason of each."""

    sent: list[Proposal]
    held_back: list[Proposal]


ReadProposalResult = Annotated[Proposal | Refusal, strawberry.union("ReadProposalResult")]
SendProposalsResult = Annotated[SentProposals | Refusal, strawberry.union("SendProposalsResult")]
ChooseAnotherResult = Annotated[Proposal | Refusal, strawberry.union("ChooseAnotherResult")]
WithdrawProposalResult = Annotated[Proposal | Refusal, strawberry.union("WithdrawProposalResult")]


@strawberry.type
class ProposalQuery:
    @strawberry.field
    async def proposal(self, info: Info, id: strawberry.ID) -> Proposal | None:
        ask = info.context.ask(Service.MATCHING)
        found = await reading.proposal(ask, ProposalId(uuid_of(id)))
        return Proposal.of(found) if found else None


@strawberry.type
class ProposalMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def read_proposal(self, info: Info, key: UUID, id: strawberry.ID) -> ReadProposalResult:
        """Say that you have read why: only what has been read can be sent."""
        ask = info.context.ask(Service.MATCHING)
        proposal = ProposalId(uuid_of(id))
        return await proposal_after(
            info, await once(ask, key, actions.read_proposal, proposal=proposal)
        )

    @strawberry.mutation(extensions=[Refusable()])
    async def send_proposals(
        self, info: Info, key: UUID, ids: list[strawberry.ID]
    ) -> SendProposalsResult:
        """Send each that may go today; what may not is held back with its reason.

        Refused when none may go. The same key twice sends once.
        """
        ask = info.context.ask(Service.MATCHING)
        proposals = [ProposalId(uuid_of(each)) for each in ids]
        given = await once(ask, key, actions.send_proposals, proposals=proposals)
        found = await reading.proposals_by_ids(info.context.ask(Service.MATCHING), list(given))
        shown = [found[each] for each in given if each in found]
        return SentProposals(
            sent=[Proposal.of(each) for each in shown if each.sent_at is not None],
            held_back=[Proposal.of(each) for each in shown if each.sent_at is None],
        )

    @strawberry.mutation(extensions=[Refusable()])
    async def choose_another(
        self,
        info: Info,
        key: UUID,
        proposal: strawberry.ID,
        mentor: strawberry.ID,
        reason: str,
    ) -> ChooseAnotherResult:
        """Put a mentor of your own choosing in the place of a suggestion, and pin the pair."""
        chosen = await once(
            info.context.ask(Service.MATCHING),
            key,
            pair_rules.choose_another,
            proposal=ProposalId(uuid_of(proposal)),
            mentor=MentorId(uuid_of(mentor)),
            reason=reason,
        )
        return await proposal_after(info, chosen)

    @strawberry.mutation(extensions=[Refusable()])
    async def withdraw_proposal(
        self, info: Info, key: UUID, id: strawberry.ID, reason: str
    ) -> WithdrawProposalResult:
        """Take back what was sent. Neither side is told; the request waits again."""
        proposal = ProposalId(uuid_of(id))
        ask = info.context.ask(Service.MATCHING)
        ended = await once(ask, key, actions.withdraw_proposal, proposal=proposal, reason=reason)
        return await proposal_after(info, ended)


async def proposal_after(info: Info, proposal: ProposalId) -> Proposal:
    """The proposal as it is after the change."""
    found = await reading.proposal(info.context.ask(Service.MATCHING), proposal)
    assert found is not None, "who changed a proposal sees it"
    return Proposal.of(found)
