"""An agency's own pages, as a browser without a script uses them: people and roles, settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.databases import Databases
from tests.front import Browser, Stage, front
from tests.identity import account

FIGURES = {
    "qualityFloor": "60",
    "monthsAheadMin": "12",
    "answerDays": "7",
    "waitingTierDays": "7",
    "supervisionIntervalDays": "90",
}
CLEOS = f"/people/{account('cleo')}"
ENDING = re.compile(rf'href="({CLEOS}/roles/[0-9a-f-]+/end)"')
CHANGE = "/runs/settings/change"


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("agency_admin", "AS"))
        yield stage


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_role_is_given_and_ended_with_its_reason(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")

    await adi.see(CLEOS)
    given = await adi.send(f"{CLEOS}/roles", {"role": "ORGANISER"})
    shown = await adi.see(CLEOS)
    (first, second) = ENDING.findall(shown.text)
    await adi.see(second)
    empty = await adi.send(second, {"reason": ""})
    ended = await adi.send(second, {"reason": "A mistake"})
    after = await adi.see(CLEOS)

    assert (given.status_code, empty.status_code, ended.status_code) == (303, 422, 303)
    assert "Say why in a few words" in empty.text
    assert ENDING.findall(after.text) == [first]


async def test_last_admin_stays_and_the_page_says_what_to_do(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    mine = f"/people/{account('adi')}"
    shown = await adi.see(mine)
    (ending,) = re.findall(rf'href="({mine}/roles/[0-9a-f-]+/end)"', shown.text)

    await adi.see(ending)
    refused = await adi.send(ending, {"reason": "Leaving"})

    assert refused.status_code == 422
    assert "Make somebody else an admin first" in refused.text


async def test_people_of_another_agency_are_pages_that_are_not_there(stage: Stage) -> None:
    priya = await signed_in(stage, "priya")

    listed = await priya.see("/people")

    assert "Cleo" not in listed.text
    assert (await priya.see(CLEOS)).status_code == 404


async def test_coordinator_has_no_page_of_people(stage: Stage) -> None:
    cleo = await signed_in(stage, "cleo")

    assert (await cleo.see("/people")).status_code == 404


async def test_settings_count_only_once_their_effect_was_seen(stage: Stage) -> None:
    cleo = await signed_in(stage, "cleo")

    await cleo.see(CHANGE)
    seen = await cleo.send(CHANGE, FIGURES)
    before = await cleo.see("/runs/settings")
    await cleo.see(CHANGE)
    saved = await cleo.send(CHANGE, {**FIGURES, "seen": "yes"})
    after = await cleo.see("/runs/settings")

    assert seen.status_code == 200
    assert "Nothing is kept yet." in seen.text
    assert "Version 1." in before.text
    assert saved.status_code == 303
    assert "Version 2." in after.text
    assert "Cleo Marsh" in after.text


async def test_figure_outside_its_range_is_refused_at_its_field(stage: Stage) -> None:
    cleo = await signed_in(stage, "cleo")

    await cleo.see(CHANGE)
    refused = await cleo.send(CHANGE, {**FIGURES, "qualityFloor": "30"})

    assert refused.status_code == 422
    assert "Give a whole number, from 40 to 90." in refused.text
    assert 'href="#qualityFloor"' in refused.text
