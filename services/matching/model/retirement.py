"""A mentor who is going to leave, and the hand-over of each family (domain.md C8, G1 step 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.matching.model.ids import AgencyId, MentorId, MentoringId
from services.matching.model.proposal import Mentoring, Proposal
from services.matching.model.run import Explained, LeftOut


class CallOutcome(StrEnum):
    """How the call ended in which the old mentor hands over (D5: held, or refusal noted)."""

    HELD = "held"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementRecord:
    """`last_on` is the last day on which the mentor helps."""

    mentor_id: MentorId
    agency: AgencyId
    last_on: date
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCall:
    mentoring_id: MentoringId
    call_on: date | None
    outcome: CallOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """One family of the mentor's and where its hand-over is.

    Exactly one of these says it: `successor`, the new mentoring; `proposal`, which waits to be
    read, sent or answered; `found`, whom the engine would propose; `nobody`, why there is none.
    All are None where the mentoring is over.
    """

    mentoring: Mentoring
    call: HandOverCall | None
    successor: Mentoring | None = None
    proposal: Proposal | None = None
    found: Explained | None = None
    nobody: LeftOut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """`planned` is None while it is only looked at. `untouched` are the agency's other pairs."""

    mentor_id: MentorId
    planned: RetirementRecord | None
    hand_overs: tuple[HandOver, ...]
    untouched: int
    to_take_back: int  # proposals to the mentor that wait to be sent or answered

    @property
    def changes(self) -> int:
        return sum(each.found is not None for each in self.hand_overs)

    @property
    def all_over(self) -> bool:
        """Every family is handed over, so the mentor may go (D3)."""
        return all(each.mentoring.ended_at is not None for each in self.hand_overs)
