"""Mentors on loan: what each of the two agencies is told of them, and giving one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.hand_over_calls import settle_request
from services.matching.actions.ledger import move_place
from services.matching.actions.proposals import reason_given
from services.matching.actions.protected import of_mentors, of_proposals, write_down_reading
from services.matching.actions.reading import AgencySeen, agency_seen
from services.matching.model.ids import AgreementId, LoanId, MentorId
from services.matching.model.lending import Agreement, LentMentor, Loan, LoanState
from services.matching.model.proposal import MentoringEnd
from services.matching.model.protected import Reading
from services.matching.refusals import Why
from services.matching.states.lending import LOANS_OPEN, LoanMove
from services.matching.store.whole import Whole

LOANS_MAX = 100
CAME_TO_NOTHING = frozenset(
    {MentoringEnd.NOT_A_FIT, MentoringEnd.MENTOR_LEFT, MentoringEnd.CONCERN}
)
"""The family has to be paired anew, so the place of the year is given back with the mentor."""


@dataclass(frozen=True, slots=True)
class LentSeen:
    """A mentor of another agency, as the borrower's staff see them."""

    lent: LentMentor
    agency: AgencySeen


@dataclass(frozen=True, slots=True)
class LoanSeen:
    """One place of the ledger. The lender is told which mentor, and that it is for a family of the
    other agency; the borrower also which proposal it is.
    """

    loan: Loan
    mentor_name: str | None
    lender: AgencySeen
    borrower: AgencySeen
    is_ours: bool
    may_give_back: bool


async def lent_mentors_by_id(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, LentSeen]:
    """Mentors of other agencies whom a run of the asker's agency may meet, or met."""
    if not ACCESS.allows(ask.actor, Permit.SEE_PAIRS):
        return {}
    async with ask.read() as store:
        found = await store.lent_mentors.named([MentorId(one) for one in ids])
        return {
            mentor: LentSeen(one, agency_seen(store.places, one.agency))
            for mentor, one in found.items()
        }


async def loans_of_agreements(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[LoanSeen]]:
    """By agreement, the newest first; for staff of the two agencies."""
    async with ask.read() as store:
        found = await store.lending.agreements([AgreementId(one) for one in ids])
        may: list[Agreement] = [
            one for one in found if ACCESS.allows(ask.actor, Permit.SEE_LENDING, one)
        ]
        found_by = {one.id: await store.loans.of_agreement(one.id, limit=LOANS_MAX) for one in may}
        seen: dict[UUID, list[LoanSeen]] = {
            key: await _seen(ask, store, found) for key, found in found_by.items()
        }
        every = [one for found in found_by.values() for one in found]
        own = await store.mentors.mentors(list({one.mentor_id for one in every}))
        ours = await store.proposals.proposals([one.proposal_id for one in every])
    await write_down_reading(ask, Reading.LENT, [*of_mentors(own), *of_proposals(ours)])
    return seen


async def loans_of_mentors(ask: Ask[Whole], ids: Sequence[UUID]) -> dict[UUID, list[LoanSeen]]:
    """By mentor of the asker's own agency: with whom they are on loan now."""
    by_mentor: dict[UUID, list[LoanSeen]] = {mentor: [] for mentor in ids}
    if not ACCESS.allows(ask.actor, Permit.LIST_MENTORS):
        return by_mentor
    async with ask.read() as store:
        found = await store.loans.of_mentors([MentorId(one) for one in ids])
        for seen in await _seen(ask, store, found):
            by_mentor[seen.loan.mentor_id].append(seen)
    return by_mentor


async def agreement_of(ask: Ask[Whole], loan: LoanId) -> AgreementId | None:
    """By which agreement it was lent; None for who is of neither agency."""
    if not ACCESS.allows(ask.actor, Permit.LIST_LENDING):
        return None
    async with ask.read() as store:
        found = await store.loans.loan(loan)
        return found.agreement_id if found else None


async def give_back_mentor(
    ask: Ask[Whole], *, loan: LoanId, because: MentoringEnd, waits_on: bool, reason: str
) -> LoanId:
    """End the mentoring of a family with a lent mentor (D5). `waits_on`: the family stays on the
    list with its first day of asking; else its request closes. Where it came to nothing, the place
    of the year is free again.

    Refuses: NOT_FOUND (also for a loan of others), NOT_ALLOWED, REASON_NEEDED, LOAN_NOT_ACCEPTED,
    LOAN_IS_OVER.
    """
    async with ask.begin() as store:
        held = await store.loans.loan(loan)
        ACCESS.require(ask.actor, Permit.GIVE_BACK_MENTOR, held)
        assert held is not None, "required above"
        why = reason_given(reason)
        await store.turn.become_system(held.borrower)
        proposal = await store.proposals.lock(held.proposal_id)  # one ends it, whoever comes first
        mentoring = await store.mentorings.of_proposal(held.proposal_id)
        assert proposal is not None, "a place is of a proposal"
        if mentoring is None:
            over = held.state not in LOANS_OPEN
            raise Refused(Why.LOAN_IS_OVER if over else Why.LOAN_NOT_ACCEPTED)
        if mentoring.ended_at is not None:
            raise Refused(Why.LOAN_IS_OVER)
        await settle_request(store, mentoring, waits_on=waits_on)
        await store.hand_overs.give_way(mentoring.request_id, to=None)
        await store.hand_overs.close(mentoring.id, because)
        gives_back = because in CAME_TO_NOTHING
        await move_place(
            store, held.proposal_id, LoanMove.GIVE_BACK if gives_back else LoanMove.FINISH
        )
        facts: dict[str, str | int] = {"because": because.value, "waits_on": int(waits_on)}
        await record(
            store.turn, what="gave_back_mentor", why=why, agency=held.borrower,
            subject=mentoring.id, facts=facts,
        )  # fmt: skip
    return loan


async def _seen(ask: Ask[Whole], store: Whole, loans: Sequence[Loan]) -> list[LoanSeen]:
    ids = list({one.mentor_id for one in loans})
    names = {key: one.first_name for key, one in (await store.lent_mentors.named(ids)).items()}
    own = await store.mentors.mentors(ids)
    adults = {one.id: one for one in await store.adults.adults([one.adult_id for one in own])}
    names |= {one.id: adults[one.adult_id].first_name for one in own if one.adult_id in adults}
    return [
        LoanSeen(
            loan=one,
            mentor_name=names.get(one.mentor_id),
            lender=agency_seen(store.places, one.lender),
            borrower=agency_seen(store.places, one.borrower),
            is_ours=one.borrower == ask.actor.agency,
            may_give_back=one.state is LoanState.LENT
            and ACCESS.allows(ask.actor, Permit.GIVE_BACK_MENTOR, one),
        )
        for one in loans
    ]
