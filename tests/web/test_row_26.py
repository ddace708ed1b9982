"""A verified family without a case books on a phone in a few presses (domain.md A3 row 26)."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.events.model.event import Kind
from tests.databases import Templates
from tests.events.programme import Desk
from tests.identity import account
from tests.keyboard import Keys
from tests.matching.register import Register
from tests.pages import PHONE
from tests.staged import screen, stage_of_its_own
from tests.web.test_front_door import carry

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_row_26_from_the_programme_to_a_place_in_two_presses_and_nothing_typed(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        family = await Register(stage.scene.db).family()
        await stage.scene.write(
            "UPDATE adult SET account_id = $1 WHERE family_id = $2",
            account("ana"),
            UUID(str(family)),
        )
        desk = Desk(await databases.serving("events"), clock)
        await carry(stage.scene.db, desk.db)
        picnic = await desk.offering(kind=Kind.FUN_DAY, title="Annual picnic")
        event = await desk.event(of=picnic)
        async with screen(browser, stage, "ana", size=PHONE, script=False) as page:
            keys = Keys(page)
            await page.goto("/events")
            for press in ("Annual picnic", "Book"):
                await keys.press(press)
            said = await page.locator("main").inner_text()
        taken = (await desk.seen(event)).taken

    assert "You have a place" in said
    assert taken == 1
