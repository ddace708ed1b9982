"""Tokens: whose keys are asked for, and how often. What is refused is in test_http.py."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc.jwk import KeySet, OKPKey, RSAKey

from kernel.access import NotSignedIn
from kernel.db import Unavailable
from kernel.tokens import Verifier
from tests.kernel.small_graph import ACCOUNT, ISSUER, KEY, token

NEXT_KEY = RSAKey.generate_key(2048, parameters={"kid": "two"})


class Register:
    """What publishes keys: counts how often it was asked, and may be away."""

    def __init__(self, *keys: RSAKey | OKPKey) -> None:
        self.keys = keys
        self.asked = 0
        self.is_away = False

    async def __call__(self) -> dict[str, Any]:
        self.asked += 1
        if self.is_away:
            raise Unavailable("away")
        return dict(KeySet(list(self.keys)).as_dict(private=False))


async def test_keys_are_asked_for_once() -> None:
    register = Register(KEY)
    verifier = Verifier(register, issuer=ISSUER)

    actors = [await verifier.actor(token()) for _ in range(3)]

    assert {actor.account for actor in actors} == {ACCOUNT}
    assert register.asked == 1


async def test_new_key_is_found_when_a_token_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.tokens.KEYS_ASKED_AGAIN_S", 0)
    register = Register(KEY)
    verifier = Verifier(register, issuer=ISSUER)
    await verifier.actor(token())

    register.keys = (NEXT_KEY, KEY)
    actor = await verifier.actor(token(key=NEXT_KEY))

    assert actor.role == "coordinator"
    assert register.asked == 2


async def test_tokens_with_made_up_keys_do_not_make_us_ask_each_time() -> None:
    register = Register(KEY)
    verifier = Verifier(register, issuer=ISSUER)
    await verifier.actor(token())

    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await verifier.actor(token(key=NEXT_KEY))

    assert register.asked == 1


async def test_keys_that_are_known_outlive_a_register_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register = Register(KEY)
    verifier = Verifier(register, issuer=ISSUER)
    await verifier.actor(token())
    register.is_away = True
    monkeypatch.setattr("kernel.tokens.KEYS_KEPT_S", 0)
    monkeypatch.setattr("kernel.tokens.KEYS_ASKED_AGAIN_S", 0)

    actor = await verifier.actor(token())

    assert actor.account == ACCOUNT


async def test_register_that_was_never_reached_is_no_fault_of_the_token() -> None:
    register = Register(KEY)
    register.is_away = True

    with pytest.raises(Unavailable):
        await Verifier(register, issuer=ISSUER).actor(token())


async def test_people_of_a_family_bring_their_person_and_household() -> None:
    person, household = str(ACCOUNT), "6f1f64e0-0000-4000-8000-0000000000fa"
    verifier = Verifier(Register(KEY), issuer=ISSUER)

    actor = await verifier.actor(
        token(role="adopter", agency=None, person=person, household=household)
    )

    assert (str(actor.person), str(actor.household)) == (person, household)
    assert actor.agency is None


@pytest.mark.parametrize(
    ("off_s", "is_taken"), [(-300, False), (-25, True), (0, True), (25, True), (300, False)]
)
async def test_services_may_differ_by_half_a_minute(off_s: int, *, is_taken: bool) -> None:
    """A token for a single second, signed by a clock that is ahead (+) of ours or behind (-)."""
    says = int(time.time()) + off_s
    verifier = Verifier(Register(KEY), issuer=ISSUER)

    if is_taken:
        assert (await verifier.actor(token(iat=says, exp=says + 1))).account == ACCOUNT
    else:
        with pytest.raises(NotSignedIn):
            await verifier.actor(token(iat=says, exp=says + 1))


@pytest.mark.parametrize("claims", [{"sid": None}, {"held": None}, {"sid": "x"}, {"held": "x"}])
async def test_token_that_does_not_say_what_it_rests_on_is_none(claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        await Verifier(Register(KEY), issuer=ISSUER).actor(token(**claims))
