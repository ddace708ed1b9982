"""People of an agency as its admin sees them: a name, the roles given, when they were last here."""

from dataclasses import dataclass
from datetime import datetime

from kernel.messages import Role
from services.matching.model.ids import AccountId, AgencyId, RoleHeldId

GIVEN_BY_ADMINS = frozenset(Role) - {
    Role.ADOPTER,
    Role.MENTOR,
    Role.SYSTEM_OPERATOR,
    Role.SYSTEM,
    Role.NOBODY,
}
"""Adopters and mentors are made by the register, operators by nobody within an agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven:
    id: RoleHeldId
    account_id: AccountId
    agency: AgencyId
    role: Role
    from_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`name` is None once erased; `last_seen_at` None for who has never signed in."""

    account_id: AccountId
    name: str | None
    last_seen_at: datetime | None
