"""Swaps, copies and weights on their pages, as a browser without a script uses them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from services.matching.actions import thinking
from services.matching.model.words import Topic
from services.matching.rules import prefer  # noqa: F401 - fills the registry
from services.matching.rules.rule import PREFERS
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front, said
from tests.matching.pairs import Pairs

TAKE = re.compile(r'action="(/runs/improve/[0-9a-f-]+)"')
WHERE = {
    "typedOutcode": "RG30 4AB",
    "slots": "MONDAY_EVENING",
    "programme": "MENTOR",
    "topics": "SLEEP",
}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        yield stage


@pytest.fixture
async def cleo(stage: Stage) -> Browser:
    browser = stage.browser()
    await browser.sign_in("cleo")
    return browser


@pytest.fixture
async def pairs(databases: Databases, clock: Clock) -> Pairs:
    return Pairs(await databases.serving("matching"), clock, databases)


async def test_swap_is_shown_taken_and_then_gone(cleo: Browser, pairs: Pairs) -> None:
    await pairs.seeker("Ana Osei")
    await pairs.helper("Femi Ade", topics=frozenset({Topic.SLEEP}))
    await pairs.run()
    await pairs.helper("Mina Patel", topics=frozenset({Topic.SLEEP, Topic.FOOD}))

    shown = await cleo.see("/runs/improve")
    (action,) = TAKE.findall(shown.text)
    taken = await cleo.send(action, {})
    after = await cleo.see("/runs/improve")
    again = await cleo.send(action, {})

    assert "One swap would be better" in shown.text
    assert "from Femi Ade" in shown.text
    assert (taken.status_code, again.status_code) == (303, 422)
    assert "Something has changed since this was listed" in again.text
    assert "Nothing would be better" in after.text


async def test_one_mentor_more_is_tried_and_told_as_people(cleo: Browser, pairs: Pairs) -> None:
    await pairs.seeker("Ana Osei")

    await cleo.see("/runs/what-if")
    nothing = await cleo.send("/runs/what-if", {})
    found = await cleo.send("/runs/what-if", {**WHERE, "qualityFloor": "40"})
    nowhere = await cleo.send("/runs/what-if", {**WHERE, "typedOutcode": "ZZ99"})

    assert nothing.status_code == 422
    assert "Change at least one thing" in nothing.text
    assert "One more person would be matched today." in found.text
    assert "the mentor you imagined" in found.text
    assert "4ab" not in said(found.text)
    assert nowhere.status_code == 422
    assert "We do not know that place." in nowhere.text


async def test_each_page_says_why_nothing_can_be_tried(
    cleo: Browser, pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pairs.seeker("Ana Osei")
    await pairs.helper("Mina Patel")
    monkeypatch.setattr(thinking, "TRIED_MOST", 0)
    words = dict.fromkeys(PREFERS, "MEDIUM")
    figures = {
        "qualityFloor": "60",
        "monthsAheadMin": "12",
        "answerDays": "7",
        "waitingTierDays": "7",
        "supervisionIntervalDays": "90",
    }

    await cleo.see("/runs/what-if")
    shown = [
        await cleo.see("/runs/improve"),
        await cleo.send("/runs/what-if", {"qualityFloor": "60"}),
        await cleo.send("/runs/weights/mentor", words),
        await cleo.send("/runs/settings/change", figures),
    ]

    for page in shown:
        assert page.status_code == 200
        assert "1 families and 1 mentors are too many to try out" in page.text
    assert all("Use these from the next run" in page.text for page in shown[2:])


async def test_words_are_seen_first_then_kept_and_told_in_the_history(
    cleo: Browser, pairs: Pairs
) -> None:
    await pairs.seeker("Ana Osei")
    page, words = "/runs/weights/mentor", dict.fromkeys(PREFERS, "MEDIUM")

    await cleo.see(page)
    half = await cleo.send(page, {"shared_topics": "HIGH"})
    seen = await cleo.send(page, words)
    kept = await cleo.send(page, {**words, "seen": "yes"})
    listed = await cleo.see("/runs/weights")
    history = await cleo.see("/runs/settings")

    assert (half.status_code, seen.status_code, kept.status_code) == (422, 200, 303)
    assert "What would change" in seen.text
    assert "Medium, 13" in seen.text
    assert "Medium" in listed.text
    assert "nearness: low to <b>medium</b>" in history.text
