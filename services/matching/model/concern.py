"""A worry that somebody raised about a family, for the safeguarding lead of its own agency."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.matching.model.ids import AccountId, AgencyId, ConcernId, FamilyId


class ConcernState(StrEnum):
    """domain.md D7, last line."""

    RAISED = "raised"
    SEEN = "seen"
    REFERRED = "referred"
    ADVISED = "advised"
    NO_ACTION = "no_action"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """All of it: for the safeguarding lead alone. No family: somebody else is worried about."""

    id: ConcernId
    agency: AgencyId
    about_family_id: FamilyId | None
    raised_by_account: AccountId
    raised_by_role: str
    raised_at: datetime
    words: str
    state: ConcernState


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernReceipt:
    """What the raiser is told: it was received, and when it was seen."""

    concern_id: ConcernId
    received_at: datetime
    seen_at: datetime | None
