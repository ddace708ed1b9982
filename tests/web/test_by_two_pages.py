"""Overrides that want a second person, in a real browser: asked, read, agreed to, refused and taken
back by the keyboard, without script (I07).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from services.events.actions.overrides import overrides_asked
from services.events.actions.running import set_places
from services.events.model.given import GivenPlaces
from services.events.model.ids import EventId
from tests.databases import Clock, Databases, Templates
from tests.events.programme import OMAR, Desk, family_id
from tests.front import Stage
from tests.keyboard import Keys
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHY = "Their placement is at risk"


async def set_up(stage: Stage, databases: Databases, clock: Clock) -> tuple[Desk, str]:
    """Two organisers and an admin; one place is free, and two families wait."""
    for subject, role in (("omar", "organiser"), ("oda", "organiser"), ("adi", "agency_admin")):
        await stage.scene.add(subject, (role, "ATV"))
    desk = Desk(await databases.serving("events"), clock)
    event = await desk.event(0, auto_offers=False)
    for name in ("Osei", "Lee"):
        await desk.family(name, reference=f"TV-{name}")
        await desk.join(name, event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    return desk, f"/events/{event}"


async def switch_on(keys: Keys) -> str:
    """The admin, from what is run, to both kinds. Returns what the page then says."""
    await keys.page.goto("/events")
    await keys.press("How places are given away")
    await keys.press("Change")
    await keys.choose("To offer a place out of turn", "a reason and a second person")
    await keys.choose("To add places over", "a reason and a second person")
    await keys.press("Continue")
    await keys.write("Why?", "Two are fairer than one")
    await keys.press("Use these from now")
    return await keys.said()


async def ask_for_place(keys: Keys, event: str) -> None:
    await keys.page.goto(event)
    await keys.press("Offer by hand", beside="second")
    await keys.write("Why out of turn?", WHY)
    await keys.press("Ask for it")


async def test_i07_a_place_out_of_turn_is_asked_for_and_another_agrees(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        desk, event = await set_up(stage, databases, clock)
        async with screen(browser, stage, "adi", script=False) as page:
            set_to = await switch_on(Keys(page))
        async with screen(browser, stage, "omar", script=False) as page:
            keys = Keys(page)
            await page.goto("/overrides")
            empty = await keys.said()
            await ask_for_place(keys, event)
            asked = await page.locator("body").inner_text()
            await keys.press("Read it", beside="A place out of turn")
            own = await keys.said()
        nothing_yet = await desk.offered(await the_event(desk))
        async with screen(browser, stage, "oda", script=False) as page:
            keys = Keys(page)
            await page.goto("/events")
            warned = await keys.said()
            await keys.press("Look at it")
            await keys.press("An evening together")
            shown = await keys.said()
            await keys.press("Say no")
            silent = await keys.said()
            await keys.press("Agree to it")
            done = await page.locator("body").inner_text()
            await keys.open("1 settled")
            await keys.press("A place out of turn")
            after = await keys.said()
        offered = await desk.offered(await the_event(desk))

    assert "a reason and a second person" in set_to
    assert "two people for a place out of turn, two for places over" in set_to
    assert "Nothing waits for a second person" in empty
    assert "Asked. Somebody else has to agree" in asked
    assert "You asked for this" in own
    assert "Agree to it" not in own
    assert nothing_yet == set()
    assert "One thing waits for a second person." in warned
    assert WHY in shown
    assert "One family waits before this one." in shown
    assert "Say why, in a few words." in silent
    assert "Agreed, and done." in done
    assert "Agreed to by you" in after
    assert offered == {family_id("Lee")}


async def test_i07_more_places_over_are_asked_for_refused_and_taken_back(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        desk, event = await set_up(stage, databases, clock)
        async with screen(browser, stage, "adi", script=False) as page:
            await switch_on(Keys(page))
        async with screen(browser, stage, "omar", script=False) as page:
            keys = Keys(page)
            without_why = await ask_for_places(keys, event, "")
            await keys.write("Why more over?", "A cousin comes")
            await keys.press("Save")
            asked = await page.locator("body").inner_text()
            again = await ask_for_places(keys, event, "Another cousin")
        async with screen(browser, stage, "oda", script=False) as page:
            keys = Keys(page)
            await page.goto(event)
            await keys.press("Read and decide")
            await keys.write("Why not?", "The room is small")
            await keys.press("Say no")
            said_no = await page.locator("body").inner_text()
            await ask_for_places(keys, event, "A friend")
            await keys.press("Read it")
            await keys.press("Take it back")
            taken_back = await page.locator("body").inner_text()
        async with screen(browser, stage, "omar", script=False) as page:
            keys = Keys(page)
            await page.goto(event)
            await keys.open("2 settled")
            history = await page.locator("main").text_content()
            await keys.press("Two places over in all", beside="said no to")
            read = await keys.said()
        extra = (await desk.seen(await the_event(desk))).extra

    assert "Say why" in without_why
    assert "Asked. Somebody else has to agree" in asked
    assert "Somebody has asked for this already" in again
    assert "You said no. Nothing has changed." in said_no
    assert "Taken back. Nothing has changed." in taken_back
    assert "A second person said no" in (history or "")
    assert "Oda Marsh said no. The room is small" in read
    assert extra == 0


async def ask_for_places(keys: Keys, event: str, why: str) -> str:
    await keys.page.goto(event)
    await keys.press("Places")
    await keys.write("And so many over", "2")
    if why:
        await keys.write("Why more over?", why)
    await keys.press("Save")
    return await keys.said()


async def test_i07_its_pages_in_every_view(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        desk, event = await set_up(stage, databases, clock)
        entry = await desk.entry("Lee", await the_event(desk))
        assert entry is not None
        async with screen(browser, stage, "adi") as page:
            await switch_on(Keys(page))
            seen = await findings_in_every_view(page, "/place-settings/change")
        async with screen(browser, stage, "omar") as page:
            seen += await findings_in_every_view(page, "/overrides")
            await ask_for_place(Keys(page), event)
            await ask_for_places(Keys(page), event, "A cousin comes")
        found = await overrides_asked(desk.ask(OMAR))
        pages = [f"{event}/overrides/{each.asked.id}" for each in found]
        for who in ("omar", "oda"):
            async with screen(browser, stage, who) as page:
                for path in (*pages, "/overrides", "/events", event, f"{event}/list/{entry.id}"):
                    seen += await findings_in_every_view(page, path)
        await desk.clock.advance(days=90)
        async with screen(browser, stage, "oda") as page:
            seen += await findings_in_every_view(page, pages[0])
            late = await page.locator("main").inner_text()

    assert seen == []
    assert len(pages) == 2
    assert "It can no longer be done." in late
    assert "Agree to it" not in late


async def the_event(desk: Desk) -> EventId:
    async with desk.ask(OMAR).read() as store:
        return EventId(await store.turn.fetchval("SELECT id FROM event"))
