"""A person's own decisions about pairs: pin, never, lift, and choosing another mentor by hand."""

from dataclasses import replace
from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_proposal
from services.matching.actions.ledger import left_to_borrow
from services.matching.actions.pairs_today import Judged, household_pinned, judge_today
from services.matching.actions.proposals import reason_given
from services.matching.actions.suggestions import suggested
from services.matching.model.days import day_of
from services.matching.model.ids import (
    AccountId,
    AgencyId,
    MentorId,
    PairRuleId,
    ProposalId,
    RequestId,
)
from services.matching.model.pair_rule import PairRule, PairRuleKind
from services.matching.model.proposal import Proposal, ProposalState
from services.matching.model.request import RequestState
from services.matching.model.snapshot import Pair
from services.matching.refusals import Why
from services.matching.rules.explain import closed
from services.matching.rules.spread import ties_of
from services.matching.solver.judge import judge
from services.matching.solver.problem import PinRefused, pinned
from services.matching.solver.run import one_pair
from services.matching.states.proposals import SENT_AND_OPEN, ProposalMove
from services.matching.store.whole import Whole

SET_ASIDE_FOR_ANOTHER = "A person chose another mentor."
SET_ASIDE_FOR_NEVER = "A person said: never this pair."
ROOM_TAKEN = "The mentor's room went to somebody else, by a person's choice."


async def pin_pair(
    ask: Ask[Whole], *, request: RequestId, mentor: MentorId, reason: str
) -> PairRuleId:
    """Keep this pair together in every run until it is lifted.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, PAIR_BREAKS_RULE (naming it), PINS_FILL_MENTOR,
    PAIR_RULE_STANDS.
    """
    async with ask.begin() as store:
        agency, why = await _may_decide(ask, store, (request, mentor), reason)
        await store.turn.become_system(agency)
        judged = await _judged(store, (request, mentor), agency=agency)
        await _room_for_pins(store, judged, agency)
        await _household_agrees(store, judged, agency)
        return await _write(ask, store, PairRuleKind.PIN, (request, mentor), why)


async def forbid_pair(
    ask: Ask[Whole], *, request: RequestId, mentor: MentorId, reason: str
) -> PairRuleId:
    """Never offer this pair, until it is lifted. A pin of it ends; a suggestion is set aside.

    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, PAIR_IS_SENT, PAIR_RULE_STANDS.
    """
    async with ask.begin() as store:
        agency, why = await _may_decide(ask, store, (request, mentor), reason)
        await store.turn.become_system(agency)
        for each in await store.proposals.open_of_requests([request]):
            if each.mentor_id != mentor:
                continue
            if each.state in SENT_AND_OPEN:
                raise Refused(Why.PAIR_IS_SENT)
            await _set_aside(store, each, SET_ASIDE_FOR_NEVER)
        standing = await store.pair_rules.of_pair(request, mentor)
        if standing is not None and standing.kind is PairRuleKind.PIN:
            await store.pair_rules.lift(standing.id)
        return await _write(ask, store, PairRuleKind.FORBID, (request, mentor), why)


async def lift_pair_rule(ask: Ask[Whole], *, rule: PairRuleId) -> PairRuleId:
    """Let the engine decide again. Lifting twice does no harm.

    Refuses: NOT_FOUND, NOT_ALLOWED.
    """
    async with ask.begin() as store:
        found = await store.pair_rules.rule(rule)
        ACCESS.require(ask.actor, Permit.DECIDE_PAIR, found)
        if await store.pair_rules.lift(rule) is not None:
            await record(store.turn, what="lifted_pair_rule", subject=rule)
    return rule


async def choose_another(
    ask: Ask[Whole], *, proposal: ProposalId, mentor: MentorId, reason: str
) -> ProposalId:
    """Put a mentor of one's own choosing in the place of a suggestion, and pin the pair.

    The new suggestion is unread: its reasons are read like any other's. Where the mentor has no
    room for it beside other suggestions, those with the shortest waits are set aside.
    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, PROPOSAL_NOT_SUGGESTED, PAIR_BREAKS_RULE,
    PAIR_RULE_STANDS.
    """
    async with ask.begin() as store:
        old = await store.proposals.lock(proposal)
        ACCESS.require(ask.actor, Permit.DECIDE_PAIR, old)
        assert old is not None, "required above"
        pair = (old.request_id, mentor)
        agency, why = await _may_decide(ask, store, pair, reason)
        if old.state is not ProposalState.SUGGESTED or old.mentor_id == mentor:
            raise Refused(Why.PROPOSAL_NOT_SUGGESTED)
        await store.turn.become_system(agency)
        judged = await _judged(store, pair, agency=agency)
        await store.pair_rules.lift_pin_of(old.request_id)
        await _household_agrees(store, judged, agency)
        await _write(ask, store, PairRuleKind.PIN, pair, why)
        await _set_aside(store, old, SET_ASIDE_FOR_ANOTHER)
        await _make_room(store, judged, agency)
        chosen = _chosen(old, judged, why)
        await store.proposals.suggest(chosen)
        facts: dict[str, str | int] = {"instead_of": str(old.id), "mentor": str(mentor)}
        await record(
            store.turn, what="chose_another", why=why, agency=agency, subject=chosen.id, facts=facts
        )
    return chosen.id


