"""One date of a course at a parallel one, on a family's page and the organiser's, in every view and
by the keyboard without script (event-scenarios.md F03).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Browser

from kernel.access import Actor
from services.events.actions.booking import book
from services.events.model.event import Kind
from services.events.model.ids import EventId
from tests.databases import Templates
from tests.events.programme import NEAR, TWO, Desk
from tests.identity import account
from tests.keyboard import Keys
from tests.matching.register import Register
from tests.pages import PHONE, findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_front_door import carry

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


async def _courses(desk: Desk) -> tuple[EventId, EventId]:
    """One course of three Wednesdays, and one place on the Thursdays."""
    course = await desk.offering(kind=Kind.COURSE, title="Therapeutic parenting")
    weeks = [NEAR + week * WEEK for week in range(3)]
    first = await desk.event(4, at=weeks, of=course)
    return first, await desk.event(1, at=[at + DAY for at in weeks], of=course)


async def test_f03_a_date_is_swapped_and_taken_back(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        family = await Register(stage.scene.db).family()
        await stage.scene.write(
            "UPDATE adult SET account_id = $1 WHERE family_id = $2",
            account("ana"),
            UUID(str(family)),
        )
        desk = Desk(await databases.serving("events"), clock)
        await carry(stage.scene.db, desk.db)
        event, other = await _courses(desk)
        home = Actor("adopter", account("ana"), None, None, UUID(str(family)))
        place = f"/bookings/{await book(desk.ask(home), event=event, party=TWO)}"

        async with screen(browser, stage, "ana", size=PHONE, script=False) as page:
            keys = Keys(page)
            await page.goto(place)
            await keys.press("Swap this date")
            empty = await keys.said()
            await page.goto(place)
            await keys.to("Which one would you rather come to?", "select")
            for _ in range(2):
                await page.keyboard.press("ArrowDown")
            await keys.press("Swap this date")
            swapped = await keys.said()
        async with screen(browser, stage, "ana", size=PHONE) as page:
            seen = await findings_in_every_view(page, place)
            file = await page.request.get(f"{stage.web}{place}/booking.ics")
            times = await file.text()
        async with screen(browser, stage, "omar") as page:
            counted = []
            for one in (event, other):
                seen += await findings_in_every_view(page, f"/events/{one}")
                counted.append(await page.locator("main").inner_text())
            await page.goto(f"/events/{event}/places/{place.rpartition('/')[2]}")
            of_staff = await page.locator("main").inner_text()
        async with screen(browser, stage, "ana", script=False) as page:
            keys = Keys(page)
            await page.goto(place)
            await keys.press("Come to my own date after all")
            back = await keys.said()

    assert seen == []
    assert times.count("DTSTART") == 3
    assert ("20261210T183000Z" in times, "20261209T183000Z" in times) == (True, False)
    assert "Choose which date you would rather come to." in empty
    assert "Swapped. Both dates know of it" in swapped
    assert "Thursday 10 December, 18:30 to 20:30" in swapped
    assert "1 Mill Lane, Didcot" in swapped
    assert [text.count("1 expected") for text in counted] == [2, 1]
    assert [text.count("0 expected") for text in counted] == [1, 2]
    assert "One place taken by visitors." in counted[1]
    assert "of one place" in counted[1]
    assert "Comes on Thursday 10 December, 18:30 to 20:30 instead of Wednesday 9" in of_staff
    assert "Taken back. You come to your own date again." in back
