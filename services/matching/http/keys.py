"""The keys that sign suite tokens: the first signs, all are published, so that they can rotate.

To rotate without a cut: add the new key second and restart; ten minutes after every service has
read it, put it first; ten minutes later, take the old one out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey, RSAKey

AUDIENCE = "kith"


class SigningKeys:
    def __init__(self, keys: KeySet, *, issuer: str) -> None:
        self._keys = keys
        self._first = keys.keys[0]
        self._algorithm = "RS256" if isinstance(self._first, RSAKey) else "Ed25519"
        self.issuer = issuer

    @classmethod
    def read(cls, text: str, *, issuer: str) -> SigningKeys:
        """From a JWK set with private keys, RSA or Ed25519. Raises ValueError for anything else."""
        try:
            keys = KeySet.import_key_set(orjson.loads(text))
        except (JoseError, KeyError) as fault:
            raise ValueError("the signing keys are no set of keys (JWK)") from fault
        for key in keys.keys:
            if not isinstance(key, (RSAKey, OKPKey)) or not key.is_private:
                raise ValueError("a signing key is RSA or Ed25519, and private")
        return cls(keys, issuer=issuer)

    def sign(self, claims: Mapping[str, Any], *, issued_at: datetime, expires_at: datetime) -> str:
        """A suite token: header typ `at+jwt`, so that no other kind of token passes for one."""
        header = {"alg": self._algorithm, "kid": self._first.kid, "typ": "at+jwt"}
        whole = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
            **{name: value for name, value in claims.items() if value is not None},
        }
        return jwt.encode(header, whole, self._first, algorithms=[self._algorithm])

    def published(self) -> dict[str, Any]:
        """The public halves, for every service that verifies."""
        return {"keys": [key.as_dict(private=False) for key in self._keys.keys]}
