"""Answers: each side's yes or no, what both together become, and what the clock ends.

A no is silent (domain.md D5, E18). The other side's card stays as it was, so a yes may be given to
a proposal that has ended: it is written down, and nothing follows from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind, Role
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_proposal
from services.matching.actions.hand_over_calls import give_way
from services.matching.actions.ledger import move_place
from services.matching.actions.notices import Notice, tell_adult
from services.matching.actions.pairs_today import judge_today
from services.matching.actions.proposals import reason_given
from services.matching.model.card import Answer, Card
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, AgencyId, MentoringId, ProposalId
from services.matching.model.proposal import (
    Mentoring,
    MentoringState,
    Proposal,
    ProposalState,
    Side,
)
from services.matching.refusals import Why
from services.matching.states.lending import LoanMove
from services.matching.states.proposals import PROPOSAL, ProposalMove
from services.matching.states.requests import RequestMove
from services.matching.store.whole import Whole

DEED_OF = {Answer.YES: "said_yes_to_proposal", Answer.NO: "said_no_to_proposal"}
YES_OF = {Side.MENTOR: ProposalMove.MENTOR_SAYS_YES, Side.FAMILY: ProposalMove.FAMILY_SAYS_YES}


def side_of(role: str) -> Side:
    """Which card an asker reads: a mentor the mentor's, anybody else the family's."""
    return Side.MENTOR if role == Role.MENTOR else Side.FAMILY


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: by whom it was written down, and, when heard by phone, for whom and how."""

    answer: Answer
    by: AccountId
    for_account: AccountId | None = None
    how: str | None = None


async def answer_proposal(ask: Ask[Whole], *, proposal: ProposalId, answer: Answer) -> ProposalId:
    """Say yes or no for one's own side. The same answer twice, also at once, answers once.

    Refuses: NOT_FOUND (also for somebody else's card), PROPOSAL_OVER, ANSWERED_ALREADY.
    """
    async with ask.begin() as store:
        card = await store.cards.card(proposal, side_of(ask.actor.role))
        ACCESS.require(ask.actor, Permit.ANSWER_PROPOSAL, card)
        assert card is not None, "required above"
        assert ask.actor.account is not None, "a reader of a card is signed in"
        await _take(store, card, Given(answer, AccountId(ask.actor.account)))
    return proposal


async def answer_proposal_for(
    ask: Ask[Whole], *, proposal: ProposalId, side: Side, answer: Answer, how: str
) -> ProposalId:
    """Write down what a mentor or a family said by phone; the audit names both (domain.md E59).

    `how` says how they told us. Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, REASON_TOO_LONG,
    PROPOSAL_NOT_OPEN, PROPOSAL_OVER, ANSWERED_ALREADY.
    """
    async with ask.begin() as store:
        held = await store.proposals.proposal(proposal)
        ACCESS.require(ask.actor, Permit.ANSWER_FOR, held)
        said = reason_given(how, field="how")
        card = await store.cards.card(proposal, side)
        if card is None or held is None:
            raise Refused(Why.PROPOSAL_NOT_OPEN)
        assert ask.actor.account is not None, "a coordinator is signed in"
        for_account = await _account_of(store, held, card)
        by = AccountId(ask.actor.account)
        await _take(store, card, Given(answer, by, for_account=for_account, how=said))
    return proposal


async def _account_of(store: Whole, held: Proposal, card: Card) -> AccountId | None:
    """Whose answer it is: the mentor, or the adult who asked. None for who has no login."""
    request = await store.requests.request(held.request_id)
    adult_id = card.adult_id or (request.adult_id if request else None)
    adult = await store.adults.adult(adult_id) if adult_id else None
    return adult.account_id if adult else None


async def _take(store: Whole, card: Card, given: Given) -> None:
    """Write one side's answer and carry it on, as the system of the agency.

    The proposal is held first and the cards after it, by everybody, so nobody deadlocks.
    """
    await store.turn.become_system(card.agency)
    held = await store.proposals.lock(card.proposal_id)
    assert held is not None, "a card is of a proposal"
    side = card.side
    if await store.cards.answer(held.id, side, answer=given.answer, by=given.by) is None:
        await _answered_before(store, held.id, side, given.answer)
        return
    await _write_down(store, held, side, given)
    if given.answer is Answer.NO:
        await end_proposal(store, held, ProposalMove.SAY_NO, what="declined_proposal")
    else:
        await _said_yes(store, held, YES_OF[side])


