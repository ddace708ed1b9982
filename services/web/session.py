"""A browser and its cookie: found, begun afresh at each sign-in, sealed, and ended.

The cookie's value is the only key to what is kept. It is changed whenever somebody signs in, so
that a value planted beforehand is worth nothing.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import orjson
from starlette.responses import Response

from kernel.access import Actor
from kernel.db import Db
from services.web.frame import Flash
from services.web.seal import For, hash_of, seal, unseal
from services.web.store import Browsers
from services.web.wording import as_day

ATTEMPT_LIFE = timedelta(minutes=15)
COOKIE_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is sealed for a browser: a sign-in begun (`attempt`), or one that stands."""

    attempt: dict[str, str] | None = None
    token: str = ""
    token_until: float = 0.0  # seconds since 1970, our clock
    handle: str = ""
    sign_in: str = ""  # the register's id of the line
    id_token: str = ""
    viewer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    secret: str
    csrf: str
    kept: Kept
    flash: Flash | None = None
    left_s: int = 0  # until it closes, if nobody touches it
    today: date | None = None  # the day in England, by the database's clock, of one found

    @property
    def is_signed_in(self) -> bool:
        return bool(self.kept.handle)

    def holds_csrf(self, given: str) -> bool:
        return hmac.compare_digest(self.csrf.encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Sessions:
    """`secure` where browsers reach us over https: then the cookie is bound to this host alone."""

    db: Db
    secure: bool

    @property
    def cookie(self) -> str:
        return "__Host-kith" if self.secure else "kith"

    async def find(self, secret: str | None, *, touches: bool = True) -> Session | None:
        """The browser of a cookie; None when there is none, or it has been idle too long."""
        if not secret or len(secret) > COOKIE_LENGTH_MAX:
            return None
        async with self.db.begin(Actor.nobody()) as turn:
            row = await Browsers(turn).see(hash_of(secret), touches=touches)
            today = as_day(turn.now)
        if row is None:
            return None
        flash = Flash(**row.flash) if row.flash else None
        return Session(
            secret=secret,
            csrf=row.csrf,
            kept=_open(row.sealed, secret),
            flash=flash,
            left_s=int(row.left_s),
            today=today,
        )

    async def begin(
        self, kept: Kept, *, idle: timedelta, absolute: timedelta, instead_of: Session | None
    ) -> Session:
        """A new secret for the browser; the one before it, if any, is forgotten."""
        session = Session(
            secret=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(24), kept=kept
        )
        async with self.db.begin(Actor.nobody()) as turn:
            browsers = Browsers(turn)
            await browsers.sweep()
            if instead_of is not None:
                await browsers.forget(hash_of(instead_of.secret))
            await browsers.add(
                hash_of(session.secret),
                csrf=session.csrf,
                sealed=_seal(kept, session.secret),
                idle_s=int(idle.total_seconds()),
                ends_at=turn.now + absolute,
            )
        return session

    @asynccontextmanager
    async def changing(self, session: Session) -> AsyncIterator[Change]:
        """One change at a time of what is kept: two pages opened at once must not renew twice."""
        hashed = hash_of(session.secret)
        async with self.db.begin(Actor.nobody()) as turn:
            browsers = Browsers(turn)
            sealed = await browsers.lock(hashed)
            change = Change(_open(sealed, session.secret) if sealed else Kept())
            yield change
            if change.after is not None and sealed is not None:
                await browsers.reseal(
                    hashed,
                    sealed=_seal(change.after, session.secret),
                    idle_s=int(change.idle.total_seconds()),
                )

    async def flash(self, session: Session, flash: Flash | None) -> None:
        """Keep a word for the next page, or (None) forget the one that has been shown."""
        said = {"text": flash.text, "kind": flash.kind} if flash else None
        async with self.db.begin(Actor.nobody()) as turn:
            await Browsers(turn).set_flash(hash_of(session.secret), said)

    async def end(self, session: Session) -> None:
        async with self.db.begin(Actor.nobody()) as turn:
            await Browsers(turn).forget(hash_of(session.secret))

    def give_cookie(self, response: Response, session: Session) -> None:
        response.set_cookie(
            self.cookie, session.secret, httponly=True, secure=self.secure, samesite="lax"
        )

    def take_cookie(self, response: Response) -> None:
        response.delete_cookie(self.cookie, httponly=True, secure=self.secure, samesite="lax")


@dataclass(slots=True)
class Change:
    """What was kept when the change had its turn, and what shall be kept after it."""

    before: Kept
    after: Kept | None = None
    idle: timedelta = ATTEMPT_LIFE

    def keep(self, *, idle: timedelta, **values: Any) -> Kept:
        self.after, self.idle = replace(self.before, **values), idle
        return self.after


def _seal(kept: Kept, secret: str) -> str:
    return seal(orjson.dumps(kept), secret, For.BROWSER)


def _open(sealed: str, secret: str) -> Kept:
    return Kept(**orjson.loads(unseal(sealed, secret, For.BROWSER)))
