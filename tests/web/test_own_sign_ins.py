"""Where a person is signed in: listed, ended, and cut into pages however many there are."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front
from tests.pages import HTML_BYTES_MAX

HERE = "/settings/sign-ins"


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        yield stage


@pytest.fixture
def browser(stage: Stage) -> Browser:
    return stage.browser()


async def test_sign_in_elsewhere_is_listed_and_ended(stage: Stage, browser: Browser) -> None:
    elsewhere = stage.browser()
    await elsewhere.sign_in("adi")
    await browser.sign_in("adi")
    page = await browser.see("/settings/sign-ins")
    (end,) = re.findall(r'action="(/settings/sign-ins/[^"]+/end)"', page.text)

    ended = await browser.send(end)

    assert page.text.count("This one") == 1
    assert ended.headers["location"] == "/settings/sign-ins"
    assert "/end" not in (await browser.see("/settings/sign-ins")).text
    assert (await elsewhere.see("/families")).headers["location"].startswith("/sign-in")
    assert (await browser.see("/families")).status_code == 200


async def test_twelve_sign_ins_are_two_pages_and_each_is_listed_once(
    stage: Stage, browser: Browser, clock: Clock
) -> None:
    for _ in range(11):
        await stage.browser().sign_in("adi")
        await clock.advance(seconds=60)
    await browser.sign_in("adi")

    first = await browser.see(HERE)
    (after,) = re.findall(r'href="(/settings/sign-ins\?after=[^"]+)"', first.text)
    second = await browser.see(after)

    ended = [re.findall(r'action="([^"]+)/end"', page.text) for page in (first, second)]
    assert [len(each) for each in ended] == [9, 2]  # the tenth of the first is this one
    assert len({*ended[0], *ended[1]}) == 11
    assert "This one" in first.text
    assert "10 of 12 sign-ins on this page" in first.text
    assert len(first.content) < HTML_BYTES_MAX


async def test_cursor_of_another_list_is_no_page(browser: Browser) -> None:
    await browser.sign_in("adi")

    assert (await browser.see(f"{HERE}?after=guessed")).status_code == 404
