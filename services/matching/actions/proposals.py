"""What a coordinator does with a proposal: read it, send it, choose another, withdraw it."""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_proposal
from services.matching.actions.ledger import take_place
from services.matching.actions.notices import Notice, tell_adult
from services.matching.actions.pairs_today import Judged, judge_today
from services.matching.model.card import Card
from services.matching.model.days import answer_by, day_of
from services.matching.model.ids import AccountId, AdultId, AgencyId, ProposalId
from services.matching.model.proposal import Proposal, ProposalState, Side
from services.matching.model.request import SupportRequest
from services.matching.model.snapshot import RunSettings
from services.matching.refusals import Why
from services.matching.rules.card_words import for_family, for_mentor
from services.matching.states.proposals import ProposalMove
from services.matching.states.requests import RequestMove
from services.matching.store.whole import Whole

REASON_LETTERS_MAX = 500


def reason_given(reason: str, *, field: str = "reason") -> str:
    """Refuses: REASON_NEEDED, REASON_TOO_LONG."""
    said = reason.strip()
    if not said:
        raise Refused(Why.REASON_NEEDED, field=field)
    if len(said) > REASON_LETTERS_MAX:
        raise Refused(Why.REASON_TOO_LONG, field=field)
    return said


async def read_proposal(ask: Ask[Whole], *, proposal: ProposalId) -> ProposalId:
    """Note that a coordinator read why: what is not read cannot be sent (domain.md D5).

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    async with ask.begin() as store:
        found = await store.proposals.proposal(proposal)
        ACCESS.require(ask.actor, Permit.READ_PROPOSAL, found)
        assert ask.actor.account is not None, "a coordinator is signed in"
        if found is not None and found.read_at is None:
            await store.proposals.read(proposal, AccountId(ask.actor.account))
            await record(store.turn, what="read_proposal", subject=proposal)
    return proposal


async def send_proposals(
    ask: Ask[Whole], *, proposals: Sequence[ProposalId]
) -> tuple[ProposalId, ...]:
    """Send each that may be sent today, and say of each other one why it was held back.

    One that cannot go never keeps the others waiting. Returns all, in the order given: `sent_at`
    or `held_back_because` says which is which. Refuses, when none can go: NOTHING_TO_SEND,
    NOT_FOUND, NOT_ALLOWED, PROPOSAL_NOT_READ, PROPOSAL_NOT_SUGGESTED, PROPOSAL_BREAKS_RULE,
    REQUEST_NOT_READY, LENDING_NOT_IN_FORCE, LENDING_USED_UP.
    """
    wanted = tuple(dict.fromkeys(proposals))
    if not wanted:
        raise Refused(Why.NOTHING_TO_SEND)
    async with ask.begin() as store:
        held = await store.proposals.lock_all(wanted)
        if len(held) < len(wanted):
            raise Refused(Why.NOT_FOUND)
        for each in held:
            ACCESS.require(ask.actor, Permit.SEND_PROPOSAL, each)
        await store.turn.become_system(held[0].agency)
        settings = await store.runs.settings(held[0].agency)
        kept_back = [
            no for each in _in_order(held) if (no := await _send(ask, store, each, settings))
        ]
        if len(kept_back) == len(held):
            raise kept_back[0]
    return wanted


def _in_order(held: Sequence[Proposal]) -> list[Proposal]:
    """By waiting: when a mentor has room for one only, the longest wait has it."""
    return sorted(held, key=lambda each: (each.place_in_run, each.id))


async def _send(
    ask: Ask[Whole], store: Whole, proposal: Proposal, settings: RunSettings
) -> Refused | None:
    """Send one proposal, or say why not."""
    try:
        judged = await _may_be_sent(store, proposal)
        request = await _take_up(store, proposal, judged.mentor.home.agency)
    except Refused as no:
        await store.proposals.hold_back(proposal.id, why=no.message)
        return no
    assert ask.actor.account is not None, "a coordinator is signed in"
    until = answer_by(store.turn.now, settings.answer_days)
    by = AccountId(ask.actor.account)
    sent = await store.proposals.send(proposal.id, answer_by=until, by=by)
    assert sent is not None, "held, read and suggested"
    mentor = await _write_cards(store, sent, judged)
    await _tell_both(store, sent, request.adult_id, mentor)
    await record(store.turn, what="sent_proposal", agency=sent.agency, subject=sent.id)
    return None


async def _take_up(store: Whole, proposal: Proposal, of: AgencyId) -> SupportRequest:
    """Hold the request, and the place that another agency's mentor takes; neither if one fails.

    Refuses: REQUEST_NOT_READY, LENDING_NOT_IN_FORCE, LENDING_USED_UP.
    """
    request = await store.requests.move(proposal.request_id, RequestMove.PROPOSE)
    if request is None:
        raise Refused(Why.REQUEST_NOT_READY)
    if of != proposal.agency:
        try:
            await take_place(store, proposal, of)
        except Refused:
            await store.requests.move(proposal.request_id, RequestMove.RETURN)
            raise
    return request


async def _may_be_sent(store: Whole, proposal: Proposal) -> Judged:
    """Refuses: PROPOSAL_NOT_SUGGESTED, PROPOSAL_NOT_READ, REQUEST_NOT_READY,
    PROPOSAL_BREAKS_RULE.
    """
    if proposal.state is not ProposalState.SUGGESTED:
        raise Refused(Why.PROPOSAL_NOT_SUGGESTED)
    if proposal.read_at is None:
        raise Refused(Why.PROPOSAL_NOT_READ)
    judged = await judge_today(
        store,
        (proposal.request_id, proposal.mentor_id),
        agency=proposal.agency,
        on=day_of(store.turn.now),
    )
    if judged is None:
        raise Refused(Why.REQUEST_NOT_READY)
    if judged.closed is not None:
        raise Refused(Why.PROPOSAL_BREAKS_RULE, rule=judged.closed.sentence)
    return judged


async def _write_cards(store: Whole, sent: Proposal, judged: Judged) -> AdultId:
    """Write what each side will read, as of today, without a name. Returns the mentor's adult."""
    assert sent.answer_by is not None, "it has been sent"
    assert sent.sent_at is not None, "it has been sent"
    on = judged.terms.on
    adults = await store.adults.of_families([sent.family_id])
    mentor, already = await _at_home(store, sent, judged.mentor.home.agency)
    words = {
        Side.MENTOR: for_mentor(
            judged.mentee, judged.mentor, adults=len(adults), families_already=already, on=on
        ),
        Side.FAMILY: for_family(judged.mentee, judged.mentor, on=on),
    }
    for side, household in ((Side.MENTOR, sent.mentor_family_id), (Side.FAMILY, sent.family_id)):
        card = Card(
            proposal_id=sent.id,
            side=side,
            agency=sent.agency,
            household_id=household,
            adult_id=mentor if side is Side.MENTOR else None,
            words=words[side],
            sent_at=sent.sent_at,
            answer_by=sent.answer_by,
            answer=None,
            answered_at=None,
            both_yes_at=None,
            replaced_at=None,
        )
        await store.cards.write(card, sent.request_id)
    await store.cards.replace_earlier(sent.request_id, but=sent.id)
    return mentor


