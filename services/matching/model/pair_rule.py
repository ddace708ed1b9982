"""What a person decided about one pair: keep them together, or never offer them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.matching.model.ids import AccountId, AgencyId, MentorId, PairRuleId, RequestId


class PairRuleKind(StrEnum):
    PIN = "pin"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRule:
    """Binding on every run until lifted. `reason` is staff's own words; the owner is an account."""

    id: PairRuleId
    agency: AgencyId
    kind: PairRuleKind
    request_id: RequestId
    mentor_id: MentorId
    owner_id: AccountId
    reason: str
    made_at: datetime
    lifted_at: datetime | None