async def _answered_before(store: Whole, proposal: ProposalId, side: Side, answer: Answer) -> None:
    """The same answer again is no fault; another one is, and so is one that comes too late."""
    card = await store.cards.card(proposal, side)
    if card is None or card.answer is None:
        raise Refused(Why.PROPOSAL_OVER)
    if card.answer is not answer:
        raise Refused(Why.ANSWERED_ALREADY)


async def _write_down(store: Whole, held: Proposal, side: Side, given: Given) -> None:
    heard: dict[str, str | int] = {"heard_by_phone": 1} if given.how else {}
    await record(
        store.turn,
        what=DEED_OF[given.answer],
        why=given.how,
        agency=held.agency,
        subject=held.id,
        for_account=given.for_account,
        facts={"side": side.value, **heard},
    )


async def _said_yes(store: Whole, held: Proposal, move: ProposalMove) -> None:
    """Carry a yes on: half agreed, or agreed and judged once more. Nothing if it has ended."""
    state = PROPOSAL.after(held.state, move)
    if state is None:
        return
    if state is not ProposalState.ACCEPTED:
        await store.proposals.become(held.id, move, state, why=None)
        return
    judged = await judge_today(
        store,
        (held.request_id, held.mentor_id),
        agency=held.agency,
        on=day_of(store.turn.now),
        but_for=held.id,
    )
    if judged is None or judged.closed is not None:
        why = judged.closed.sentence if judged and judged.closed else "No longer to be matched."
        await end_proposal(
            store, held, ProposalMove.WITHDRAW, what="stopped_proposal_at_acceptance", why=why
        )
        return
    await store.proposals.become(held.id, move, state, why=None)
    await _begin_mentoring(store, held)


async def _begin_mentoring(store: Whole, held: Proposal) -> None:
    """Both said yes: the mentoring begins, the request is answered, and each side is told."""
    asked = await store.cards.card(held.id, Side.MENTOR)
    request = await store.requests.move(held.request_id, RequestMove.MATCH)
    assert asked is not None, "a sent proposal has a card for the mentor"
    assert asked.adult_id is not None, "a mentor's card names its reader"
    assert request is not None, "a sent proposal holds its request"
    mentoring = Mentoring(
        id=MentoringId(uuid4()),
        proposal_id=held.id,
        request_id=held.request_id,
        agency=held.agency,
        family_id=held.family_id,
        mentor_id=held.mentor_id,
        mentor_adult_id=asked.adult_id,
        mentor_family_id=held.mentor_family_id,
        need_points=held.need_points,
        state=MentoringState.ACCEPTED,
        since=store.turn.now,
        ended_at=None,
    )
    await store.mentorings.begin(mentoring)
    await move_place(store, held.id, LoanMove.BEGIN)
    await give_way(store, mentoring)
    await store.cards.both_said_yes(held.id)
    await store.pair_rules.lift_pin_of(held.request_id)
    await record(
        store.turn, what="began_mentoring", agency=held.agency, subject=mentoring.id,
        facts={"proposal": str(held.id), "request": str(held.request_id)},
    )  # fmt: skip
    families = (held.mentor_family_id, held.family_id)
    for adult, other in zip((request.adult_id, asked.adult_id), families, strict=True):
        told = Notice(NoticeKind.BOTH_SAID_YES, subject=mentoring.id, other_family=other)
        await tell_adult(store, adult, told)


async def proposals_due(ask: Ask[Whole]) -> Sequence[tuple[ProposalId, AgencyId]]:
    """Proposals of any agency whose last day to answer has passed: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.proposals.due()


async def expire_proposal(ask: Ask[Whole], proposal: ProposalId) -> None:
    """End a proposal that nobody answered in time; safe to call twice, and too early."""
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        held = await store.proposals.lock(proposal)
        if held is None or held.answer_by is None or held.answer_by > ask.now:
            return
        await end_proposal(store, held, ProposalMove.EXPIRE, what="expired_proposal")
