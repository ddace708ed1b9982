"""The register's pages on the real graph, as a browser without a script sends their forms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.matching.model.ids import FamilyId
from tests.databases import Databases
from tests.front import Browser, Stage, front, said
from tests.identity import account
from tests.matching.register import CLEO, Register

NEW_FAMILY = {
    "typedOutcode": "rg30 4ab",
    "council": "E06000038",
    "stage": "PLACED",
    "stageOn-day": "2",
    "stageOn-month": "3",
    "stageOn-year": "2026",
    "firstName": "Ana",
    "lastName": "Osei",
    "languages": "ENGLISH",
    "slots": "TUESDAY_EVENING",
}
REQUEST = {
    "programme": "MENTOR",
    "topics": "SLEEP",
    "channels": "PHONE",
    "otherAgencies": "no",
    "besidePartner": "EITHER",
    "note": "Evenings are hard.",
}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("coordinator", "AS"))
        yield stage


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_a_family_is_added_and_a_whole_postcode_leaves_only_its_half(stage: Stage) -> None:
    cleo = await signed_in(stage, "cleo")

    added = await cleo.walk("/families/new", NEW_FAMILY)
    shown = await cleo.see(added.headers["location"])
    listed = await cleo.see("/families?search=osei")

    assert added.status_code == 303, added.text
    assert "Ana Osei" in shown.text
    assert "RG30" in shown.text
    assert "4ab" not in said(shown.text)
    assert added.headers["location"] in listed.text


async def test_a_district_of_several_councils_asks_which_and_keeps_what_was_typed(
    stage: Stage,
) -> None:
    cleo = await signed_in(stage, "cleo")

    asked = await cleo.walk("/families/new", NEW_FAMILY, to="council")
    before = await cleo.see(str(asked.url).replace("at=council", "at=place"))

    assert "West Berkshire" in asked.text
    assert 'value="RG30"' in before.text
    assert "4ab" not in said(before.text)


async def test_a_stage_that_has_not_come_is_refused_in_words_with_what_was_typed(
    stage: Stage,
) -> None:
    cleo = await signed_in(stage, "cleo")

    refused = await cleo.walk("/families/new", {**NEW_FAMILY, "stageOn-year": "2099"})

    assert "at=stage" in str(refused.url)
    assert "That day has not come yet." in refused.text
    assert 'value="2099"' in refused.text


async def test_a_child_a_stage_and_a_correction_are_kept(stage: Stage) -> None:
    family = await Register(stage.scene.db).family("Ana Osei")
    cleo = await signed_in(stage, "cleo")
    where = f"/families/{family}"

    await cleo.see(f"{where}/children/new")
    child = await cleo.send(
        f"{where}/children/new", {"birthMonth-month": "5", "birthMonth-year": "2021"}
    )
    await cleo.see(f"{where}/stage")
    moved = await cleo.send(
        f"{where}/stage",
        {"to": "ORDER_GRANTED", "on-day": "2", "on-month": "11", "on-year": "2026"},
    )
    await cleo.see(f"{where}/correct/languages")
    corrected = await cleo.send(f"{where}/correct/languages", {"languages": "POLISH"})
    page = await cleo.see(where)

    assert [answer.status_code for answer in (child, moved, corrected)] == [303, 303, 303]
    for words in ("Polish", "Order granted"):
        assert words.lower() in page.text.lower()


async def test_another_agencys_pages_are_as_pages_that_are_not_there(stage: Stage) -> None:
    register = Register(stage.scene.db)
    family = await register.family("Ana Osei")
    mentor, request = await register.mentor(family), await register.request(family)
    priya = await signed_in(stage, "priya")

    for noun, id in (("families", family), ("mentors", mentor), ("requests", request)):
        theirs = await priya.see(f"/{noun}/{id}")
        nothing = await priya.see(f"/{noun}/{uuid4()}")

        assert theirs.status_code == nothing.status_code == 404
        assert "Osei" not in theirs.text
    assert "Osei" not in (await priya.see("/families?search=osei")).text.replace('value="osei"', "")


async def test_an_adopter_asks_and_leaves_the_list_again(stage: Stage) -> None:
    register = Register(stage.scene.db)
    await bound_to_ana(stage, await register.family("Ana Osei"))
    ana = await signed_in(stage, "ana")

    asked = await ana.walk("/ask-for-a-mentor/start", REQUEST)
    waiting = await ana.see("/ask-for-a-mentor")
    withdrawn = await ana.send("/ask-for-a-mentor/withdraw")
    after = await ana.see("/ask-for-a-mentor")

    assert asked.status_code == 303, asked.text
    assert "Evenings are hard." in waiting.text
    assert withdrawn.status_code == 303
    assert "Evenings are hard." not in after.text


async def test_who_is_on_the_list_is_not_asked_all_of_it_again(stage: Stage) -> None:
    register = Register(stage.scene.db)
    await bound_to_ana(stage, await register.family("Ana Osei"))
    ana = await signed_in(stage, "ana")

    before = await ana.see("/mentoring")
    await ana.walk("/ask-for-a-mentor/start", REQUEST)
    again = await ana.see("/ask-for-a-mentor/start")
    mentoring = await ana.see("/mentoring")

    assert "You can ask for a mentor at any time." in before.text
    assert (again.status_code, again.headers["location"]) == (303, "/ask-for-a-mentor")
    assert "You are on the list." in mentoring.text
    assert "You can ask for a mentor at any time." not in mentoring.text


async def test_a_note_that_holds_a_postcode_is_kept_back_with_the_reason(stage: Stage) -> None:
    register = Register(stage.scene.db)
    await bound_to_ana(stage, await register.family("Ana Osei"))
    ana = await signed_in(stage, "ana")

    refused = await ana.walk("/ask-for-a-mentor/start", {**REQUEST, "note": "We are at RG30 4AB."})

    assert "at=note" in str(refused.url)
    assert "It looks like a postcode" in refused.text
    assert "We are at RG30 4AB." in refused.text


async def test_the_audit_page_says_who_did_what(stage: Stage) -> None:
    await Register(stage.scene.db).family("Ana Osei")
    cleo = await signed_in(stage, "cleo")

    page = await cleo.see("/audit")

    assert page.status_code == 200
    assert "ATV-0001" in page.text


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("PUT", "/desk", "GET, HEAD"),
        ("DELETE", "/families/new", "GET, HEAD, POST"),
        ("PATCH", "/desk/run", "POST"),
        ("GET", "/desk/run", "POST"),
        ("POST", "/audit", "GET, HEAD"),
        ("PUT", "/no-such-page", None),
    ],
)
async def test_method_that_a_page_does_not_take_is_told_which_it_does(
    stage: Stage, method: str, path: str, taken: str | None
) -> None:
    browser = stage.browser()
    ours = str(browser.client.base_url).rstrip("/")

    headers = {"origin": ours} if method == "POST" else {}
    answer = await browser.client.request(method, path, headers=headers)

    assert answer.status_code == (405 if taken else 404)
    assert answer.headers.get("allow") == taken
    assert "We could not find that page" in answer.text


async def bound_to_ana(stage: Stage, family: FamilyId) -> None:
    """The family's first adult signs in as Ana, as an invitation would have made it."""
    await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
    adult = await Register(stage.scene.db).adult(family, by=CLEO)
    await stage.scene.write("UPDATE adult SET account_id = $1 WHERE id = $2", account("ana"), adult)
