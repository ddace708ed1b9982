"""What one side is shown of a proposal: facts without names, and that side's own answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.matching.model.ids import AdultId, AgencyId, FamilyId, ProposalId
from services.matching.model.proposal import Side


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


class CardState(StrEnum):
    """What the reader sees. The other side's no, a withdrawal and a block change none of these."""

    OPEN = "open"
    SAID_YES = "said_yes"
    SAID_NO = "said_no"
    BOTH_YES = "both_yes"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """The words of one side's card, written once, on the day it is sent."""

    they: tuple[str, ...]
    topics: tuple[str, ...]
    times: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One side of a sent proposal.

    `adult_id` is the one reader of a mentor's card; a family's card belongs to the household.
    `answer_by` is the first instant at which it is too late. `both_yes_at` is the only thing that
    the other side ever writes here.
    """

    proposal_id: ProposalId
    side: Side
    agency: AgencyId
    household_id: FamilyId
    adult_id: AdultId | None
    words: CardWords
    sent_at: datetime
    answer_by: datetime
    answer: Answer | None
    answered_at: datetime | None
    both_yes_at: datetime | None
    replaced_at: datetime | None  # a newer suggestion for the same request was sent

    def state(self, now: datetime) -> CardState:
        """What the reader is shown at this instant."""
        if self.both_yes_at is not None:
            return CardState.BOTH_YES
        if self.answer is Answer.NO:
            return CardState.SAID_NO
        if now >= self.answer_by or self.replaced_at is not None:
            return CardState.OVER
        return CardState.SAID_YES if self.answer is Answer.YES else CardState.OPEN
