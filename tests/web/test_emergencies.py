"""Pages of emergency access, as a browser without a script sends their forms."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from services.web.pages.messages import PATHS
from tests.databases import Databases
from tests.front import Browser, Stage, front, said
from tests.matching.register import CLEO, Register, given

WHY = "She rang in tears from outside, and the line broke off."
SHUT = re.compile(r'action="(/emergencies/[^"]+/end)"')


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("wyn", ("assessing_social_worker", "ATV"))
        await stage.scene.add("sol", ("safeguarding_lead", "ATV"))
        await stage.scene.add("sue", ("safeguarding_lead", "AS"))
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        register = Register(stage.scene.db)
        await register.family("Ida Vale", by=CLEO, change=given(protected=True))
        yield stage


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def opened(browser: Browser) -> str:
    await browser.see("/emergency")
    answer = await browser.send("/emergency", {"family": "Ida Vale", "reason": WHY})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_the_page_shows_the_first_name_and_where_and_is_found_again(stage: Stage) -> None:
    omar = await signed_in(stage, "omar")

    path = await opened(omar)
    shown = await omar.see(path)
    again = await omar.see("/emergency")

    assert "Ida" in shown.text
    assert "Vale" not in shown.text
    assert "RG30" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert path in again.text


async def test_a_no_keeps_what_was_typed(stage: Stage) -> None:
    omar = await signed_in(stage, "omar")

    await omar.see("/emergency")
    short = await omar.send("/emergency", {"family": "Ida Vale", "reason": "Urgent"})
    unknown = await omar.send("/emergency", {"family": "Nobody Here", "reason": WHY})

    assert short.status_code == unknown.status_code == 422
    assert "Say in a sentence" in short.text
    assert 'value="Ida Vale"' in short.text
    assert "We could not find that" in unknown.text
    assert "the line broke off" in unknown.text


async def test_the_lead_reads_why_and_ends_it_and_then_the_page_is_missing(stage: Stage) -> None:
    omar, sol = await signed_in(stage, "omar"), await signed_in(stage, "sol")
    path = await opened(omar)

    told = await sol.see(PATHS["EMERGENCY_OPENED"])
    (shut,) = SHUT.findall(told.text)
    ended = await sol.send(shut)
    after = await sol.see("/emergencies")
    missing = await omar.see(path)

    assert "Omar Marsh" in told.text
    assert WHY in told.text
    assert ended.headers["location"] == "/emergencies"
    assert "Ended early" in after.text
    assert SHUT.findall(after.text) == []
    assert missing.status_code == 404
    assert "ida" not in said(missing.text)


async def test_the_pages_are_not_there_for_others(stage: Stage) -> None:
    path = await opened(await signed_in(stage, "omar"))
    wyn, cleo = await signed_in(stage, "wyn"), await signed_in(stage, "cleo")
    sue = await signed_in(stage, "sue")

    assert (await wyn.see(path)).status_code == 404
    for path_of_others in (path, "/emergency", "/emergencies"):
        assert (await cleo.see(path_of_others)).status_code == 404
    elsewhere = await sue.see("/emergencies")
    assert elsewhere.status_code == 200
    assert "Nobody has needed one" in elsewhere.text
