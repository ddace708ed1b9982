"""The key that signs suite tokens in development: made once, kept with the demo's data."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
from joserfc.jwk import KeySet, OKPKey


def keep(path: Path) -> None:
    """Write a JWK set with one private key, for this machine's user alone; one there is kept."""
    if path.exists():
        return
    kid = f"development-{datetime.now(UTC):%Y%m%d}"
    keys = KeySet([OKPKey.generate_key("Ed25519", {"kid": kid})])
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(orjson.dumps(keys.as_dict(private=True)))
    os.replace(unfinished, path)
