"""Keys that sign suite tokens change without a cut: nobody is signed out by it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from kernel.access import NotSignedIn
from kernel.tokens import Verifier
from services.matching.http.keys import SigningKeys
from tests.identity import SUITE, account, signing_keys

OLD, NEW = (orjson.loads(signing_keys(name))["keys"][0] for name in ("old", "new"))
CLAIMS = {
    "sub": str(account("cleo")),
    "sid": str(account("line")),
    "held": str(account("held")),
    "role": "coordinator",
    "agency": "ATV",
}


def keys(*wanted: dict[str, Any]) -> SigningKeys:
    return SigningKeys.read(orjson.dumps({"keys": wanted}).decode(), issuer=SUITE)


def token(signing: SigningKeys) -> str:
    now = datetime.now(UTC)  # not as the file is read: what runs before may take longer
    return signing.sign(CLAIMS, issued_at=now, expires_at=now + timedelta(minutes=10))


@pytest.fixture
def service() -> tuple[Verifier, SimpleNamespace]:
    """A service that reads what the register publishes, whichever keys that has just now."""
    register = SimpleNamespace(keys=keys(OLD), asked=0)

    async def published() -> dict[str, Any]:
        register.asked += 1
        found: dict[str, Any] = register.keys.published()
        return found

    return Verifier(published, issuer=SUITE), register


async def test_first_key_signs_and_all_are_published() -> None:
    both = keys(NEW, OLD)

    assert [key["kid"] for key in both.published()["keys"]] == ["new", "old"]
    assert token(both).split(".")[0] == token(keys(NEW)).split(".")[0]


async def test_tokens_of_both_keys_are_taken_while_they_change(
    service: tuple[Verifier, SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier, register = service
    before = token(keys(OLD))
    await verifier.actor(before)

    register.keys = keys(OLD, NEW)
    later(monkeypatch, 301)
    await verifier.actor(before)
    register.keys = keys(NEW, OLD)
    after = token(register.keys)

    assert (await verifier.actor(after)).role == "coordinator"
    assert (await verifier.actor(before)).role == "coordinator"


async def test_key_that_was_taken_out_signs_nobody_in(
    service: tuple[Verifier, SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier, register = service
    before = token(keys(OLD))
    await verifier.actor(before)

    register.keys = keys(NEW)
    later(monkeypatch, 301)

    with pytest.raises(NotSignedIn):
        await verifier.actor(before)


async def test_unknown_key_is_asked_for_but_not_again_and_again(
    service: tuple[Verifier, SimpleNamespace],
) -> None:
    verifier, register = service
    await verifier.actor(token(keys(OLD)))

    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await verifier.actor(token(keys(NEW)))

    assert register.asked == 1


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"keys": []}',
        "no json",
        orjson.dumps({"keys": [{k: v for k, v in OLD.items() if k != "d"}]}).decode(),
        '{"keys": [{"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQ", "kid": "shared"}]}',
    ],
    ids=["nothing", "no key", "no json", "public", "shared secret"],
)
def test_keys_that_cannot_sign_stop_the_start(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        SigningKeys.read(text, issuer=SUITE)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    at = time.monotonic() + seconds
    monkeypatch.setattr("kernel.tokens.time", SimpleNamespace(monotonic=lambda: at))