async def _at_home(store: Whole, sent: Proposal, of: AgencyId) -> tuple[AdultId, int]:
    """Who the mentor is, and how many families they have, as their own agency knows it."""
    await store.turn.become_system(of)
    mentor = await store.mentors.mentor(sent.mentor_id)
    already = await store.mentorings.families_of(sent.mentor_id, but_for=sent.id)
    await store.turn.become_system(sent.agency)
    assert mentor is not None, "a proposal holds its mentor"
    return mentor.adult_id, already


async def _tell_both(store: Whole, sent: Proposal, asked_by: AdultId, mentor: AdultId) -> None:
    for kind, adult, other in (
        (NoticeKind.PROPOSAL_TO_MENTOR, mentor, sent.family_id),
        (NoticeKind.PROPOSAL_TO_FAMILY, asked_by, sent.mentor_family_id),
    ):
        await tell_adult(store, adult, Notice(kind, sent.id, other, sent.answer_by))


async def withdraw_proposal(ask: Ask[Whole], *, proposal: ProposalId, reason: str) -> ProposalId:
    """Take back a proposal that was sent. Neither side is told why, or that it was taken back.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, PROPOSAL_NOT_OPEN.
    """
    async with ask.begin() as store:
        held = await store.proposals.lock(proposal)
        ACCESS.require(ask.actor, Permit.WITHDRAW_PROPOSAL, held)
        why = reason_given(reason)
        assert held is not None, "required above"
        await store.turn.become_system(held.agency)
        ended = await end_proposal(
            store, held, ProposalMove.WITHDRAW, what="withdrew_proposal", why=why
        )
        if not ended:
            raise Refused(Why.PROPOSAL_NOT_OPEN)
    return proposal
