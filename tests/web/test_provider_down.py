"""A sign-in provider that is down: a kind page, and nothing lost once it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.databases import Databases
from tests.front import Browser, Stage, front


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        yield stage


async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise httpx2.ConnectTimeout("nobody answers")


DOWN = (silent, PlainTextResponse("Bad gateway", 502), PlainTextResponse("<html>Back soon"))


def is_kind(page: httpx2.Response) -> bool:
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "tel:999" in page.text
    return "Kith cannot be reached just now" in page.text


@pytest.mark.parametrize("down", DOWN, ids=["silent", "502", "nonsense"])
async def test_before_it_nothing_is_begun_and_the_same_form_works_later(
    stage: Stage, down: ASGIApp
) -> None:
    browser, up = stage.browser(), stage.scene.outside.app
    await browser.see("/sign-in?next=/role")
    form = browser.page
    stage.scene.outside.app = down
    begun = await browser.send("/sign-in")
    stage.scene.outside.app = up
    browser.page = form

    again = await browser.send("/sign-in")

    assert is_kind(begun)
    assert again.status_code == 303


@pytest.mark.parametrize("down", DOWN[:2], ids=["silent", "502"])
async def test_on_the_way_back_loading_the_page_again_goes_on(stage: Stage, down: ASGIApp) -> None:
    browser, up = stage.browser(), stage.scene.outside.app
    location = await browser.chosen(await browser.to_provider(), "adi")
    stage.scene.outside.app = down
    back = await browser.see(location)
    stage.scene.outside.app = up

    again = await browser.see(location)

    assert is_kind(back)
    assert again.status_code == 303
    assert (await browser.see("/")).status_code == 200


async def test_who_is_signed_in_does_not_notice(stage: Stage) -> None:
    browser: Browser = stage.browser()
    await browser.sign_in("adi")
    stage.scene.outside.app = silent

    assert (await browser.see("/families")).status_code == 200
    assert (await browser.see("/settings/sign-ins")).status_code == 200
