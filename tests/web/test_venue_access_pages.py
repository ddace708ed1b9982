"""What a venue has for people with access needs: asked when an organiser publishes, said by the
keyboard and without script, and read by a family before it books (domain.md D7).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from services.events.actions.drafting import draft_events
from services.events.model.event import Kind
from services.events.model.given import (
    GivenDate,
    GivenDraft,
    GivenEvent,
    GivenOffering,
    GivenPlaces,
)
from tests.databases import Templates
from tests.events.programme import FAR, OMAR, VENUE, Desk
from tests.events.test_groups import made
from tests.front import Stage
from tests.identity import account
from tests.keyboard import Keys
from tests.matching.register import Register
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_front_door import carry

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAFT = GivenDraft(
    what=GivenOffering(kind=Kind.SUPPORT_GROUP, title="Hedge group"),
    dates=(GivenDate(at=FAR, minutes=120),),
    event=GivenEvent(places=GivenPlaces(capacity=12)),
    venue=replace(VENUE, access_needs_met=None),
)
NOT_SAID = "Choose what it has, or “None of these”."
NOBODY_SAID = "Say first what the venue has for people with access needs"


async def _ana_is_known(stage: Stage, desk: Desk) -> None:
    family = await Register(stage.scene.db).family()
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)


async def _said(page: Page, place: str, *boxes: str) -> str:
    """What the page says once these boxes are ticked, or empty again, and sent."""
    keys = Keys(page)
    if page.url.rpartition(place)[1] == "":
        await page.goto(place)
    for box in boxes:
        await keys.tick(box)
    await keys.press("Save")
    return await page.locator("body").inner_text()


async def _read(browser: Browser, stage: Stage, place: str) -> str:
    async with screen(browser, stage, "ana", script=False) as page:
        await page.goto(place)
        return await page.locator("main").inner_text()


async def test_d7_the_organiser_says_what_the_venue_has_and_families_read_it(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        await _ana_is_known(stage, desk)
        (event,) = await draft_events(desk.ask(OMAR), given=DRAFT)
        place, access = f"/events/{event}", f"/events/{event}/access"
        async with screen(browser, stage, "omar", script=False) as page:
            await page.goto(place)
            await Keys(page).press("Publish")
            sent_on = page.url, await page.locator("body").inner_text()
            silent = await _said(page, access)
            both = await _said(page, access, "Hearing loop", "None of these")
            saved = await _said(page, access, "None of these")
            await Keys(page).press("Publish")
            done = await page.locator("body").inner_text()
        read = await _read(browser, stage, place)
        shut = await _read(browser, stage, access)
        async with screen(browser, stage, "omar", script=False) as page:
            await _said(page, access, "Hearing loop", "None of these")
        none = await _read(browser, stage, place)

    assert sent_on[0].endswith(access)
    assert NOBODY_SAID in sent_on[1]
    assert NOT_SAID in silent
    assert NOT_SAID in both
    assert "Saved. Families read it before they book." in saved
    assert "Published." in done
    assert "Hearing loop" in read
    assert VENUE.address not in read
    assert "We could not find that page" in shut
    assert "None of: step-free way in, hearing loop" in none


async def test_d7_both_pages_that_ask_it_are_for_everybody(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        (event,) = await draft_events(desk.ask(OMAR), given=DRAFT)
        await desk.family("lead")
        group = await made(desk)
        async with screen(browser, stage, "omar") as page:
            await page.goto(f"/groups/{group}")
            await page.get_by_role("link", name="What its venue has").click()
            kept = await page.get_by_label("Step-free way in").is_checked()
            seen = [
                one
                for path in (f"/events/{event}", f"/events/{event}/access", page.url)
                for one in await findings_in_every_view(page, path)
            ]

    assert kept
    assert seen == []
