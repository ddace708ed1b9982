"""From when promised places are free for all: the agency's own number of days, and a promise
without a day, by the keyboard, without script (C02, C07).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from services.events.model.given import GivenShare
from services.events.model.ids import EventId
from tests.databases import Templates
from tests.events.programme import NEAR, Desk
from tests.keyboard import Keys
from tests.pages import PHONE, findings_in_every_view
from tests.staged import screen, stage_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARES = [GivenShare(agency="ATV", guaranteed=2), GivenShare(agency="AS")]
BY_ITSELF = "Leave empty: Wednesday 30 December 2026, 21 days before the first date."
DAYS = "Promised places are free for all, before the first date"


async def test_c02_a_promise_without_a_day_says_when_it_ends_and_the_agency_sets_the_days(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        far, near = await desk.event(4), await desk.event(4, shares=SHARES, at=[NEAR])
        async with screen(browser, stage, "omar", script=False, size=PHONE) as page:
            keys = Keys(page)
            await page.goto(f"/events/{far}/shares")
            unsaid = await keys.said()
            await keys.write("Places promised to it", "1")
            await keys.press("Save")
            promised = await keys.said()
        async with screen(browser, stage, "adi", script=False) as page:
            keys = Keys(page)
            await page.goto("/place-settings/change")
            await keys.write(DAYS, "91")
            await keys.press("Continue")
            await keys.write("Why?", "Partners fill late")
            await keys.press("Use these from now")
            refused, typed = await keys.said(), await page.get_by_label(DAYS).input_value()
            await keys.write(DAYS, "14")
            await keys.press("Continue")
            foreseen = await keys.said()
            await keys.write("Why?", "Partners fill late")
            await keys.press("Use these from now")
            saved = await keys.said()
        async with screen(browser, stage, "omar") as page:
            stands = await day_on_form(Keys(page), far)
            await page.goto(f"/events/{near}")
            free = await Keys(page).said()
            await page.goto(f"/events/{near}/shares")
            past = await Keys(page).said()
            paths = (f"/events/{far}/shares", f"/events/{near}/shares", f"/events/{near}")
            seen = [
                one
                for path in (*paths, "/place-settings")
                for one in await findings_in_every_view(page, path)
            ]

    assert BY_ITSELF in unsaid
    assert "1 promised until" in promised
    assert "free for all since" not in promised
    assert typed == "91"
    assert "90" in refused
    assert "21 days" in foreseen
    assert "14 days" in foreseen
    assert "promised places free 14 days before" in saved
    assert stands == ["30", "12", "2026"]
    assert "2 promised until" in free
    assert "free for all since" in free
    assert "14 days before the first date, which is past, so at once." in past
    assert seen == []


async def day_on_form(keys: Keys, event: EventId) -> list[str]:
    """What an event's form says of the day that its promises end with."""
    await keys.page.goto(f"/events/{event}/shares")
    fields = keys.page.locator("input[name^='releaseOn']")
    return [await one.input_value() for one in await fields.all()]
