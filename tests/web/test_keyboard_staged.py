"""Tasks by the keyboard alone whose days or people the demo does not hold: swaps, a hand-over, a
loan given back, notice of an agreement, and whether a family still comes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Browser

from services.matching.model.words import Topic
from tests.databases import Templates
from tests.events.programme import Desk
from tests.front import Stage
from tests.keyboard import Keys
from tests.matching.lent import Lenders
from tests.matching.pairs import Pairs
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_lending_pages import lent
from tests.web.test_retiring_pages import mina_and_gwen
from tests.web.test_still_coming import before, booked

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def keys_of(chromium: Browser, stage: Stage, subject: str) -> AsyncIterator[Keys]:
    """Signed in, without script."""
    async with screen(chromium, stage, subject, script=False) as page:
        yield Keys(page)


async def seen_by(chromium: Browser, stage: Stage, subject: str, path: str) -> list[str]:
    """What axe finds in four views; it is a script itself."""
    async with screen(chromium, stage, subject) as page:
        return await findings_in_every_view(page, path)


async def test_swaps_are_taken_one_by_one(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        pairs = Pairs(stage.scene.db, clock, databases)
        for name in ("Ana Osei", "Bo Lund"):
            await pairs.seeker(name)
            await pairs.helper(f"{name[:3]} Ade", topics=frozenset({Topic.SLEEP}))
        await pairs.run()
        for name in ("Mina Patel", "Noa Reid"):
            await pairs.helper(name, topics=frozenset({Topic.SLEEP, Topic.FOOD}), capacity_points=2)
        seen = await seen_by(browser, stage, "cleo", "/runs/improve")
        async with keys_of(browser, stage, "cleo") as keys:
            await keys.page.goto("/desk")
            await keys.press("What would be better")
            two = await keys.heading()
            await keys.press("Take this swap")
            one = await keys.heading()
            await keys.press("Take this swap")
            none = await keys.said()

    assert (two, one) == ("Two swaps would be better", "One swap would be better")
    assert "Nothing would be better" in none
    assert seen == []


async def test_leaving_mentor_hands_over(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        mina, _ = await mina_and_gwen(Pairs(stage.scene.db, clock, databases))
        leaving = f"/mentors/{mina.mentor}/leaving"
        seen = await seen_by(browser, stage, "cleo", leaving)
        async with keys_of(browser, stage, "cleo") as keys:
            await keys.page.goto(leaving)
            await keys.date("Last day", 18, 12, 2026)
            await keys.press("Set the day")
            await keys.open("Why Gwen")
            await keys.open("Book the call to hand over")
            await keys.date("Day of the call", 3, 12, 2026)
            await keys.press("Book it")
            await keys.press("Propose this one")
            proposed = await keys.said()
            seen += await seen_by(browser, stage, "cleo", leaving)
            await keys.press("They stay after all")
            stays = await keys.said()

    assert "To read and send." in proposed
    assert "Set the last day" in stays
    assert seen == []


async def test_loan_is_given_back_and_notice_is_given(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        _, _, here = await lent(Lenders(stage.scene.db, clock, databases))
        seen = await seen_by(browser, stage, "cleo", here)
        async with keys_of(browser, stage, "cleo") as keys:
            await keys.page.goto(here)
            await keys.press("Give back")
            await keys.choose("How did it end?", "They did not suit each other")
            await keys.choose("What happens with the family’s asking?", "They wait on")
            await keys.write("Why?", "They did not get on")
            await keys.press("Give the mentor back")
            back = await keys.said()
        async with keys_of(browser, stage, "adi") as keys:
            await keys.page.goto(here)
            await keys.press("Give notice")
            await keys.write("Why?", "We have mentors enough")
            await keys.press("Give notice")
            notice = await keys.said()
        seen += await seen_by(browser, stage, "cleo", here)

    assert "Place given back" in back
    assert "Ends on 21 December" in notice
    assert seen == []


async def test_agreement_to_lend_is_agreed_to(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates) as (stage, databases, clock):
        await stage.scene.add("ivo", ("agency_admin", "AS"))
        agreement = await Lenders(stage.scene.db, clock, databases).proposed()
        async with keys_of(browser, stage, "ivo") as keys:
            await keys.page.goto("/lending")
            await keys.press("Adopt South lends to Adopt Thames Valley")
            asked = await keys.said()
            await keys.press("Agree to this")
            agreed = await keys.said()
        seen = await seen_by(browser, stage, "ivo", f"/lending/{agreement}")

    assert "Waits for our yes" in asked
    assert "Agreed. It counts from its first day." in agreed
    assert seen == []


async def test_family_says_that_it_still_comes(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        event, booking = await booked(stage, desk)
        await before(desk, event, timedelta(days=6))
        seen = await seen_by(browser, stage, "ana", f"/bookings/{booking}")
        seen += await seen_by(browser, stage, "ana", "/bookings")
        seen += await seen_by(browser, stage, "omar", f"/events/{event}")
        async with keys_of(browser, stage, "ana") as keys:
            await keys.page.goto("/bookings")
            await keys.press("Are you still coming?")
            await keys.press("Yes, we come")
            thanks = await keys.said()
        async with keys_of(browser, stage, "omar") as keys:
            await keys.page.goto(f"/events/{event}")
            told = await keys.said()
            await keys.press("Team, kept places, cost")
            seen += await seen_by(browser, stage, "omar", f"/events/{event}/team")
            await keys.press("No longer ask them")
            off = await keys.said()

        async with keys_of(browser, stage, "ana") as keys:
            await keys.page.goto(f"/bookings/{booking}")
            changed_mind = await keys.said()
            await keys.press("Give the place back")
            given_back = await keys.said()

    assert "You said that you come." in thanks
    assert "Cannot come after all?" in changed_mind
    assert "You have given the place back." in given_back
    assert "Said they come" in told
    assert "Families are not asked." in off
    assert seen == []


async def test_family_says_that_it_cannot_come(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        desk = Desk(await databases.serving("events"), clock)
        event, booking = await booked(stage, desk)
        await before(desk, event, timedelta(days=6))
        async with keys_of(browser, stage, "ana") as keys:
            await keys.page.goto(f"/bookings/{booking}")
            await keys.press("No, we cannot")
            await keys.page.keyboard.press("Tab")
            next_one = (await keys.here())["name"]
            await keys.page.goto(f"/bookings/{booking}")
            await keys.press("Give the place back")
            given_back = await keys.said()

    assert next_one == "Give the place back"
    assert "You have given the place back." in given_back
