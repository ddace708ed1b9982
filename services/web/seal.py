"""Sealing what is kept for a browser: only the secret in its cookie opens it again."""

from __future__ import annotations

import hashlib
import hmac
from enum import Enum

from joserfc import jwe
from joserfc.jwk import OctKey

SEAL = {"alg": "dir", "enc": "A256GCM"}


class For(Enum):
    """What a seal is for: what was sealed as one thing does not open as another."""

    BROWSER = b"kith browser seal 1"
    DRAFT = b"kith draft seal 1"


def hash_of(secret: str) -> bytes:
    """How a browser is found: the row holds this, never the secret."""
    return hashlib.sha256(secret.encode()).digest()


def seal(plain: bytes, secret: str, what: For) -> str:
    return jwe.encrypt_compact(SEAL, plain, _key(secret, what))


def unseal(sealed: str, secret: str, what: For) -> bytes:
    plain = jwe.decrypt_compact(
        sealed, _key(secret, what), algorithms=list(SEAL.values())
    ).plaintext
    assert plain is not None, "a seal holds something"
    return plain


def _key(secret: str, what: For) -> OctKey:
    """Another hash of the secret than the one that is stored: the row does not open itself."""
    return OctKey.import_key(hmac.new(secret.encode(), what.value, hashlib.sha256).digest())
