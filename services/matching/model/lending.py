"""Mentors lent between two agencies: what they agreed, and each place that was taken by it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.matching.model.ids import AgencyId, AgreementId, LoanId, MentorId, ProposalId


class AgreementState(StrEnum):
    """domain.md D7: a sharing agreement rests on both; who agrees is never who proposed."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    NOTICE_GIVEN = "notice_given"
    TURNED_DOWN = "turned_down"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"


class LoanState(StrEnum):
    """One place of the ledger, from a proposal that was sent to the end of what came of it."""

    ASKED = "asked"
    LENT = "lent"
    GIVEN_BACK = "given_back"  # nothing came of it, so the year's place is free again
    OVER = "over"  # the mentoring had its time: the year's place stays used


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLending:
    """What is proposed. `partner` lends, or borrows where `we_lend`; `share` is in parts."""

    partner: AgencyId
    we_lend: bool
    places_a_year: int
    share: int
    notice_days: int
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`until_on` is the last day that counts; giving notice brings it nearer."""

    id: AgreementId
    lender: AgencyId
    borrower: AgencyId
    state: AgreementState
    places_a_year: int
    share: int
    notice_days: int
    from_on: date
    until_on: date
    proposed_by: AgencyId
    proposed_at: datetime
    version: int

    @property
    def parties(self) -> frozenset[AgencyId]:
        return frozenset({self.lender, self.borrower})

    def holds(self, on: date) -> bool:
        """In force on the day."""
        standing = self.state in (AgreementState.AGREED, AgreementState.NOTICE_GIVEN)
        return standing and self.from_on <= on <= self.until_on

    def partner_of(self, agency: str | None) -> AgencyId:
        return self.borrower if agency == self.lender else self.lender


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an agreement is in its lending year. `fair` is its exact part of what the lender lends.

    `places` is how many it may use this year; none while the agreement is not in force.
    """

    agreement_id: AgreementId
    year: int
    places: int
    fair: float
    used: int

    @property
    def left(self) -> int:
        return max(0, self.places - self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    id: LoanId
    agreement_id: AgreementId
    year: int
    lender: AgencyId
    borrower: AgencyId
    mentor_id: MentorId
    proposal_id: ProposalId
    need_points: int
    state: LoanState
    taken_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What went each way between the asker's agency and another in the lending year."""

    partner: AgencyId
    year: int
    lent: int
    borrowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LentMentor:
    """All that the borrower's staff are told. No first name once it may not be told."""

    mentor_id: MentorId
    agency: AgencyId
    first_name: str | None
