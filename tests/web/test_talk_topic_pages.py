"""A talk with a social worker on pages: what it is to be about, and the worker's own slots, in a
real browser: every view, and done by the keyboard without script (domain.md A3 row 30).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.events.model.event import Kind, Sitting
from services.events.model.ids import EventId
from tests.databases import Clock, Databases, Templates
from tests.events.programme import FAR, OMAR, Desk
from tests.front import Stage
from tests.identity import account
from tests.keyboard import Keys
from tests.matching.register import Register
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_front_door import carry

pytestmark = pytest.mark.asyncio(loop_scope="session")
LABEL, SLEEP = "What would you like to talk about?", "How bedtimes go"
DAY = timedelta(days=1)


async def played(
    stage: Stage, databases: Databases, clock: Clock, *, days: int = 2
) -> tuple[Desk, list[EventId]]:
    """Ana's family is known; Wyn has slots on so many days."""
    await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
    await stage.scene.add("omar", ("organiser", "ATV"))
    await stage.scene.add("wyn", ("assessing_social_worker", "ATV"))
    desk = Desk(await databases.serving("events"), clock)
    family = await Register(stage.scene.db).family()
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)
    offering = await desk.offering(kind=Kind.CONSULTATION, title="A talk", summary="In private.")
    slots = [
        await desk.event(1, of=offering, at=[FAR + day * DAY], worker=account("wyn"))
        for day in range(days)
    ]
    return desk, slots


async def date_of(desk: Desk, event: EventId) -> Sitting:
    async with desk.ask(OMAR).read() as store:
        (one,) = (await store.sittings.of_events([event]))[event]
        return one


async def test_row_30_what_to_talk_about_is_said_changed_and_taken_back(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        _, (slot, _) = await played(stage, databases, clock)
        async with screen(browser, stage, "ana", script=False) as page:
            keys = Keys(page)
            await page.goto(f"/events/{slot}")
            await keys.press("Hold it and go on")
            await keys.write(LABEL, f"{SLEEP}, and {'more ' * 40}")
            await keys.press("Book")
            refused, typed = await keys.said(), await page.get_by_label(LABEL).input_value()
            await keys.write(LABEL, SLEEP)
            await keys.press("Book")
            booked, place = await keys.said(), page.url.removeprefix(stage.web)
            await keys.open("Change it or take it back")
            await keys.write(LABEL, "Come to RG30 4AB")
            await keys.press("Save what to talk about")
            located = await keys.said()
            await keys.write(LABEL, "School")
            await keys.press("Save what to talk about")
            changed = await keys.said()
        async with screen(browser, stage, "ana") as page:
            seen = await findings_in_every_view(page, place)
        async with screen(browser, stage, "ana", script=False) as page:
            keys = Keys(page)
            await page.goto(place)
            await keys.open("Change it or take it back")
            await keys.write(LABEL, "x")
            await page.keyboard.press("Backspace")
            await keys.press("Save what to talk about")
            taken_back = await keys.said()
            await page.goto(f"/events/{slot}")
        async with screen(browser, stage, "ana") as page:
            seen += await findings_in_every_view(page, place)

    assert "That is too long." in refused
    assert typed.startswith(SLEEP)
    assert SLEEP in booked
    assert "Only the worker you will talk to reads it" in booked
    assert "This looks like a postcode." in located
    assert "School" in changed
    assert SLEEP not in changed
    assert "Taken back." in taken_back
    assert "School" not in taken_back
    assert seen == []


async def test_row_30_the_worker_finds_her_slots_reads_keeps_the_register_and_says_what_came(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("una", ("assessing_social_worker", "ATV"))
        desk, (slot, _) = await played(stage, databases, clock)
        async with screen(browser, stage, "ana", script=False) as page:
            keys = Keys(page)
            await page.goto(f"/events/{slot}")
            await keys.press("Hold it and go on")
            await keys.write(LABEL, SLEEP)
            await keys.press("Book")
        sitting = await date_of(desk, slot)
        async with screen(browser, stage, "wyn", script=False) as page:
            keys = Keys(page)
            await keys.page.goto("/")
            await keys.press("Your slots")
            early = await keys.said()
            await page.goto(f"/registers/{sitting.id}")
            early += await keys.said()
        await clock.set(sitting.starts_at)
        async with screen(browser, stage, "wyn") as page:
            seen = await findings_in_every_view(page, "/my-slots")
            seen += await findings_in_every_view(page, f"/registers/{sitting.id}")
        async with screen(browser, stage, "wyn", script=False) as page:
            keys = Keys(page)
            await page.goto("/my-slots")
            await keys.press("Wednesday 20 January")
            register = await keys.said()
            await keys.to("What it led to", "select")
            await page.keyboard.press("A")
            await keys.write("More adults", "1")
            await keys.press("Save who came")
            kept = await page.locator("select[name^=led]").input_value()
        async with screen(browser, stage, "omar") as page:
            await page.goto(f"/registers/{sitting.id}")
            host = await page.locator("main").inner_text()
        async with screen(browser, stage, "una") as page:
            seen += await findings_in_every_view(page, "/my-slots")
            empty = await page.locator("main").inner_text()
            await page.goto(f"/registers/{sitting.id}")
            others = await page.locator("main").inner_text()

    assert "Wednesday 20 January, 18:30 to 20:30 Booked" in early
    assert "Thursday 21 January, 18:30 to 20:30 Free" in early
    assert "The Hall, 1 Mill Lane, Didcot" in early
    assert SLEEP not in early
    assert "The register is closed" in early
    assert SLEEP in register
    assert kept == "FOLLOW_UP"
    assert SLEEP not in host
    assert "No slots just now" in empty
    assert "What it led to" not in others
    assert seen == []


async def test_row_30_the_second_who_wants_it_is_shown_the_next_free_ones(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        desk, (slot, other) = await played(stage, databases, clock)
        await desk.full(slot, "Osei")
        async with screen(browser, stage, "ana", script=False) as page:
            await page.goto(f"/events/{slot}")
            shown = page.locator("section", has_text="Free next").locator("a")
            links = [await each.get_attribute("href") for each in await shown.all()]

    assert links == [f"/events/{other}"]


async def test_row_30_the_way_into_a_meeting_is_the_workers_and_stands_on_no_page(
    templates: Templates, browser: Browser
) -> None:
    link = "https://meet.example.org/a-talk"
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("una", ("assessing_social_worker", "ATV"))
        desk, _ = await played(stage, databases, clock, days=0)
        offering = await desk.offering(kind=Kind.CONSULTATION, title="A talk")
        slot = await desk.event(
            1, of=offering, worker=account("wyn"), is_online=True, join_link=link
        )
        sitting = await date_of(desk, slot)
        path, told = f"/my-slots/{sitting.id}/join", {}
        shown = {}
        for name in ("wyn", "una"):
            front = stage.browser()
            await front.sign_in(name)
            shown[name] = (await front.see("/my-slots")).text
            told[name] = await front.see(path)

    assert (told["wyn"].status_code, told["wyn"].headers["location"]) == (303, link)
    assert told["una"].status_code == 404
    assert path in shown["wyn"]
    assert link not in shown["wyn"]
    assert path not in shown["una"]
