"""What a coordinator does about pairing, each task whole by the keyboard alone, most of them also
without script: lending, weights, settings, what if, comparing, who leaves, why not somebody else.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.async_api import expect

from services.web.wording import LONDON
from tests.keyboard import Keys
from tests.pages import SignIn

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT_YEAR = datetime.now(LONDON).year + 1
RUN_MS = 60_000


async def test_agreement_to_lend_is_proposed_looked_at_and_taken_back(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.press("Pairs")
    await keys.press("Lending between agencies")
    await keys.press("Propose an agreement")
    await keys.pick("With which agency?", "Adoption Counts")
    await keys.choose("Who lends?", "They lend mentors to us")
    await keys.write("Places a year, at most", "99")
    await keys.date("First day", 1, 4, NEXT_YEAR)
    await keys.date("Last day", 31, 3, NEXT_YEAR + 1)
    await keys.press("Propose it")
    refused = await keys.said()
    await keys.write("Places a year, at most", "3")
    await keys.press("Propose it")
    proposed = await keys.said()
    await keys.press("Take it back")

    assert "Give a number from 1 to 50." in refused
    assert "Waits for them" in proposed
    assert "Taken back. Nothing came of it." in await keys.said()


async def test_agreement_to_lend_is_turned_down_with_a_reason(sign_in: SignIn) -> None:
    cleo, reg = Keys(await sign_in("cleo")), Keys(await sign_in("reg", script=False))
    await cleo.page.goto("/lending/new")
    await cleo.pick("With which agency?", "Adoption Counts")
    await cleo.choose("Who lends?", "We lend mentors to them")
    await cleo.write("Places a year, at most", "2")
    await cleo.date("First day", 1, 4, NEXT_YEAR)
    await cleo.date("Last day", 31, 3, NEXT_YEAR + 1)
    await cleo.press("Propose it")

    await reg.page.goto("/lending")
    await reg.press("Adopt Thames Valley lends to Adoption Counts")
    await reg.press("Turn it down")
    await reg.press("Turn it down")
    refused = await reg.said()
    await reg.write("Why?", "We have mentors enough")
    await reg.press("Turn it down")

    assert "Say why in a few words." in refused
    assert "Turned down" in await reg.said()


async def test_words_are_looked_at_kept_and_put_back(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.page.goto("/runs/settings")
    await keys.press("Each programme")
    await keys.press("Change", beside="Buddy")
    await keys.choose("Nearness", "High")
    await keys.press("See what it would change")
    foreseen = await keys.said()
    await keys.press("Use these from the next run")
    kept = await keys.said()
    await keys.press("Change", beside="Buddy")
    await keys.choose("Nearness", "Low")
    await keys.press("See what it would change")
    await keys.press("Use these from the next run")

    assert "Nothing is kept yet." in foreseen
    assert "High" in foreseen
    assert "Saved" in kept
    assert "Saved" in await keys.said()


async def test_figure_of_a_run_is_looked_at_and_kept(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.press("Settings of the run")
    await keys.press("Change", beside="Bounds")
    await keys.write("Time to answer", "8")
    await keys.press("See what changes")
    foreseen = await keys.said()
    await keys.press("Use these from the next run")

    assert "7 days" in foreseen
    assert "8 days" in foreseen
    assert "Saved as version" in await keys.said()


async def test_one_mentor_more_is_tried_on_a_copy(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.press("What if something were different?")
    await keys.press("Try it")
    refused = await keys.said()
    await keys.write("Where", "RG30")
    await keys.choose("As", "Mentor")
    await keys.open("What about")
    await keys.tick("Sleep")
    await keys.tick("Monday evening")
    await keys.press("Try it")

    assert "Change at least one thing" in refused
    told = await keys.said()
    assert "Now Then Matched, of" in told
    assert "Now Then Matched, of" not in refused


async def test_two_ways_of_choosing_are_compared_and_run(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo"))
    for way in ("Best score", "Most people matched"):
        await keys.page.goto("/runs")
        await keys.press("Run ")
        await keys.press("Most matched beside best score")
        await keys.choose("How shall it choose?", way)
        await keys.press("Run it this way")
        done = keys.page.get_by_role("heading", level=1, name="matched")
        await expect(done).to_be_visible(timeout=RUN_MS)

    await keys.press("Maps, waits and fits in pictures")
    assert "Where people waited" in await keys.said()


async def test_any_mentor_is_named_for_somebody_left(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.press("see why, and what would help")
    await keys.press("Why not another mentor?")
    await keys.write("Name or first half of a postcode", "a")
    await keys.press("Find")
    await keys.to("", "a", beside="points in use")
    async with keys.page.expect_navigation():
        await keys.page.keyboard.press("Enter")

    assert "Why not " in await keys.heading()


async def test_mentor_who_leaves_is_planned_and_stays_after_all(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("cleo", script=False))
    await keys.press("Mentors")
    await keys.to("", "a", beside="Active")
    async with keys.page.expect_navigation():
        await keys.page.keyboard.press("Enter")
    await keys.press("See what changes if")
    await keys.press("Set the day")
    refused = await keys.said()
    await keys.date("Last day", 18, 12, NEXT_YEAR)
    await keys.press("Set the day")
    planned = await keys.said()
    await keys.press("They stay after all")

    assert "put right" in refused
    assert "Last day: " in planned
    assert "Set the day" in await keys.said()
