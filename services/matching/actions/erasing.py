"""The worker erases a family: what runs is ended as ever, then every name and word goes (E49-E51).

The other services are told, forget what they hold, and say so. Doing it twice does no more.
"""

from collections.abc import Sequence

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import ErasureDone, FamilyErased, NoticeKind, Service
from kernel.outbox import tell
from services.matching.access import ACCESS, Permit
from services.matching.actions.ending import end_open_proposal, end_proposal
from services.matching.actions.ledger import move_place
from services.matching.actions.notices import Notice, tell_adult
from services.matching.actions.people import end_for_good
from services.matching.model.ids import AgencyId, ErasureId, FamilyId, ProposalId
from services.matching.model.proposal import MentoringEnd, ProposalState
from services.matching.states.lending import LoanMove
from services.matching.states.mentors import MentorMove
from services.matching.states.proposals import ProposalMove
from services.matching.states.requests import RequestMove
from services.matching.store.erasures import PairHeld
from services.matching.store.whole import Whole

ONE_SIDE_LEFT = "one_side_left"


async def erasures_due(ask: Ask[Whole]) -> list[tuple[ErasureId, AgencyId]]:
    """Of any agency: agreed to, the time to think again over, and nothing open about them."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.erasures.due()


async def erase(ask: Ask[Whole], erasure: ErasureId) -> bool:
    """Erase a family that is due, in one turn. False when it is so no longer: held or called off.

    Refuses: NOT_ALLOWED.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        kept = await store.erasures.lock(erasure)
        if kept is None or await store.erasures.waits(kept.family_id):
            return False
        if not await store.erasures.run(erasure):
            return False
        await _erase(store, erasure, kept.family_id, kept.agency)
        return True


async def erase_again(ask: Ask[Whole], erasure: ErasureId, family: FamilyId) -> bool:
    """After a restore: erase what had been erased, here and, by telling them anew, everywhere.
    False for a family that the backup does not hold; the others are told all the same.

    Refuses: NOT_ALLOWED. Source: domain.md E51.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        agency = AgencyId(ask.actor.agency or "")
        if await store.families.family(family) is None:
            return False
        await store.erasures.call_again(erasure, family)
        await _erase(store, erasure, family, agency)
        return True


async def erased_list(ask: Ask[Whole]) -> Sequence[tuple[ErasureId, FamilyId]]:
    """The agency's list of what was erased, by ids. Refuses: NOT_ALLOWED."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.erasures.erased()


async def note_done(ask: Ask[Whole], done: ErasureDone) -> bool:
    """Another service has forgotten the family. True when it was the last to.

    Refuses: NOT_ALLOWED.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        await store.turn.become_system(done.agency)
        return await store.erasures.done_in(ErasureId(done.erasure_id), done.service)


async def _erase(store: Whole, erasure: ErasureId, family: FamilyId, agency: AgencyId) -> None:
    """As the system of the family's agency."""
    held = await store.families.touch(family)
    assert held is not None, "an erasure is of a family that is there"
    for pair in await store.erasures.pairs_of(family):
        await store.turn.become_system(pair.agency)
        await _end_pair(store, pair, family)
    await store.turn.become_system(agency)
    await _withdraw_requests(store, family)
    await _retire_mentors(store, family)
    logins = await store.erasures.logins_of(family)
    for login in logins:
        await end_for_good(store, login, agency)
    await store.erasures.erase(family)
    shell = await store.families.family(family)
    assert shell is not None, "its counts stay"
    await record(
        store.turn,
        what="erased_family",
        agency=agency,
        subject=family,
        facts={"erasure": str(erasure)},
    )
    erased = FamilyErased(
        family_id=family,
        version=held.version,
        agency=agency,
        erasure_id=erasure,
        reference=shell.reference,
        account_ids=[*logins],
    )
    await tell(store.turn, Service.EVENTS, erased)
    await tell(store.turn, Service.NOTIFY, erased)


async def _end_pair(store: Whole, pair: PairHeld, family: FamilyId) -> None:
    if not pair.is_mentoring:
        proposal = await store.proposals.lock(ProposalId(pair.id))
        assert proposal is not None, "its agency's system sees it"
        suggested = proposal.state is ProposalState.SUGGESTED
        move = ProposalMove.SET_ASIDE if suggested else ProposalMove.WITHDRAW
        await end_proposal(store, proposal, move, what="ended_proposal", why=ONE_SIDE_LEFT)
        return
    helped = await store.erasures.is_of(pair.id, family)
    because = MentoringEnd.MENTEE_LEFT if helped else MentoringEnd.MENTOR_LEFT
    ended = await store.erasures.end_mentoring(pair.id, because=because)
    assert ended is not None, "it ran, and its family is held"
    await move_place(store, ended.proposal_id, LoanMove.FINISH)
    await record(store.turn, what="ended_mentoring", why=ONE_SIDE_LEFT, subject=ended.id)
    notice = Notice(NoticeKind.PAIR_OVER, ended.id)
    if helped:
        await store.requests.move(ended.request_id, RequestMove.CLOSE)
        await tell_adult(store, ended.mentor_adult_id, notice)
        return
    # With the first day of asking kept.
    await store.requests.move(ended.request_id, RequestMove.REOPEN)
    request = await store.requests.request(ended.request_id)
    assert request is not None, "a mentoring is of a request of its agency"
    await tell_adult(store, request.adult_id, notice)


async def _withdraw_requests(store: Whole, family: FamilyId) -> None:
    for request in await store.requests.of_families([family]):
        if await store.requests.move(request.id, RequestMove.WITHDRAW) is not None:
            await end_open_proposal(store, request.id, why=ONE_SIDE_LEFT)


async def _retire_mentors(store: Whole, family: FamilyId) -> None:
    for mentor in await store.mentors.of_families([family]):
        for move in (MentorMove.RETIRE, MentorMove.DECLINE):
            if await store.mentors.move(mentor.id, move) is not None:
                break
