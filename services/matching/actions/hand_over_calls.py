"""The call in which a mentor who leaves hands a family over, and the end of the old mentoring."""

from datetime import date
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_open_proposal
from services.matching.actions.notices import Notice, tell_adult
from services.matching.actions.proposals import reason_given
from services.matching.model.days import answer_by, day_of
from services.matching.model.ids import AccountId, MentorId, MentoringId, RequestId
from services.matching.model.proposal import Mentoring, MentoringEnd, MentoringState
from services.matching.model.request import RequestState
from services.matching.model.retirement import CallOutcome
from services.matching.refusals import Why
from services.matching.states.requests import RequestMove
from services.matching.store.whole import Whole

NO_NEW_MENTOR = "The mentor left, and the family needs no new one."


async def book_hand_over_call(ask: Ask[Whole], *, mentoring: MentoringId, on: date) -> MentoringId:
    """Set the day of the call, and tell the family and the mentor who leaves; the new mentor too,
    once both have said yes. A second booking moves the day.

    Refuses: NOT_FOUND, NOT_ALLOWED, RETIREMENT_NOT_PLANNED, MENTORING_IS_OVER, DATE_HAS_PASSED.
    """
    async with ask.begin() as store:
        held = await _to_hand_over(ask, store, mentoring)
        if on < day_of(ask.now):
            raise Refused(Why.DATE_HAS_PASSED, field="on")
        await store.hand_overs.book_call(held, on)
        facts: dict[str, str | int] = {"on": on.isoformat()}
        await record(store.turn, what="booked_hand_over_call", subject=mentoring, facts=facts)
        await store.turn.become_system(held.agency)
        await _tell_all(store, held, on)
    return mentoring


async def note_hand_over_call(
    ask: Ask[Whole], *, mentoring: MentoringId, outcome: CallOutcome
) -> MentoringId:
    """Write down that it was held or declined, which closes the old mentoring (D5).

    Refuses: NOT_FOUND, NOT_ALLOWED, RETIREMENT_NOT_PLANNED, MENTORING_IS_OVER, HAND_OVER_TOO_EARLY.
    """
    async with ask.begin() as store:
        held = await _to_hand_over(ask, store, mentoring)
        if held.state is not MentoringState.ENDING:
            raise Refused(Why.HAND_OVER_TOO_EARLY)
        assert ask.actor.account is not None, "a coordinator is signed in"
        await store.hand_overs.note_call(held, outcome, AccountId(ask.actor.account))
        await store.hand_overs.close(mentoring, MentoringEnd.MENTOR_LEFT)
        facts: dict[str, str | int] = {"outcome": outcome.value}
        await record(store.turn, what="handed_over", subject=mentoring, facts=facts)
    return mentoring


async def part_without_successor(
    ask: Ask[Whole], *, mentoring: MentoringId, waits_on: bool, reason: str
) -> MentoringId:
    """End a mentoring although nobody new has said yes.

    `waits_on`: the family stays on the list with its first day of asking; else its request closes.
    Refuses: NOT_FOUND, NOT_ALLOWED, REASON_NEEDED, RETIREMENT_NOT_PLANNED, MENTORING_IS_OVER,
    HAND_OVER_GOES_ON.
    """
    async with ask.begin() as store:
        held = await _to_hand_over(ask, store, mentoring)
        why = reason_given(reason)
        others = await store.hand_overs.of_requests([held.request_id])
        if any(each.id != held.id for each in others):
            raise Refused(Why.HAND_OVER_GOES_ON)
        await store.turn.become_system(held.agency)
        await settle_request(store, held, waits_on=waits_on)
        await store.hand_overs.give_way(held.request_id, to=None)
        await store.hand_overs.close(mentoring, MentoringEnd.MENTOR_LEFT)
        await record(
            store.turn,
            what="ended_without_successor",
            why=why,
            agency=held.agency,
            subject=mentoring,
            facts={"waits_on": int(waits_on)},
        )
    return mentoring


async def mentor_of(ask: Ask[Whole], mentoring: MentoringId) -> MentorId | None:
    """Whose mentoring it is; None for who does not work with pairs."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return None
    async with ask.read() as store:
        return await store.hand_overs.mentor_of(mentoring)


async def goes_on(ask: Ask[Whole], ids: list[UUID]) -> dict[UUID, bool]:
    """Of requests: whether a mentoring of it runs, to whoever may see that mentoring."""
    async with ask.read() as store:
        found = await store.hand_overs.of_requests([RequestId(one) for one in ids])
        return {each.request_id: True for each in found}


async def give_way(store: Whole, begun: Mentoring) -> None:
    """A new mentoring of the same request has begun: what ran before it is ending from now on."""
    for old in await store.hand_overs.give_way(begun.request_id, to=begun.id):
        facts: dict[str, str | int] = {"to": str(begun.id)}
        await record(
            store.turn, what="began_hand_over", agency=begun.agency, subject=old, facts=facts
        )


async def settle_request(store: Whole, held: Mentoring, *, waits_on: bool) -> None:
    """Let the request wait on with its first day of asking, or close it."""
    request = await store.requests.request(held.request_id)
    assert request is not None, "a mentoring is of a request"
    if waits_on:
        if request.state is RequestState.MATCHED:
            await store.hand_overs.reopen(request.id)
        return
    await end_open_proposal(store, request.id, why=NO_NEW_MENTOR)
    if request.state is not RequestState.MATCHED:
        await store.requests.move(request.id, RequestMove.KEEP)
    await store.requests.move(request.id, RequestMove.CLOSE)


async def _to_hand_over(ask: Ask[Whole], store: Whole, mentoring: MentoringId) -> Mentoring:
    """Refuses: NOT_FOUND, NOT_ALLOWED, RETIREMENT_NOT_PLANNED, MENTORING_IS_OVER."""
    held = await store.hand_overs.lock(mentoring)
    ACCESS.require(ask.actor, Permit.HAND_OVER, held)
    assert held is not None, "required above"
    if not await store.hand_overs.planned([held.mentor_id]):
        raise Refused(Why.RETIREMENT_NOT_PLANNED)
    if held.ended_at is not None:
        raise Refused(Why.MENTORING_IS_OVER)
    return held


async def _tell_all(store: Whole, held: Mentoring, on: date) -> None:
    request = await store.requests.request(held.request_id)
    assert request is not None, "a mentoring is of a request"
    until = answer_by(store.turn.now, (on - day_of(store.turn.now)).days)
    told = [(request.adult_id, held.mentor_family_id), (held.mentor_adult_id, held.family_id)]
    told += [
        (each.mentor_adult_id, each.family_id)
        for each in await store.hand_overs.of_requests([held.request_id])
        if each.id != held.id
    ]
    for adult, other in told:
        notice = Notice(NoticeKind.HAND_OVER_CALL, held.id, other, until)
        await tell_adult(store, adult, notice)
