"""Whose id tokens prove something: clients of ours, clocks that are off, a provider down."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.matching.main import Settings
from tests.databases import Databases
from tests.identity import Scene, signing_in, signing_keys

APP = "kith-app"
MINUTE = 60
HOUR = 3600
# Not the very edge: a second passes between making a token and looking at it.
CLOSE = 50


@pytest.fixture
async def scene(databases: Databases) -> AsyncIterator[Scene]:
    async with signing_in(databases) as scene:
        await scene.add("ana", ("adopter", "ATV"))
        scene.door.provider.client_ids = ("kith-web", APP)
        yield scene


def settings(apps: str) -> Settings:
    return Settings(
        matching_dsn="",
        web_url="https://kith.example",
        token_keys=signing_keys("one"),
        oidc_issuer="https://id.example",
        oidc_client_id="kith-web",
        oidc_native_client_ids=apps,
    )


def test_apps_are_named_beside_the_front() -> None:
    assert settings("").client_ids == ("kith-web",)
    assert settings(" kith-app, kith-desk ,").client_ids == ("kith-web", APP, "kith-desk")
    assert settings(" kith-app, kith-desk ,").faults() == []


@pytest.mark.parametrize("apps", ["kith-web", "kith-app,kith-app", "kith-app kith-desk"])
def test_apps_that_share_a_name_or_run_together_stop_the_start(apps: str) -> None:
    (fault,) = settings(apps).faults()

    assert fault.startswith("KITH_OIDC_NATIVE_CLIENT_IDS")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": APP},
        {"aud": [APP]},
        {"aud": APP, "azp": APP},
        {"aud": ["kith-web", APP], "azp": APP},
        {"aud": ["kith-web", APP], "azp": "kith-web"},
    ],
    ids=str,
)
async def test_app_signs_people_in_as_the_front_does(scene: Scene, claims: dict[str, Any]) -> None:
    answer = await scene.exchange(scene.proof("ana", **claims))

    assert answer.status_code == 200, answer.text
    assert scene.claims(answer)["role"] == "adopter"
    assert (await scene.renew(answer.json()["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"aud": "another-app", "azp": APP},
        {"aud": APP, "azp": "another-app"},
        {"aud": APP, "azp": "kith-web"},
        {"aud": ["kith-web", APP]},
        {"aud": ["kith-web", APP], "azp": "another-app"},
        {"aud": [APP, "another-app"], "azp": APP},
        {"aud": [APP, "another-app"], "azp": "another-app"},
        {"aud": []},
        {"aud": APP.upper()},
    ],
    ids=str,
)
async def test_token_for_anybody_else_proves_nothing(scene: Scene, claims: dict[str, Any]) -> None:
    answer = await scene.exchange(scene.proof("ana", **claims))

    assert (answer.status_code, answer.json().get("code")) == (400, "NOT_PROVEN")


async def test_app_that_is_not_named_proves_nothing(scene: Scene) -> None:
    scene.door.provider.client_ids = ("kith-web",)

    answer = await scene.exchange(scene.proof("ana", aud=APP))

    assert answer.json()["code"] == "NOT_PROVEN"


@pytest.mark.parametrize("life_s", [1, 8 * HOUR], ids=["short", "long"])
@pytest.mark.parametrize("off_s", [-5 * MINUTE, -CLOSE, 0, CLOSE, 5 * MINUTE])
async def test_providers_clock_may_be_off_by_a_minute_either_way(
    scene: Scene, caplog: pytest.LogCaptureFixture, off_s: int, life_s: int
) -> None:
    """By a provider's clock that is ahead (+) or behind (-), however long its tokens live."""
    says = int(time.time()) + off_s

    answer = await scene.exchange(scene.proof("ana", iat=says, exp=says + life_s))

    is_off = abs(off_s) > MINUTE
    assert answer.json().get("code") == ("CLOCKS_DIFFER" if is_off else None), answer.text
    assert ("clocks_differ" in caplog.text) is is_off


async def test_one_who_is_not_known_by_their_key_is_told_nothing_of_clocks(scene: Scene) -> None:
    """Time is looked at last: what is wrong besides is `NOT_PROVEN`, whatever the clock says."""
    hour_ago = int(time.time()) - HOUR
    for claims in ({"nonce": "n-2"}, {"aud": "another-app"}, {"iss": "https://elsewhere.example"}):
        answer = await scene.exchange(scene.proof("ana", iat=hour_ago, **claims))

        assert answer.json()["code"] == "NOT_PROVEN"


async def test_times_that_are_none_prove_nothing(scene: Scene) -> None:
    for claims in ({"iat": "now"}, {"exp": "later"}, {"nbf": "now"}, {"iat": None}):
        answer = await scene.exchange(scene.proof("ana", **claims))

        assert answer.json()["code"] == "NOT_PROVEN", claims
    early = await scene.exchange(scene.proof("ana", nbf=int(time.time()) + HOUR))
    assert early.json()["code"] == "CLOCKS_DIFFER"


class Down(httpx2.AsyncBaseTransport):
    """A provider that does not answer, or not with what was asked for."""

    def __init__(self, answer: httpx2.Response | None) -> None:
        self.answer = answer

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.answer is None:
            raise httpx2.ConnectTimeout("nobody answers", request=request)
        return httpx2.Response(self.answer.status_code, content=self.answer.content)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        httpx2.Response(502),
        httpx2.Response(200, content=b"<html>Back soon"),
        httpx2.Response(200, content=b"[]"),
        httpx2.Response(200, content=b'{"issuer": "https://elsewhere.example"}'),
    ],
    ids=lambda answer: str(answer and (answer.status_code, answer.content[:20])),
)
async def test_provider_that_is_down_costs_time_and_nothing_else(
    scene: Scene, answer: httpx2.Response | None
) -> None:
    token, up = scene.proof("ana"), scene.provider._transport
    scene.provider._transport = Down(answer)
    down = await scene.exchange(token)
    scene.provider._transport = up

    again = await scene.exchange(token)

    assert (down.status_code, down.json()["error"]) == (503, "temporarily_unavailable")
    assert int(down.headers["retry-after"]) > 0
    assert again.status_code == 200


async def test_who_is_signed_in_stays_so_while_the_provider_is_down(scene: Scene) -> None:
    handle = (await scene.exchange(scene.proof("ana"))).json()["refresh_token"]
    scene.provider._transport = Down(None)

    assert (await scene.renew(handle)).status_code == 200
