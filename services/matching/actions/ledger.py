"""The ledger of mentors lent: a place is taken when a proposal is sent, and given back or used up.

Fair over a year (domain.md Q5): a lender's places are dealt out by the shares agreed, so nobody
uses more than one place beyond their part. Works as the system of an agency, in an action's turn.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import uuid4

from kernel.audit import record
from kernel.refusal import Refused
from services.matching.model.agency_settings import LENT_A_YEAR
from services.matching.model.days import day_of
from services.matching.model.ids import AgencyId, LoanId, ProposalId
from services.matching.model.lending import Agreement, Loan, LoanState, Standing
from services.matching.model.proposal import Proposal
from services.matching.refusals import Why
from services.matching.rules.shares import Claim, lending_year, limits
from services.matching.states.lending import LoanMove
from services.matching.store.whole import Whole


async def standings_of(store: Whole, lender: AgencyId, on: date) -> Sequence[Standing]:
    """Every agreement of a lender in the lending year of the day. Becomes the lender's system."""
    await store.turn.become_system(lender)
    year = lending_year(on)
    held = await store.lending.lent_by(lender, year)
    pool = (await store.agency_settings.in_force(lender)).number(LENT_A_YEAR)
    claims = [
        Claim(
            agreement_id=one.id,
            share=one.share,
            places_a_year=one.places_a_year,
            used=used,
            counts=one.holds(on),
        )
        for one, used in held
    ]
    dealt = limits(pool, claims)
    return [
        Standing(
            agreement_id=one.agreement_id,
            year=year,
            places=dealt[one.agreement_id][0],
            fair=dealt[one.agreement_id][1],
            used=one.used,
        )
        for one in claims
    ]


async def standing_of(store: Whole, agreement: Agreement, on: date) -> Standing:
    """Of one agreement. Becomes the lender's system: nothing of the asker's is read after this."""
    found = await standings_of(store, agreement.lender, on)
    none = Standing(agreement_id=agreement.id, year=lending_year(on), places=0, fair=0.0, used=0)
    return next((one for one in found if one.agreement_id == agreement.id), none)


async def left_to_borrow(store: Whole, borrower: AgencyId, on: date) -> Mapping[AgencyId, int]:
    """By lending agency, how many places are left to the borrower; called as its system."""
    left: dict[AgencyId, int] = {}
    for one in await store.lending.holding(borrower, on):
        if one.borrower == borrower:
            left[one.lender] = (await standing_of(store, one, on)).left
            await store.turn.become_system(borrower)
    return left


async def take_place(store: Whole, proposal: Proposal, lender: AgencyId) -> None:
    """Count the place that a proposal to another agency's mentor takes.

    Refuses: LENDING_NOT_IN_FORCE, LENDING_USED_UP.
    """
    on, borrower = day_of(store.turn.now), proposal.agency
    agency = store.places.agencies[lender].name
    held = await store.lending.holding(borrower, on)
    agreement = next(
        (one for one in held if (one.lender, one.borrower) == (lender, borrower)), None
    )
    if agreement is None:
        raise Refused(Why.LENDING_NOT_IN_FORCE, agency=agency)
    standing = await standing_of(store, agreement, on)
    await store.turn.become_system(borrower)
    if not await store.loans.take(agreement, year=standing.year, places=standing.places):
        raise Refused(Why.LENDING_USED_UP, places=standing.places, agency=agency)
    loan = Loan(
        id=LoanId(uuid4()),
        agreement_id=agreement.id,
        year=standing.year,
        lender=lender,
        borrower=borrower,
        mentor_id=proposal.mentor_id,
        proposal_id=proposal.id,
        need_points=proposal.need_points,
        state=LoanState.ASKED,
        taken_at=store.turn.now,
        ended_at=None,
    )
    await store.loans.write(loan)
    await _write_down(store, loan, what="asked_for_lent_mentor")


async def move_place(store: Whole, proposal: ProposalId, move: LoanMove) -> None:
    """Carry on the place that a proposal took. Nothing for a mentor of the agency's own."""
    loan = await store.loans.move(proposal, move)
    if loan is not None:
        what = {
            LoanState.LENT: "lent_mentor",
            LoanState.GIVEN_BACK: "gave_back_lent_place",
            LoanState.OVER: "ended_loan",
        }[loan.state]
        await _write_down(store, loan, what=what)


async def _write_down(store: Whole, loan: Loan, *, what: str) -> None:
    """In both agencies' audits, by ids: the lender's says which mentor, not which family."""
    facts: dict[str, str | int] = {"lender": loan.lender, "borrower": loan.borrower}
    for agency, subject in ((loan.lender, loan.mentor_id), (loan.borrower, loan.proposal_id)):
        await record(store.turn, what=what, agency=agency, subject=subject, facts=facts)
