"""Emergency access: a member of staff is let in to one family for half an hour, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.messages import Role
from services.matching.model.ids import AccountId, AgencyId, EmergencyId, FamilyId

EMERGENCY_LASTS = timedelta(minutes=30)


class EmergencyState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """`ended_at` is when a safeguarding lead ended it early."""

    id: EmergencyId
    agency: AgencyId
    family_id: FamilyId
    account_id: AccountId
    role: Role
    reason: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None

    def state(self, now: datetime) -> EmergencyState:
        if self.ended_at is not None:
            return EmergencyState.ENDED
        return EmergencyState.OPEN if now < self.until_at else EmergencyState.OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyListed:
    """With the names that its reader may know: a safeguarding lead both, whoever asked neither."""

    emergency: Emergency
    who: str | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultInEmergency:
    """A first name and no more of one; None when it was erased."""

    first_name: str | None
    has_account: bool
