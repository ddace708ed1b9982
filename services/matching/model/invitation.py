"""An agency's invitation: once, for one person in one role, until it is used or runs out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.messages import Role
from services.matching.model.account import PUBLIC_ROLES
from services.matching.model.ids import AccountId, AdultId, AgencyId

FAMILY_ROLES = frozenset({Role.ADOPTER, Role.MENTOR})
STAFF_ROLES = frozenset(Role) - PUBLIC_ROLES - {Role.SYSTEM, Role.NOBODY, Role.SYSTEM_OPERATOR}
"""Whom an agency invites. The system's operator is nobody of an agency's."""


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenInvitation:
    """For a family's adult `adult_id`, for staff the two names; never both."""

    role: Role
    adult_id: AdultId | None = None
    first_name: str | None = None
    last_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`first_name` and `last_name` are the invited person's, of staff or of an adult."""

    id: UUID
    agency: AgencyId
    role: Role
    adult_id: AdultId | None
    first_name: str | None
    last_name: str | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: AccountId | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> InvitationState:
        if self.used_at is not None:
            return InvitationState.USED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.OPEN if now < self.expires_at else InvitationState.EXPIRED
