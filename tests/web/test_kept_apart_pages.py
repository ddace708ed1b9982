"""Families who came to be kept apart after both had booked: the safeguarding lead, by the keyboard,
without script; and what nobody else is told (I08).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.databases import Templates
from tests.events.programme import Desk
from tests.keyboard import Keys
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "We have to take this place back. Please ring us."
LISTS = ("/concerns", "/kept-apart")


async def test_i08_the_lead_is_warned_and_takes_one_place_back(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("sol", ("safeguarding_lead", "ATV"))
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        async with screen(browser, stage, "sol") as page:
            seen = [one for path in LISTS for one in await findings_in_every_view(page, path)]
            before = await page.locator("main").inner_text()
        event = await desk.event(5)
        for name in ("Ben", "Dan"):
            await desk.family(name, reference=f"TV-{name}")
            await desk.book(name, event)
        await desk.family("Ben", version=2, reference="TV-Ben", apart_from=["Dan"])
        await desk.family("Dan", version=2, reference="TV-Dan", apart_from=["Ben"])
        held = await desk.place("Ben", event)
        assert held is not None
        async with screen(browser, stage, "sol") as page:
            for path in (*LISTS, f"/kept-apart/{held.id}"):
                seen += await findings_in_every_view(page, path)
        async with screen(browser, stage, "omar", script=False) as page:
            shut = [
                answer.status
                for path in ("/kept-apart", f"/kept-apart/{held.id}")
                if (answer := await page.goto(path)) is not None
            ]
        async with screen(browser, stage, "sol", script=False) as page:
            keys = Keys(page)
            await page.goto("/concerns")
            warned = await keys.said()
            await keys.press("Look at them")
            await keys.press("TV-Ben")
            await keys.press("Take this place back")
            silent = await keys.said()
            await page.get_by_label("What should the family read?").fill(WORDS)
            await keys.press("Take this place back")
            done = await page.locator("body").inner_text()
            gone = await page.goto(f"/kept-apart/{held.id}")
        async with screen(browser, stage, "omar", script=False) as page:
            await page.goto(f"/events/{event}")
            told = await page.locator("main").inner_text()

    assert seen == []
    assert "Nobody who must not meet is booked together" in before
    assert "Two places at events to come" in warned
    assert "Say why" in silent
    assert "The place is taken back." in done
    assert gone is not None
    assert (gone.status, shut) == (404, [404, 404])
    assert "apart" not in told
    assert "must not meet" not in told
