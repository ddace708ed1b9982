"""What a coordinator's day begins with: who is ready, who waits longest, where help is short."""

from dataclasses import dataclass
from datetime import date, datetime

from services.matching.model.ids import (
    AgencyId,
    CouncilCode,
    FamilyId,
    MentorId,
    ProposalId,
    RequestId,
)
from services.matching.model.proposal import Side
from services.matching.model.run import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilSupply:
    """`waiting` people are ready; `free_points` of active mentors who live there are not taken."""

    council: CouncilCode
    waiting: int
    free_points: int

    @property
    def free_places(self) -> int:
        """Families that could be taken on, at the usual need of two points each."""
        return self.free_points // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LongWaits:
    """Ready people who wait longer than the agency's two marks; `people` count the worst too."""

    weeks: int
    people: int
    worst_weeks: int
    worst_people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    ready: int
    checking: int
    asked: int  # a proposal is with both sides
    lapsed: int  # mentors blocked by a check that ran out
    longest_wait: RequestId | None
    longest_wait_since: datetime | None
    long_waits: LongWaits


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRing:
    """Somebody without a login whose answer to a proposal is awaited: nothing is written to them.

    The name is None when it was erased.
    """

    proposal: ProposalId
    side: Side
    family: FamilyId
    name: str | None
    sent_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LapsedMentor:
    """Blocked by a check that ran out; `families` are still with them, and stay."""

    mentor: MentorId
    since: datetime
    families: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    agency: AgencyId
    on_day: date
    counts: Counts
    run: RunRecord | None  # the newest
