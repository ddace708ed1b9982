"""One mentor on loan in the graph: as much of it as each of the two agencies is told."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

import services.matching.graph.words  # noqa: F401 - makes the enums
from services.matching.actions import loans
from services.matching.graph.places import Agency
from services.matching.model.lending import LoanState


@strawberry.type
class Loan:
    """A mentor of the lender, with a family of the borrower. No more of that family is told.

    `proposal` is for the borrower alone; `mentorName` a first name, null once it may not be told.
    """

    id: strawberry.ID
    state: LoanState
    mentor_name: str | None
    lender: Agency
    borrower: Agency
    proposal: strawberry.ID | None
    taken_at: datetime
    ended_at: datetime | None
    may_give_back: bool

    @classmethod
    def of(cls, seen: loans.LoanSeen) -> Self:
        loan = seen.loan
        return cls(
            id=strawberry.ID(str(loan.id)),
            state=loan.state,
            mentor_name=seen.mentor_name,
            lender=Agency.of(seen.lender),
            borrower=Agency.of(seen.borrower),
            proposal=strawberry.ID(str(loan.proposal_id)) if seen.is_ours else None,
            taken_at=loan.taken_at,
            ended_at=loan.ended_at,
            may_give_back=seen.may_give_back,
        )
