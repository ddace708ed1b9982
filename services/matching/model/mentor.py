"""A mentor: an adult of a family on the register who has said they would help others."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.matching.model.ids import AdultId, AgencyId, FamilyId, MentorId
from services.matching.model.words import Channel, Identity, Programme, Topic


class MentorState(StrEnum):
    """domain.md D3."""

    APPLIED = "applied"
    CHECKING = "checking"
    IN_TRAINING = "in_training"
    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"
    RETIRED = "retired"
    DECLINED = "declined"


class RequirementKind(StrEnum):
    """What a role's check profile asks for (domain.md E25-27): dates, never a document."""

    REFERENCES = "references"
    IDENTITY_SEEN = "identity_seen"
    DBS_BASIC = "dbs_basic"
    DBS_ENHANCED = "dbs_enhanced"
    PREPARATION_TRAINING = "preparation_training"
    SAFEGUARDING_TRAINING = "safeguarding_training"
    AGREEMENT_SIGNED = "agreement_signed"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """`expires_on` is the last day it counts; None means that it does not lapse."""

    mentor_id: MentorId
    kind: RequirementKind
    met_on: date
    expires_on: date | None
    seen_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRecord:
    """The mentor as staff keep it; place, slots and languages stay on the family."""

    id: MentorId
    adult_id: AdultId
    family_id: FamilyId
    agency: AgencyId
    state: MentorState
    programmes: frozenset[Programme]
    topics: frozenset[Topic]  # lived, and willing to talk about
    not_able_to_support: frozenset[Topic]
    channels: frozenset[Channel]
    identities: frozenset[Identity]
    capacity_points: int
    travel_minutes_max: int
    lends_to_other_agencies: bool
    version: int
    lapsed_at: datetime | None = None  # blocked since then, by a check that ran out
