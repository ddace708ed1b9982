"""A walk of one question a page: looked at by GET, kept sealed for one browser, refused early."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.matching.actions import checks, mentors, requests
from services.matching.places import postcodes
from services.web import postcode
from services.web.asking import of_families, of_mentors, of_requests
from services.web.asking.answers import Answers
from services.web.asking.draft import IN_A_BROWSER_MAX
from services.web.asking.question import Field, Question
from tests.databases import Databases
from tests.front import Browser, Stage, front
from tests.matching.register import CLEO, Register
from tests.web.test_register_pages import NEW_FAMILY

TODAY = date(2026, 11, 28)


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


async def test_every_page_of_a_walk_is_looked_at_by_get_and_shows_what_was_answered(
    cleo: Browser,
) -> None:
    stage_page = await cleo.walk("/families/new", NEW_FAMILY, to="adults")
    address = str(stage_page.url)

    before = await cleo.see(address.replace("at=adults", "at=stage"))
    first = await cleo.see(address.replace("at=adults", "at=place"))

    assert [before.status_code, first.status_code] == [200, 200]
    assert 'value="PLACED" checked' in before.text
    assert 'value="RG30"' in first.text


async def test_address_of_a_walk_says_nothing_of_what_was_answered(cleo: Browser) -> None:
    check = await cleo.walk("/families/new", NEW_FAMILY, to="check")

    assert set(check.url.params) == {"walk", "at"}
    assert check.headers["cache-control"] == "no-store"
    assert "Osei" in check.text


async def test_page_ahead_of_what_was_answered_leads_back_to_it(cleo: Browser) -> None:
    asked = await cleo.walk("/families/new", NEW_FAMILY, to="stage")

    ahead = await cleo.follow(await cleo.see(str(asked.url).replace("at=stage", "at=languages")))
    check = await cleo.follow(await cleo.see(str(asked.url).replace("at=stage", "at=check")))

    assert [ahead.url.params["at"], check.url.params["at"]] == ["stage", "stage"]


async def test_going_back_after_the_end_leads_to_what_was_made_and_makes_no_second(
    stage: Stage, cleo: Browser
) -> None:
    check = await cleo.walk("/families/new", NEW_FAMILY, to="check")
    where = check.url.raw_path.decode()

    added = await cleo.send(where, {})
    again = await cleo.send(where, {})
    back = await cleo.see(where)

    made = added.headers["location"]
    assert made.startswith("/families/")
    assert [again.headers["location"], back.headers["location"]] == [made, made]
    listed = await cleo.see("/families?search=osei")
    assert listed.text.count(f'href="{made}"') == 1
    assert listed.text.count("Ana Osei") == 1


async def test_walk_of_one_browser_is_nothing_in_another(stage: Stage, cleo: Browser) -> None:
    check = await cleo.walk("/families/new", NEW_FAMILY, to="check")
    other = stage.browser()
    await other.sign_in("cleo")

    seen = await other.follow(await other.see(check.url.raw_path.decode()))

    assert seen.url.params["at"] == "place"
    assert "we begin again" in seen.text
    assert "Osei" not in seen.text


async def test_id_of_a_walk_is_nothing_on_another_page(stage: Stage, cleo: Browser) -> None:
    family = await Register(stage.scene.db).family("Ana Osei")
    adult = await Register(stage.scene.db).adult(family, by=CLEO)
    check = await cleo.walk("/families/new", NEW_FAMILY, to="check")
    walk = check.url.params["walk"]

    seen = await cleo.follow(
        await cleo.see(f"/requests/new?family={family}&adult={adult}&walk={walk}&at=check")
    )

    assert seen.url.params["at"] == "programme"


async def test_answers_are_sealed_and_go_when_the_browser_does(
    databases: Databases, stage: Stage, cleo: Browser
) -> None:
    await cleo.walk("/families/new", NEW_FAMILY, to="check")
    before = await _of_web(databases, "SELECT string_agg(sealed, ' ') FROM draft")
    await cleo.see("/families")

    await cleo.send("/sign-out")

    assert before
    assert "Osei" not in before
    assert await _of_web(databases, "SELECT count(*) FROM draft") == 0


async def test_browser_keeps_only_its_newest_walks(databases: Databases, cleo: Browser) -> None:
    for _ in range(IN_A_BROWSER_MAX + 2):
        await cleo.walk("/families/new", NEW_FAMILY, to="stage")

    kept = await _of_web(databases, "SELECT count(*) FROM draft")
    assert kept == IN_A_BROWSER_MAX


async def test_walk_under_no_good_id_begins_afresh(cleo: Browser) -> None:
    odd = await cleo.follow(await cleo.see("/families/new?walk=x&at=check"))
    unknown = await cleo.follow(await cleo.see(f"/families/new?walk={uuid4()}&at=nowhere"))

    assert [odd.url.params["at"], unknown.url.params["at"]] == ["place", "place"]


@pytest.mark.parametrize(
    ("wrong", "at", "says"),
    [
        ({"typedOutcode": "ZZ99"}, "place", "We do not know that place."),
        ({"stageOn-year": "2099"}, "stage", "That day has not come yet."),
        ({"stageOn-month": "13"}, "stage", "Give a day, a month and a year"),
        ({"stage": "KING"}, "stage", "Choose from the list."),
        ({"firstName": "A" * 61}, "adults", "longer than 60"),
        ({"lastName": "of RG30 4AB"}, "adults", "It looks like a postcode"),
        ({"secondFirstName": "Ben"}, "adults", "Give both names of the second adult"),
        ({"languages": ""}, "languages", "Choose at least one language"),
        ({"slots": "SOMEDAY"}, "slots", "Choose from the list."),
    ],
)
async def test_what_can_be_refused_on_a_page_is_refused_there(
    cleo: Browser, wrong: dict[str, str], at: str, says: str
) -> None:
    answer = await cleo.walk("/families/new", {**NEW_FAMILY, **wrong})

    assert answer.url.params["at"] == at
    assert says in answer.text


@pytest.mark.parametrize(
    ("question", "wrong", "field"),
    [
        (of_mentors.ROOM, {"capacityPoints": ["13"]}, "capacityPoints"),
        (
            of_mentors.ROOM,
            {"capacityPoints": ["4"], "travelMinutesMax": ["121"]},
            "travelMinutesMax",
        ),
        (
            of_mentors.NOT_ABLE,
            {"topics": ["SLEEP"], "notAbleToSupport": ["SLEEP"]},
            "notAbleToSupport",
        ),
        (of_requests.NOTE, {"note": ["x" * 501]}, "note"),
        (of_requests.NOTE, {"note": ["We are at RG30 4AB."]}, "note"),
        (
            of_requests.wishes_question(Answers({"topics": ["SLEEP", "FOOD", "SCHOOL"]})),
            {"mustHaves": ["TOPIC:SLEEP", "TOPIC:FOOD", "TOPIC:SCHOOL"]},
            "mustHaves",
        ),
    ],
)
def test_question_refuses_what_the_register_would(
    question: Question, wrong: dict[str, list[str]], field: str
) -> None:
    fault = question.fault(Answers(wrong), TODAY)

    assert fault is not None
    assert fault.field == field


def test_bounds_are_those_of_the_register() -> None:
    mine = {
        "names": {each.longest for each in of_families.ADULTS.fields},
        "note": {_field(of_requests.NOTE, "note").longest},
        "musts": {_field(of_requests.wishes_question(Answers({})), "mustHaves").most},
        "capacity": {_field(of_mentors.ROOM, "capacityPoints").most},
        "travel": {_field(of_mentors.ROOM, "travelMinutesMax").most},
    }

    assert mine == {
        "names": {checks.NAME_LETTERS_MAX},
        "note": {checks.NOTE_LETTERS_MAX},
        "musts": {requests.MUST_HAVES_MAX},
        "capacity": {mentors.CAPACITY_POINTS_MAX},
        "travel": {mentors.TRAVEL_MINUTES_MAX},
    }


@pytest.mark.parametrize(
    "text", ["RG30 4AB", "rg304ab", "at M1-1AA.", "year 4", "RG30", "B33  8TH", "xRG30 4ABx"]
)
def test_postcode_is_told_as_the_register_tells_it(text: str) -> None:
    assert postcode.holds_postcode(text) == postcodes.holds_postcode(text)


def _field(question: Question, name: str) -> Field:
    return next(each for each in question.fields if each.name == name)


async def _of_web(databases: Databases, sql: str) -> Any:
    connection = await asyncpg.connect(databases.dsn("web"))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
