"""Mentors lent between agencies, in the graph: agreements, their ledger, and what went each way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

import services.matching.graph.pair_words  # noqa: F401 - makes the enums
from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection, uuid_of
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import lending as actions
from services.matching.actions import loans
from services.matching.graph.loading import load
from services.matching.graph.loans import Loan
from services.matching.graph.places import Agency
from services.matching.model import lending as model
from services.matching.model.ids import AgencyId, AgreementId, LoanId
from services.matching.model.lending import AgreementState
from services.matching.model.proposal import MentoringEnd
from services.matching.rules.shares import last_day_of
from services.matching.states.lending import AgreementMove

MATCHING = Service.MATCHING


@strawberry.type
class LendingStanding:
    """The lending year, from April to March: places this agreement has of it, used and left.

    `fairPlaces` is its exact part of what the lender lends; `difference` what has been used beyond
    that, never more than one place.
    """

    year_until: date
    places: int
    fair_places: float
    used: int
    left: int
    difference: float

    @classmethod
    def of(cls, standing: model.Standing) -> Self:
        return cls(
            year_until=last_day_of(standing.year),
            places=standing.places,
            fair_places=standing.fair,
            used=standing.used,
            left=standing.left,
            difference=standing.used - standing.fair,
        )


@strawberry.type
class LendingAgreement:
    """By which one agency's mentors may help families of another who chose that."""

    id: strawberry.ID
    state: AgreementState
    lender: Agency
    borrower: Agency
    proposed_by: strawberry.ID
    proposed_at: datetime
    places_a_year: int
    share: int
    notice_days: int
    from_on: date
    until_on: date
    in_force: bool
    moves: list[AgreementMove]

    @strawberry.field
    async def standing(self, info: Info) -> LendingStanding | None:
        found = await load(info, actions.standings, UUID(self.id))
        return LendingStanding.of(found) if found else None

    @strawberry.field
    async def loans(self, info: Info) -> list[Loan]:
        """The newest hundred."""
        found = await load(info, loans.loans_of_agreements, UUID(self.id))
        return [Loan.of(each) for each in found or []]

    @classmethod
    def of(cls, seen: actions.AgreementSeen) -> Self:
        held = seen.agreement
        return cls(
            id=strawberry.ID(str(held.id)),
            state=held.state,
            lender=Agency.of(seen.lender),
            borrower=Agency.of(seen.borrower),
            proposed_by=strawberry.ID(held.proposed_by),
            proposed_at=held.proposed_at,
            places_a_year=held.places_a_year,
            share=held.share,
            notice_days=held.notice_days,
            from_on=held.from_on,
            until_on=held.until_on,
            in_force=seen.in_force,
            moves=list(seen.moves),
        )


@strawberry.type
class LendingBalance:
    """Places that went each way this lending year between the asker's agency and another."""

    partner: Agency
    lent: int
    borrowed: int

    @classmethod
    def of(cls, seen: actions.BalanceSeen) -> Self:
        balance = seen.balance
        return cls(partner=Agency.of(seen.partner), lent=balance.lent, borrowed=balance.borrowed)


@strawberry.input
class LendingInput:
    """`partner` lends to the asker's agency, or borrows where `weLend`; `share` is in parts."""

    partner: strawberry.ID
    we_lend: bool
    places_a_year: int
    share: int
    notice_days: int
    from_on: date
    until_on: date

    def given(self) -> model.GivenLending:
        return model.GivenLending(
            partner=AgencyId(self.partner),
            we_lend=self.we_lend,
            places_a_year=self.places_a_year,
            share=self.share,
            notice_days=self.notice_days,
            from_on=self.from_on,
            until_on=self.until_on,
        )


ProposeLendingResult = Annotated[
    LendingAgreement | Refusal, strawberry.union("ProposeLendingResult")
]
MoveLendingResult = Annotated[LendingAgreement | Refusal, strawberry.union("MoveLendingResult")]
GiveBackMentorResult = Annotated[
    LendingAgreement | Refusal, strawberry.union("GiveBackMentorResult")
]


@strawberry.type
class LendingQuery:
    @strawberry.field
    async def lending_agreements(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[LendingAgreement]:
        """Those of the asker's agency, on either side, the newest first."""
        page = Page.of(first, after, datetime, AgreementId)
        rows, total = await actions.agreements_page(
            info.context.ask(MATCHING),
            after=page.after,
            limit=page.limit,
        )
        return connection(page, rows, node=LendingAgreement.of, cursor=_cursor, total_count=total)

    @strawberry.field
    async def lending_agreement(self, info: Info, id: strawberry.ID) -> LendingAgreement | None:
        """Null for an agreement of others, as for one that never was."""
        seen = await load(info, actions.agreements_by_id, uuid_of(id))
        return LendingAgreement.of(seen) if seen else None

    @strawberry.field
    async def lending_balances(self, info: Info) -> list[LendingBalance]:
        """With each partner of the asker's agency, by its code."""
        return [
            LendingBalance.of(each) for each in await actions.balances(info.context.ask(MATCHING))
        ]


@strawberry.type
class LendingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def propose_lending(
        self, info: Info, key: UUID, input: LendingInput
    ) -> ProposeLendingResult:
        """Propose an agreement. It counts once the other agency's admin has agreed."""
        ask = info.context.ask(MATCHING)
        made = await once(ask, key, actions.propose_lending, given=input.given())
        return await _again(info, made)

    @strawberry.mutation(extensions=[Refusable()])
    async def move_lending(
        self,
        info: Info,
        key: UUID,
        id: strawberry.ID,
        move: AgreementMove,
        reason: str | None = None,
    ) -> MoveLendingResult:
        """Agree, turn down, take back, or give notice. What was lent stays lent."""
        ask = info.context.ask(MATCHING)
        which = AgreementId(uuid_of(id))
        moved = await once(
            ask, key, actions.move_lending, agreement=which, move=move, reason=reason
        )
        return await _again(info, moved)

    @strawberry.mutation(extensions=[Refusable()])
    async def give_back_mentor(
        self,
        info: Info,
        key: UUID,
        loan: strawberry.ID,
        because: MentoringEnd,
        waits_on: bool,
        reason: str,
    ) -> GiveBackMentorResult:
        """End a mentoring with a lent mentor. Refused while it is a proposal yet."""
        given = await once(
            info.context.ask(MATCHING),
            key,
            loans.give_back_mentor,
            loan=LoanId(uuid_of(loan)),
            because=because,
            waits_on=waits_on,
            reason=reason,
        )
        agreement = await loans.agreement_of(info.context.ask(MATCHING), given)
        assert agreement is not None, "who gave a mentor back is of the borrower"
        return await _again(info, agreement)


async def _again(info: Info, agreement: AgreementId) -> LendingAgreement:
    info.context.forget()
    seen = await load(info, actions.agreements_by_id, agreement)
    assert seen is not None, "who changed an agreement sees it"
    return LendingAgreement.of(seen)


def _cursor(seen: actions.AgreementSeen) -> tuple[datetime, UUID]:
    return seen.agreement.proposed_at, seen.agreement.id
