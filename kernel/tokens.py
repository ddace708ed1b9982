"""Suite tokens: who asks, as the register signed it. Verified by its published keys (JWKS).

What a token rests on may end before it does: the register tells what (`Revoked`), and each service
keeps that until no token can name it any more. `Db.begin` looks there.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kernel.access import Actor, NotSignedIn
from kernel.ask import Ask
from kernel.db import Turn, Unavailable
from kernel.messages import Revoked, Role

ALGORITHMS = ["RS256", "Ed25519", "EdDSA"]
AUDIENCE = "kith"
TYPE = "at+jwt"
LEEWAY_S = 30
KEYS_KEPT_S = 300
KEYS_ASKED_AGAIN_S = 10
TOKEN_LIFE = timedelta(minutes=10)
REVOKED_KEPT = timedelta(hours=1)
"""Far longer than a token lives, so that clocks which differ and a late message do no harm."""

Published = Mapping[str, Any]


class Verifier:
    """Makes an actor of a bearer token. `published` gives the register's public keys."""

    def __init__(self, published: Callable[[], Awaitable[Published]], *, issuer: str) -> None:
        self._published = published
        self._keys: KeySet | None = None
        self._asked_at = float("-inf")
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            sid={"essential": True},
            exp={"essential": True},
        )

    async def actor(self, token: str) -> Actor:
        """Raises NotSignedIn, or Unavailable when the keys cannot be had."""
        try:
            known = jwt.decode(token, await self._keys_for(token), algorithms=ALGORITHMS)
            if known.header.get("typ") != TYPE:
                raise NotSignedIn("an id token is no access token")
            self._claims.validate(known.claims)
            return _actor(known.claims)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise NotSignedIn(type(fault).__name__) from fault

    async def _keys_for(self, token: str) -> KeySet:
        """The keys; asked for again when they are old, or when the token names a new one."""
        age_s = time.monotonic() - self._asked_at
        is_old = age_s > KEYS_KEPT_S
        if self._keys is None:
            self._keys = await self._fetched()
        elif age_s > KEYS_ASKED_AGAIN_S and (is_old or not _is_known(token, self._keys)):
            with suppress(Unavailable):  # those that we have go on being good
                self._keys = await self._fetched()
        return self._keys

    async def _fetched(self) -> KeySet:
        self._asked_at = time.monotonic()
        return KeySet.import_key_set(dict(await self._published()))  # type: ignore[arg-type]


def keys_at(url: str, client: httpx2.AsyncClient) -> Callable[[], Awaitable[Published]]:
    """Fetch the keys from where the register publishes them."""

    async def fetched() -> Published:
        try:
            answer = await client.get(url, timeout=5)
            answer.raise_for_status()
            published: Published = answer.json()
        except (httpx2.HTTPError, ValueError) as fault:
            raise Unavailable("The keys of the register cannot be had.") from fault
        return published

    return fetched


def keys_given(published: Published) -> Callable[[], Awaitable[Published]]:
    """The keys of a register in this process."""

    async def given() -> Published:
        return published

    return given


def _is_known(token: str, keys: KeySet) -> bool:
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (AttributeError, JoseError, ValueError):
        return True  # decoding says what is the matter
    return any(key.kid == kid for key in keys.keys)


def _actor(claims: Mapping[str, Any]) -> Actor:
    role = Role(claims["role"])
    if role is Role.SYSTEM:
        raise NotSignedIn("the system signs in nowhere")
    return Actor(
        role=role.value,
        account=UUID(claims["sub"]),
        agency=claims.get("agency"),
        person=_id(claims.get("person")),
        household=_id(claims.get("household")),
        sign_in=UUID(claims["sid"]),
        held=None if role is Role.NOBODY else UUID(claims["held"]),
    )


def _id(claim: str | None) -> UUID | None:
    return UUID(claim) if claim else None


async def take_revoked(ask: Ask[Any], revoked: Revoked) -> None:
    """Remember what has ended: what a service does with the register's word of it."""
    async with ask.begin() as store:
        await store.turn.execute(
            "INSERT INTO revoked (id, until_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
            revoked.id,
            ask.now + REVOKED_KEPT,
        )


async def forget_revoked(turn: Turn) -> None:
    """Drop what no token can name any more: a sweep of every worker."""
    await turn.execute("DELETE FROM revoked WHERE until_at < $1", turn.now)
