"""A clock that is five minutes off, whoever's it is: said in words that help, and nothing lost."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from tests.databases import Databases
from tests.front import Browser, Stage, front
from tests.identity import person
from tests.web.test_invitations import code_made, used

BOTH_WAYS = pytest.mark.parametrize("off_s", [-300, 300])


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        stage.scene.oidc.people = [*stage.scene.oidc.people, person("omar")]
        yield stage


@pytest.fixture
async def admin(stage: Stage) -> Browser:
    browser = stage.browser()
    await browser.sign_in("adi")
    await browser.see("/invitations")
    return browser


def off_by(seconds: int) -> SimpleNamespace:
    return SimpleNamespace(time=lambda: time.time() + seconds)


@BOTH_WAYS
async def test_providers_clock_is_said_to_be_off_and_the_code_stays_good(
    stage: Stage, admin: Browser, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    code = await code_made(admin)
    with monkeypatch.context() as off:
        off.setattr("dev.provider.time", off_by(off_s))
        refused = (await used(stage, code)).page

    right = await used(stage, code)

    assert refused is not None
    assert refused.status_code == 403
    for words in (
        "The clocks do not agree",
        "Nothing was changed",
        "a code that you were given is still good",
        "try again in a few minutes",
        "tell your agency",
        'href="/sign-in"',
        "tel:999",
    ):
        assert words in refused.text
    assert "Omar Reid" in (await right.see("/")).text


@BOTH_WAYS
async def test_who_is_signed_in_does_not_notice_the_providers_clock(
    admin: Browser, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    monkeypatch.setattr("dev.provider.time", off_by(off_s))

    assert (await admin.see("/people")).status_code == 200


@BOTH_WAYS
async def test_fronts_own_clock_does_no_harm(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    """It only measures by it how old its tokens are."""
    monkeypatch.setattr("services.web.line.time", off_by(off_s))
    monkeypatch.setattr("services.web.identity.time", off_by(off_s))
    browser = stage.browser()
    await browser.sign_in("adi")

    assert (await browser.see("/people")).status_code == 200
    assert stage.graph.asked.count("/token") == 1


@pytest.mark.parametrize("off_s", [-300, 660])
async def test_services_clock_is_no_end_of_a_sign_in(
    stage: Stage, admin: Browser, caplog: pytest.LogCaptureFixture, off_s: int
) -> None:
    """To it, fresh tokens are not yet given, or over. Nobody is sent round to sign in again."""
    stage.verifier._claims._now = lambda: int(time.time()) + off_s
    page = await admin.see("/people")
    newcomer = await stage.browser().sign_in("adi")
    stage.verifier._claims._now = lambda: int(time.time())

    for answer in (page, newcomer):
        assert answer.status_code == 503
        assert "Kith cannot be reached just now" in answer.text
        assert answer.headers["retry-after"]
    assert "look at clocks and keys" in caplog.text
    assert (await admin.see("/people")).status_code == 200
    assert (await stage.browser().sign_in("adi")).status_code == 303
