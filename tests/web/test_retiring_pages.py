"""The page of a mentor who is going to leave, as a browser without a script uses it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from services.matching.model.card import Answer
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front
from tests.matching.pairs import Helper, Pairs

CALL = re.compile(r'action="(/mentors/[0-9a-f-]+/leaving/([0-9a-f-]+)/call)"')


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("coordinator", "AS"))
        yield stage


@pytest.fixture
async def pairs(databases: Databases, clock: Clock) -> Pairs:
    return Pairs(await databases.serving("matching"), clock, databases)


async def mina_and_gwen(pairs: Pairs) -> tuple[Helper, Helper]:
    """Mina helps Ana; Gwen has room."""
    seeker, mina = await pairs.seeker("Ana Osei"), await pairs.helper("Mina Patel")
    proposal = await pairs.sent(seeker)
    for actor in (seeker.actor, mina.actor):
        await pairs.say(actor, proposal, Answer.YES)
    return mina, await pairs.helper("Gwen Hill")


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_hand_over_from_the_last_day_to_the_proposal(stage: Stage, pairs: Pairs) -> None:
    mina, _ = await mina_and_gwen(pairs)
    cleo, page = await signed_in(stage, "cleo"), f"/mentors/{mina.mentor}/leaving"

    before = await cleo.see(page)
    no_day = await cleo.send(page, {"last_on-day": "40"})
    past = await cleo.send(page, day("last_on", 1, 11, 2026))
    planned = await cleo.send(page, day("last_on", 18, 12, 2026))
    after = await cleo.see(page)
    proposed = await cleo.send(f"{page}/propose", {})
    then = await cleo.see(page)
    mentor = await cleo.see(f"/mentors/{mina.mentor}")

    assert "What changes if Mina leaves" in before.text
    assert "One change, 0 untouched" in before.text
    assert (no_day.status_code, past.status_code) == (422, 422)
    assert "That day has passed" in past.text
    assert (planned.status_code, proposed.status_code) == (303, 303)
    assert "Gwen Hill</b> next" in after.text
    assert "To read and send." in then.text
    assert "last day Friday 18 December 2026" in mentor.text


async def test_call_is_booked_and_not_noted_too_early(stage: Stage, pairs: Pairs) -> None:
    mina, _ = await mina_and_gwen(pairs)
    cleo, page = await signed_in(stage, "cleo"), f"/mentors/{mina.mentor}/leaving"
    await cleo.see(page)
    await cleo.send(page, day("last_on", 18, 12, 2026))
    ((action, which),) = CALL.findall((await cleo.see(page)).text)

    booked = await cleo.send(action, day(f"on-{which}", 3, 12, 2026))
    early = await cleo.send(action, {"outcome": "HELD"})
    stays = await cleo.send(f"{page}/stay", {})

    assert (booked.status_code, early.status_code, stays.status_code) == (303, 422, 303)
    assert "The new pair has not said yes yet" in early.text


async def test_other_agencies_mentor_is_not_there(stage: Stage, pairs: Pairs) -> None:
    mina, _ = await mina_and_gwen(pairs)
    priya = await signed_in(stage, "priya")

    shown = await priya.see(f"/mentors/{mina.mentor}/leaving")

    assert shown.status_code == 404


def day(name: str, day: int, month: int, year: int) -> dict[str, str]:
    parts = {"day": day, "month": month, "year": year}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}
