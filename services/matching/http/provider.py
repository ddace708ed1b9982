"""The OIDC provider as the register sees it: whose keys they are, and what an id token proves."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.matching.model.account import Proof

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
LEEWAY_S = 60
FRESH_S = 120  # how long a proof may be under way from the provider to us
REFETCH_AFTER_S = 30
AT_ANY_TIME_S = 10**12


class NotProven(Exception):
    """The token does not prove what it says. Why is for our log, never for the caller."""


class ClocksDiffer(NotProven):
    """Genuine and made for us, but not in these minutes by our clock: one of the two is off."""


class ProviderAway(Exception):
    """The provider's keys cannot be read now."""


@dataclass
class Provider:
    """One issuer and the clients of it that may sign people in to Kith.

    Keys are fetched when first needed and again when a token names one that we do not hold, but
    at most every half minute, so that forged key ids cannot make us ask without end.
    """

    issuer: str
    client_ids: Sequence[str]
    client: httpx2.AsyncClient
    _keys: KeySet | None = field(default=None, init=False)
    _fetched_at: float = field(default=float("-inf"), init=False)

    async def prove(self, id_token: str, *, nonce: str) -> Proof:
        """Check signature, issuer, audience, nonce, and time last of all.

        Raises NotProven; ClocksDiffer when time is all that is wrong.
        """
        try:
            header = jws.extract_compact(id_token.encode()).headers()
            if header.get("alg") not in ALGORITHMS:
                raise NotProven("algorithm")
            if header.get("typ", "JWT").upper() != "JWT":
                raise NotProven("typ")
            keys = await self._keys_for(header.get("kid"))
            claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
            _registry(self.issuer).validate(claims)
        except (JoseError, ValueError, AttributeError) as fault:
            raise NotProven(type(fault).__name__) from fault
        self._check_audience(claims)
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise NotProven("nonce")
        _check_time(claims)
        return Proof(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            second_factor=_says_second_factor(claims.get("amr")),
            hash=hashlib.sha256(id_token.encode()).digest(),
        )

    def _check_audience(self, claims: dict[str, Any]) -> None:
        """Made for clients of ours and for nobody else; of several, `azp` says which asked.

        Source: OpenID Connect Core 3.1.3.7, steps 3 to 5.
        """
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        party = claims.get("azp", audience[0] if len(audience) == 1 else None)
        if party not in audience or not all(one in self.client_ids for one in audience):
            raise NotProven("audience")

    async def _keys_for(self, kid: str | None) -> KeySet:
        known = {key.kid for key in self._keys.keys} if self._keys else set()
        if self._keys is None or kid not in known:
            await self._fetch()
        assert self._keys is not None
        return self._keys

    async def _fetch(self) -> None:
        if self._keys is not None and time.monotonic() - self._fetched_at < REFETCH_AFTER_S:
            return
        try:
            found = await self.client.get(
                f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            )
            found.raise_for_status()
            metadata = found.json()
            if metadata["issuer"] != self.issuer:
                raise ValueError("the provider calls itself by another name")
            answer = await self.client.get(metadata["jwks_uri"])
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as fault:
            raise ProviderAway(str(fault)) from fault
        self._fetched_at = time.monotonic()


def _says_second_factor(methods: object) -> bool:
    """`amr` is a list of methods (RFC 8176); anything else says nothing."""
    return isinstance(methods, list) and "mfa" in methods


def _check_time(claims: dict[str, Any]) -> None:
    """Given just now and not over, by our clock.

    A token says by its `iat` what the provider's clock showed when the code was changed for it: a
    moment ago. One whose end lies hours ahead would else hide a clock that is minutes behind.
    """
    now = time.time()
    is_early = max(claims["iat"], claims.get("nbf", 0)) > now + LEEWAY_S
    is_old = claims["iat"] < now - LEEWAY_S - FRESH_S or claims["exp"] <= now - LEEWAY_S
    if is_early or is_old:
        raise ClocksDiffer(f"given {claims['iat'] - now:+.0f} s from now, by its own words")


def _registry(issuer: str) -> jwt.JWTClaimsRegistry:
    """What must be said, and that times are numbers; `_check_time` judges them."""
    return jwt.JWTClaimsRegistry(
        leeway=AT_ANY_TIME_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
