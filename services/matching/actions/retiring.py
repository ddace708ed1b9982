"""A mentor who is going to leave: her families handed over with the fewest changes (C8, G1 step 6).

Nobody else's pair is touched. Each family keeps its mentor until somebody new has said yes, and its
first day of asking; the mentor may retire once every one of them is handed over (D3).
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit, makes
from services.matching.actions.ending import end_open_proposal, end_proposal
from services.matching.actions.pairs_today import snapshot_beside
from services.matching.actions.protected import write_down_reading
from services.matching.actions.suggestions import EVERY_SUGGESTION, suggested
from services.matching.model.days import day_of
from services.matching.model.ids import AccountId, MentorId, RequestId, RunId
from services.matching.model.mentor import MentorRecord
from services.matching.model.proposal import Mentoring, Proposal
from services.matching.model.protected import Reading
from services.matching.model.request import RequestState
from services.matching.model.retirement import HandOver, Retirement, RetirementRecord
from services.matching.model.run import Outcome
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.rules.wording import words
from services.matching.solver.run import match
from services.matching.states.mentors import MENTOR, MentorMove
from services.matching.states.proposals import SENT_AND_OPEN, ProposalMove
from services.matching.states.requests import RequestMove
from services.matching.store.whole import Whole

IS_LEAVING = "The mentor is going to leave."
STAYS = "The mentor stays after all."

Answered = tuple[Snapshot, RunSettings, Outcome]
Chains = Mapping[RequestId, tuple[Mentoring | None, Proposal | None]]
"""Of each request: the new mentoring, and the proposal that is open."""


async def retirement(ask: Ask[Whole], mentor: MentorId) -> Retirement | None:
    """Where the hand-over is, or would be if it were planned. None for who may not see it."""
    async with ask.read() as store:
        kept = await store.mentors.mentor(mentor)
        if kept is None or not ACCESS.allows(ask.actor, Permit.SEE_PAIRS, kept):
            return None
        planned = (await store.hand_overs.planned([mentor])).get(mentor)
        mentorings = await store.hand_overs.to_hand_over(mentor)
        chains = await _chains(store, mentor, mentorings)
        calls = await store.hand_overs.calls([each.id for each in mentorings])
        untouched = await store.hand_overs.other_pairs(kept.agency, mentor)
        to_take_back = len(await _to_mentor(store, kept))
        left = [each for each in mentorings if _is_to_place(each, chains)]
        await store.turn.become_system(kept.agency)
        _, _, outcome = await _answered(store, kept, left)
    families = [kept.family_id, *(each.family_id for each in mentorings)]
    await write_down_reading(ask, Reading.HANDING_OVER, families)
    pairs = {one.fit.request_id: one for one in outcome.pairs}
    nobody = {one.request_id: one for one in outcome.left_out}
    return Retirement(
        mentor_id=mentor,
        planned=planned,
        hand_overs=tuple(
            HandOver(
                mentoring=each,
                call=calls.get(each.id),
                successor=chains[each.request_id][0],
                proposal=chains[each.request_id][1],
                found=pairs.get(each.request_id),
                nobody=nobody.get(each.request_id),
            )
            for each in mentorings
        ),
        untouched=untouched,
        to_take_back=to_take_back,
    )


async def planned_for(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, RetirementRecord]:
    """Of those who are going to leave, when."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return {}
    async with ask.read() as store:
        found = await store.hand_overs.planned([MentorId(one) for one in ids])
        return {mentor: one for mentor, one in found.items()}


async def plan_retirement(ask: Ask[Whole], *, mentor: MentorId, last_on: date) -> MentorId:
    """Set the day on which the mentor goes. From now on nobody new is proposed to them.

    What was suggested is set aside; what was sent and not answered is taken back. A second plan
    moves the day. Refuses: NOT_FOUND, NOT_ALLOWED, MENTOR_MOVE_NOT_NOW, DATE_HAS_PASSED.
    """
    async with ask.begin() as store:
        kept = await _may_hand_over(ask, store, mentor)
        may_go = any(
            row.source == kept.state
            and row.move is MentorMove.RETIRE
            and makes(row.who, ask.actor, kept)
            for row in MENTOR.rows
        )
        if not may_go:
            raise Refused(Why.MENTOR_MOVE_NOT_NOW, now=words(kept.state))
        if last_on < day_of(ask.now):
            raise Refused(Why.DATE_HAS_PASSED, field="lastOn")
        await store.hand_overs.plan(mentor, kept.agency, last_on, _account(ask))
        facts: dict[str, str | int] = {"last_on": last_on.isoformat()}
        await record(store.turn, what="planned_retirement", subject=mentor, facts=facts)
        await store.turn.become_system(kept.agency)
        for each in await _to_mentor(store, kept):
            await _take_back(store, each)
    return mentor


async def call_off_retirement(ask: Ask[Whole], *, mentor: MentorId) -> MentorId:
    """The mentor stays after all: families that nobody new has said yes to stay with them.

    Refuses: NOT_FOUND, NOT_ALLOWED, RETIREMENT_NOT_PLANNED.
    """
    async with ask.begin() as store:
        kept = await _may_hand_over(ask, store, mentor)
        if not await store.hand_overs.call_off(mentor):
            raise Refused(Why.RETIREMENT_NOT_PLANNED)
        await record(store.turn, what="called_off_retirement", subject=mentor)
        await store.turn.become_system(kept.agency)
        for each in await store.hand_overs.to_hand_over(mentor):
            request = await store.requests.request(each.request_id)
            if each.ended_at or request is None:
                continue
            if request.state in (RequestState.READY, RequestState.PROPOSED):
                await end_open_proposal(store, each.request_id, why=STAYS)
                await store.requests.move(each.request_id, RequestMove.KEEP)
    return mentor