async def _may_decide(
    ask: Ask[Whole], store: Whole, pair: Pair, reason: str
) -> tuple[AgencyId, str]:
    """The request is the coordinator's own, the mentor too or lent to them; a reason is given."""
    request = await store.requests.request(pair[0])
    ACCESS.require(ask.actor, Permit.DECIDE_PAIR, request)
    mentor = await store.mentors.mentor(pair[1])
    if mentor is not None or pair[1] not in await store.lent_mentors.named([pair[1]]):
        ACCESS.require(ask.actor, Permit.DECIDE_PAIR, mentor)
    assert request is not None, "required above"
    return request.agency, reason_given(reason)


async def _judged(store: Whole, pair: Pair, *, agency: AgencyId) -> Judged:
    judged = await judge_today(store, pair, agency=agency, on=day_of(store.turn.now))
    if judged is None:
        raise Refused(Why.REQUEST_NOT_READY)
    left = await left_to_borrow(store, agency, judged.terms.on)
    terms = replace(judged.terms, lending_left=left)
    broken = closed(judged.mentee, judged.mentor, terms)
    if broken is not None:
        raise Refused(Why.PAIR_BREAKS_RULE, field="mentor", rule=broken.sentence)
    return judged


async def _household_agrees(store: Whole, judged: Judged, agency: AgencyId) -> None:
    """Where two adults of one household ask, a pin of one binds the other as a run would bind it.

    Refuses: PAIR_BREAKS_RULE.
    """
    people = await household_pinned(store, judged, agency)
    if not ties_of(people.mentees, {}):
        return
    settings = judged.terms.settings
    try:
        pinned(judge(people, settings), people, settings)
    except PinRefused as no:
        raise Refused(Why.PAIR_BREAKS_RULE, field="mentor", rule=no.sentence) from no


async def _room_for_pins(store: Whole, judged: Judged, agency: AgencyId) -> None:
    """Two pins for one place would stop every run. Refuses: PINS_FILL_MENTOR."""
    mentee, mentor = judged.mentee, judged.mentor
    others = [
        rule.request_id
        for rule in await store.pair_rules.standing(agency)
        if rule.kind is PairRuleKind.PIN
        and rule.mentor_id == mentor.mentor_id
        and rule.request_id != mentee.request_id
    ]
    waiting = [
        each for each in await store.requests.requests(others) if each.state is RequestState.READY
    ]
    taken = sum(each.need_points for each in waiting)
    if taken + mentee.need_points > mentor.free_points:
        raise Refused(Why.PINS_FILL_MENTOR, field="mentor", pinned=taken, free=mentor.free_points)


async def _write(
    ask: Ask[Whole], store: Whole, kind: PairRuleKind, pair: Pair, why: str
) -> PairRuleId:
    assert ask.actor.agency is not None, "a coordinator is of an agency"
    assert ask.actor.account is not None, "a coordinator is signed in"
    rule = PairRule(
        id=PairRuleId(uuid4()),
        agency=AgencyId(ask.actor.agency),
        kind=kind,
        request_id=pair[0],
        mentor_id=pair[1],
        owner_id=AccountId(ask.actor.account),
        reason=why,
        made_at=store.turn.now,
        lifted_at=None,
    )
    if not await store.pair_rules.add(rule):
        raise Refused(Why.PAIR_RULE_STANDS)
    facts: dict[str, str | int] = {"request": str(pair[0]), "mentor": str(pair[1])}
    what = "pinned_pair" if kind is PairRuleKind.PIN else "forbade_pair"
    await record(store.turn, what=what, why=why, agency=rule.agency, subject=rule.id, facts=facts)
    return rule.id


async def _set_aside(store: Whole, proposal: Proposal, why: str) -> None:
    await end_proposal(store, proposal, ProposalMove.SET_ASIDE, what="set_aside_proposal", why=why)


async def _make_room(store: Whole, judged: Judged, agency: AgencyId) -> None:
    """Set aside the mentor's other suggestions, shortest wait first, until this one fits."""
    mentor = judged.mentor
    others = [
        each
        for each in await store.proposals.suggested(agency)
        if each.mentor_id == mentor.mentor_id
    ]
    taken = judged.mentee.need_points + sum(each.need_points for each in others)
    for each in reversed(others):
        if taken <= mentor.free_points:
            return
        await _set_aside(store, each, ROOM_TAKEN)
        taken -= each.need_points


def _chosen(old: Proposal, judged: Judged, why: str) -> Proposal:
    mentee, mentor, terms = judged.mentee, judged.mentor, judged.terms
    return suggested(
        run_id=old.run_id,
        agency=old.agency,
        mentee=mentee,
        mentor=mentor,
        pair=one_pair(mentee, mentor, terms),
        place=old.place_in_run,
        override_reason=why,
    )
