"""A proposal, from suggested by a run to answered by both; and the mentoring that it becomes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.matching.model.ids import (
    AdultId,
    AgencyId,
    FamilyId,
    MentorId,
    MentoringId,
    ProposalId,
    RequestId,
    RunId,
)
from services.matching.model.run import Explained


class ProposalState(StrEnum):
    """domain.md D5. "Both must agree" is two states, never a flag."""

    SUGGESTED = "suggested"
    PROPOSED = "proposed"
    MENTOR_SAID_YES = "mentor_said_yes"
    FAMILY_SAID_YES = "family_said_yes"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set_aside"  # a newer run, or a person's choice, replaced the suggestion


class Side(StrEnum):
    MENTOR = "mentor"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    id: ProposalId
    run_id: RunId
    agency: AgencyId
    request_id: RequestId
    family_id: FamilyId
    mentor_id: MentorId
    mentor_family_id: FamilyId
    state: ProposalState
    points: int
    place_in_run: int
    need_points: int
    explained: Explained
    read_at: datetime | None
    sent_at: datetime | None
    answer_by: datetime | None
    override_reason: str | None
    ended_because: str | None  # for staff: why it was withdrawn or set aside
    held_back_because: str | None  # for staff: why it was not sent when last tried
    version: int


class MentoringState(StrEnum):
    """The relationship after both said yes (domain.md D5)."""

    ACCEPTED = "accepted"
    INTRODUCED = "introduced"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDING = "ending"
    CLOSED = "closed"
    STOPPED = "stopped"


class MentoringEnd(StrEnum):
    """Why a mentoring was closed (domain.md D5, Ends)."""

    PLANNED = "planned"
    GOALS_MET = "goals_met"
    NOT_A_FIT = "not_a_fit"
    MENTOR_LEFT = "mentor_left"
    MENTEE_LEFT = "mentee_left"
    MOVED_AREA = "moved_area"
    CONCERN = "concern"
    LOST_CONTACT = "lost_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentoring:
    id: MentoringId
    proposal_id: ProposalId
    request_id: RequestId
    agency: AgencyId
    family_id: FamilyId
    mentor_id: MentorId
    mentor_adult_id: AdultId
    mentor_family_id: FamilyId
    need_points: int
    state: MentoringState
    since: datetime
    ended_at: datetime | None
