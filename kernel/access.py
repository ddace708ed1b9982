"""How permission is asked: an actor, grants joined with `|`, and one table per service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from kernel.refusal import Reason, Refused


class NotSignedIn(Exception):
    """The token is none of ours, of another kind, past its time, or names what has ended."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as the suite token says: one account in one role, for one agency.

    `person` and `household` are set for members of the public, `agency` for staff (and for the
    worker, whose job names one). Nobody set (role "nobody") sees nothing. `sign_in` and `held`
    (the role as it was given) are set where a token says so: what it rests on, which may end
    before the token does.
    """

    role: str
    account: UUID | None = None
    agency: str | None = None
    person: UUID | None = None
    household: UUID | None = None
    sign_in: UUID | None = None
    held: UUID | None = None

    @staticmethod
    def nobody() -> Actor:
        return Actor(role="nobody")

    @staticmethod
    def system(agency: str | None = None) -> Actor:
        """The worker, for what its job names; never a blanket role."""
        return Actor(role="system", agency=agency)


@dataclass(frozen=True, slots=True)
class Grant:
    """A named claim about an actor and a thing. `a | b` holds when either does."""

    name: str
    holds: Callable[[Actor, Any], bool]

    def __call__(self, actor: Actor, thing: Any = None) -> bool:
        return self.holds(actor, thing)

    def __or__(self, other: Grant) -> Grant:
        return Grant(
            f"{self.name} | {other.name}",
            lambda actor, thing: self(actor, thing) or other(actor, thing),
        )


def grant(claim: Callable[[Actor, Any], bool]) -> Grant:
    """Make a grant of a plain function; its name is the function's."""
    return Grant(claim.__name__, claim)


@dataclass(frozen=True, slots=True)
class Access:
    """One service's permission table, with its two ways of saying no.

    `unseen` is the answer for a thing that the asker cannot see (the same as for a missing one);
    `refused` for a thing that the asker can see but not change in this way.
    """

    table: Mapping[StrEnum, Grant]
    unseen: Reason
    refused: Reason

    def allows(self, actor: Actor, permit: StrEnum, thing: object = None) -> bool:
        return self.table[permit](actor, thing)

    def require(self, actor: Actor, permit: StrEnum, thing: object) -> None:
        """Refuses: `unseen` when the thing is missing (None), `refused` when the grant fails."""
        if thing is None:
            raise Refused(self.unseen)
        if not self.allows(actor, permit, thing):
            raise Refused(self.refused)

    def require_role(self, actor: Actor, permit: StrEnum) -> None:
        """The same for what concerns no one thing, such as opening a list."""
        if not self.allows(actor, permit):
            raise Refused(self.refused)


@dataclass(frozen=True, slots=True)
class Read:
    """A way to read a protected family (domain.md E44): `why`, as the audit says it, and the
    `fields` of the graph that do, as `Type.field`.
    """

    why: str
    fields: tuple[str, ...]
