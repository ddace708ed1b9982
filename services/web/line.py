"""The line from a signed-in browser to the graph: its token, kept fresh, and the calls it makes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kernel.messages import Role
from services.web.gateway import Asker, Away, Gateway, Values, WhoAreYou
from services.web.identity import NotSignedIn, Register, Tokens
from services.web.session import Kept, Session, Sessions

RENEW_BEFORE_S = 30.0
PUBLIC_ROLES = frozenset(
    {Role.ADOPTER, Role.MENTOR, Role.GROUP_LEADER, Role.HUB_CARER, Role.NOBODY}
)


class SignInAgain(Exception):
    """The sign-in is over: ended, revoked, or idle for too long. The person signs in again."""


@dataclass(frozen=True, slots=True)
class Limits:
    idle: timedelta
    absolute: timedelta


FAMILY = Limits(timedelta(minutes=30), timedelta(hours=12))
STAFF = Limits(timedelta(minutes=15), timedelta(hours=8))


def limits_of(role: str | None) -> Limits:
    """Staff screens show many families, so they close sooner (design decision 7)."""
    return FAMILY if role is None or Role(role) in PUBLIC_ROLES else STAFF


@dataclass(kw_only=True)
class Line:
    """Calls of the graph on behalf of one browser. Renews its token before it ends, or when the
    graph no longer takes it; when the register renews it no more, raises SignInAgain.
    """

    gateway: Gateway
    register: Register
    sessions: Sessions
    session: Session | None
    request_id: str

    async def ask(self, operation: str, **variables: object) -> Values:
        try:
            return await self.gateway.ask(await self._asker(), operation, **variables)
        except WhoAreYou:
            asker = await self._asker(renewed=True)
        with just_given():
            return await self.gateway.ask(asker, operation, **variables)

    async def do(self, operation: str, **variables: object) -> Any:
        try:
            return await self.gateway.do(await self._asker(), operation, **variables)
        except WhoAreYou:
            asker = await self._asker(renewed=True)
        with just_given():
            return await self.gateway.do(asker, operation, **variables)

    async def _asker(self, *, renewed: bool = False) -> Asker:
        """A fresh asker. Raises SignInAgain."""
        if self.session is None or not self.session.is_signed_in:
            if renewed:
                raise SignInAgain
            return Asker(token=None, request_id=self.request_id)
        kept = self.session.kept
        if renewed or kept.token_until - RENEW_BEFORE_S <= time.time():
            kept = await self._renew(self.session)
        return Asker(token=kept.token, request_id=self.request_id)

    async def _renew(self, session: Session) -> Kept:
        """Another page of this browser may have renewed while we waited: then take its token."""
        try:
            async with self.sessions.changing(session) as change:
                kept = change.before
                if kept.handle == session.kept.handle:  # it rotates; a token may repeat in a second
                    tokens = await self.register.renew(kept.handle)
                    kept = change.keep(idle=limits_of(tokens.role).idle, **values_of(tokens))
                    if not _same_role(kept, tokens):
                        raise SignInAgain
        except NotSignedIn as no:
            raise SignInAgain from no
        self.session = replace(session, kept=kept)
        return kept


@contextmanager
def just_given() -> Iterator[None]:
    """A token that the register gave a moment ago and the graph does not take: their clocks or
    keys differ. That is ours to mend and ends nobody's sign-in. Raises Away.
    """
    try:
        yield
    except WhoAreYou as fault:
        raise Away("the graph, to tokens just given: look at clocks and keys") from fault


def _same_role(kept: Kept, tokens: Tokens) -> bool:
    """False when the role has ended meanwhile: what the pages show of it must end as well."""
    shown = str(kept.viewer["role"]).lower() if kept.viewer else ""
    return shown == (tokens.role or Role.NOBODY)


def values_of(tokens: Tokens) -> dict[str, Any]:
    """The part of what is kept that a renewal changes."""
    return {
        "token": tokens.token,
        "token_until": tokens.token_until,
        "handle": tokens.handle,
        "sign_in": tokens.sign_in,
    }
