"""Who signs in: an account is one login of one provider; what it may be is the roles it holds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kernel.messages import Role
from services.matching.model.ids import AccountId, AdultId, AgencyId, FamilyId

PUBLIC_ROLES = frozenset({Role.ADOPTER, Role.MENTOR, Role.GROUP_LEADER, Role.HUB_CARER})
"""The roles of families. All others are staff, who need a second factor (domain.md E62)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Names are None for a stranger, and for an adult whose names were erased."""

    id: AccountId
    first_name: str | None
    last_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """`id` is of the role as it was given: given again after it ended, it is another."""

    role: Role
    agency: AgencyId
    id: UUID | None = field(default=None, compare=False)

    @property
    def is_staff(self) -> bool:
        return self.role not in PUBLIC_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the provider has proved, checked at the door: whose login, and how it was proved.

    `hash` is of the provider's token itself, so that one proof opens one sign-in.
    """

    issuer: str
    subject: str
    second_factor: bool
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One line from signing in to signing out. No role yet means: several are held, choose one."""

    id: UUID
    account_id: AccountId
    second_factor: bool
    held: RoleHeld | None
    ends_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSignIn:
    """A line as its owner sees it in the list of their own."""

    id: UUID
    held: RoleHeld | None
    opened_at: datetime
    renewed_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The adult behind an account, and the family."""

    person: AdultId
    household: FamilyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a sign-in lasts when nobody touches it, and at all."""

    idle: timedelta
    absolute: timedelta


FAMILY_LIMITS = Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
STAFF_LIMITS = Limits(idle=timedelta(minutes=15), absolute=timedelta(hours=8))


def limits_of(held: RoleHeld | None) -> Limits:
    """Staff screens show many families, so they close sooner. No role shows nothing."""
    return STAFF_LIMITS if held and held.is_staff else FAMILY_LIMITS
