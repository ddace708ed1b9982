"""What talks led to, as numbers on a page, in a real browser (domain.md A3 row 30)."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from services.events.model.attendance import LedTo
from tests.databases import Templates
from tests.events.programme import Desk
from tests.events.test_outcomes import talks
from tests.keyboard import Keys
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = "/events/talks"


async def test_row_30_what_talks_led_to_is_read_by_month_and_small_numbers_are_not(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        for name, role in (("omar", "organiser"), ("bea", "board_viewer"), ("wyn", "facilitator")):
            await stage.scene.add(name, (role, "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        async with screen(browser, stage, "bea") as page:
            seen = await findings_in_every_view(page, PAGE)
            none = await page.locator("main").inner_text()
        await talks(desk, 0, [LedTo.FOLLOW_UP] * 6 + [LedTo.ONE_OFF] * 4)
        said = {}
        for name in ("omar", "bea"):
            async with screen(browser, stage, name, script=False) as page:
                keys = Keys(page)
                await page.goto("/")
                await keys.press("Events")
                await keys.press("What talks led to")
                said[name] = await keys.said()
        async with screen(browser, stage, "omar") as page:
            seen += await findings_in_every_view(page, PAGE)
        async with screen(browser, stage, "wyn") as page:
            await page.goto(PAGE)
            others = await page.locator("main").inner_text()

    assert "Too few talks to show just now" in none
    assert "January 2027 under 5 6 under 5 under 5" in said["omar"]
    assert said["bea"] == said["omar"]
    assert "What talks led to" not in others
    assert seen == []
