"""Hours kept clear on their page: in every view, and by the keyboard without script (E24)."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from services.events.actions.hosting import put_venue
from tests.databases import Templates
from tests.events.programme import OMAR, VENUE, Desk
from tests.events.test_kept_clear import draft
from tests.keyboard import Keys
from tests.pages import PHONE, findings_in_every_view
from tests.staged import screen, stage_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")
HERE = "/kept-clear"


async def test_e24_hours_are_kept_clear_and_stop_what_is_published(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("sam", ("safeguarding_lead", "ATV"))
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        async with screen(browser, stage, "sam", size=PHONE) as page:
            seen = await findings_in_every_view(page, HERE)
            without = await page.locator("main").inner_text()
        venue = await put_venue(desk.ask(OMAR), given=VENUE)
        event = await draft(desk, venue, "2027-01-20T14:00")
        async with screen(browser, stage, "sam", size=PHONE, script=False) as page:
            keys = Keys(page)
            await page.goto("/concerns")
            await keys.press("Hours kept clear")
            await keys.to("At which venue?", "select")
            await page.keyboard.press("ArrowDown")
            for part, typed in (("Day", "6"), ("Month", "1"), ("Year", "2027")):
                await keys.write(part, typed)
            await keys.write("From", "13:00")
            await keys.write("Until", "half six")
            await keys.press("Keep them clear")
            wrong = await keys.said()
            kept_typed = await page.locator("#firstOn-year").input_value()
            await page.locator("#until").fill("15:30")
            await page.locator("#weekly-2").check()
            await keys.press("Keep them clear")
            kept = await keys.said()
        async with screen(browser, stage, "omar", script=False) as page:
            await page.goto(f"/events/{event}")
            await Keys(page).press("Publish")
            stopped = await page.locator("main").inner_text()
            denied = await page.goto(HERE)
        async with screen(browser, stage, "sam") as page:
            seen += await findings_in_every_view(page, HERE)
        async with screen(browser, stage, "sam", script=False) as page:
            keys = Keys(page)
            await page.goto(HERE)
            await keys.press("End")
            ended = await keys.said()

    assert seen == []
    assert "There is no venue yet" in without
    assert "Give a time such as 18:30." in wrong
    assert kept_typed == "2027"
    assert "Every Wednesday from Wednesday 6 January" in kept
    assert "13:00 to 15:30" in kept
    assert "This venue is not free then" in stopped
    assert "birth" not in stopped
    assert denied is not None
    assert denied.status in (403, 404)
    assert "The venue can be used in those hours again." in ended