async def propose_hand_overs(ask: Ask[Whole], *, mentor: MentorId) -> MentorId:
    """Suggest a new mentor for each family that has none yet: to be read and sent like any other.

    Refuses: NOT_FOUND, NOT_ALLOWED, RETIREMENT_NOT_PLANNED, RUN_GOES_ON, NOBODY_TO_HAND_OVER_TO.
    """
    async with ask.begin() as store:
        kept = await _may_hand_over(ask, store, mentor)
        if not await store.hand_overs.planned([mentor]):
            raise Refused(Why.RETIREMENT_NOT_PLANNED)
        # A run that is at work read its people before, and would set these suggestions aside.
        if await store.runs.at_work(kept.agency):
            raise Refused(Why.RUN_GOES_ON)
        mentorings = await store.hand_overs.to_hand_over(mentor)
        chains = await _chains(store, mentor, mentorings)
        await store.turn.become_system(kept.agency)
        left = [each for each in mentorings if _is_to_place(each, chains)]
        snapshot, settings, outcome = await _answered(store, kept, left)
        if not outcome.pairs:
            raise Refused(Why.NOBODY_TO_HAND_OVER_TO)
        run = RunId(uuid4())
        await store.hand_overs.keep_run(
            run, mentor=mentor, by=_account(ask), given=(snapshot, settings), outcome=outcome
        )
        await _suggest(store, run, snapshot, outcome)
    return mentor


async def _suggest(store: Whole, run: RunId, snapshot: Snapshot, outcome: Outcome) -> None:
    mentees = {each.request_id: each for each in snapshot.mentees}
    mentors = {each.mentor_id: each for each in snapshot.mentors}
    for place, pair in enumerate(outcome.pairs, start=1):
        mentee, mentor = mentees[pair.fit.request_id], mentors[pair.fit.mentor_id]
        await store.hand_overs.reopen(mentee.request_id)
        proposal = suggested(
            run_id=run, agency=snapshot.agency, mentee=mentee, mentor=mentor, pair=pair, place=place
        )
        if await store.proposals.suggest(proposal):
            facts: dict[str, str | int] = {"request": str(mentee.request_id)}
            await record(
                store.turn,
                what="proposed_hand_over",
                agency=snapshot.agency,
                subject=proposal.id,
                facts=facts,
            )


async def _may_hand_over(ask: Ask[Whole], store: Whole, mentor: MentorId) -> MentorRecord:
    kept = await store.mentors.mentor(mentor)
    ACCESS.require(ask.actor, Permit.HAND_OVER, kept)
    assert kept is not None, "required above"
    return kept


async def _chains(store: Whole, mentor: MentorId, mentorings: Sequence[Mentoring]) -> Chains:
    requests = [each.request_id for each in mentorings]
    others = [
        each for each in await store.hand_overs.of_requests(requests) if each.mentor_id != mentor
    ]
    open_ones = await store.proposals.open_of_requests(requests)
    new = {each.request_id: each for each in reversed(others)}
    waiting = {each.request_id: each for each in open_ones}
    return {request: (new.get(request), waiting.get(request)) for request in requests}


def _is_to_place(mentoring: Mentoring, chains: Chains) -> bool:
    return mentoring.ended_at is None and chains[mentoring.request_id] == (None, None)


async def _answered(store: Whole, kept: MentorRecord, mentorings: Sequence[Mentoring]) -> Answered:
    """Whom the engine would propose to these families alone, beside all that stands."""
    settings = await store.runs.settings(kept.agency)
    snapshot = await snapshot_beside(
        store,
        kept.agency,
        day_of(store.turn.now),
        requests=[each.request_id for each in mentorings],
        without=kept.id,
    )
    return snapshot, settings, await asyncio.to_thread(match, snapshot, settings)


async def _to_mentor(store: Whole, kept: MentorRecord) -> list[Proposal]:
    """Proposals to the mentor that wait to be sent or answered."""
    suggestions = await store.proposals.suggested(kept.agency, limit=EVERY_SUGGESTION)
    sent = await store.proposals.sent_and_open(kept.agency, limit=EVERY_SUGGESTION)
    return [each for each in (*suggestions, *sent) if each.mentor_id == kept.id]


async def _take_back(store: Whole, seen: Proposal) -> None:
    held = await store.proposals.lock(seen.id)
    if held is None:
        return
    is_sent = held.state in SENT_AND_OPEN
    move = ProposalMove.WITHDRAW if is_sent else ProposalMove.SET_ASIDE
    what = "withdrew_proposal" if is_sent else "set_aside_proposal"
    await end_proposal(store, held, move, what=what, why=IS_LEAVING)


def _account(ask: Ask[Whole]) -> AccountId:
    assert ask.actor.account is not None, "a coordinator is signed in"
    return AccountId(ask.actor.account)
