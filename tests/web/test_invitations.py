"""From the agency admin's page to the invited person's first page, as browsers do it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.databases import Databases
from tests.front import Browser, Stage, front
from tests.identity import person

CODE = re.compile(r"\b([0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")
OMAR = {"firstName": "Omar", "lastName": "Reid", "role": "ORGANISER"}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        stage.scene.oidc.people = [*stage.scene.oidc.people, person("omar")]
        yield stage


@pytest.fixture
async def admin(stage: Stage) -> Browser:
    browser = stage.browser()
    await browser.sign_in("adi")
    await browser.see("/invitations")
    return browser


async def code_made(admin: Browser) -> str:
    answer = await admin.send("/invitations", OMAR)
    found = CODE.search(answer.text)
    assert found, answer.text
    return found.group()


async def used(stage: Stage, code: str) -> Browser:
    """A browser that comes back from the provider with the code; its last page is the answer."""
    browser = stage.browser()
    await browser.see("/invitation")
    started = await browser.send("/invitation", {"code": code})
    request = dict(re.findall(r"[?&](\w+)=([^&]+)", started.headers["location"]))
    request = {name: _plain(value) for name, value in request.items()}
    await browser.see(await browser.chosen(request, "omar"))
    return browser


async def test_invited_person_comes_in_with_the_code_and_later_without(
    stage: Stage, admin: Browser
) -> None:
    code = await code_made(admin)

    browser = await used(stage, code)
    home = await browser.see("/")
    later = stage.browser()
    await later.sign_in("omar")

    assert "Omar Reid" in home.text
    assert "Organiser, Adopt Thames Valley" in home.text
    assert (await later.see("/")).status_code == 200
    listed = (await admin.see("/invitations")).text
    assert "Omar Reid" in listed
    assert "Used" in listed
    assert code not in listed


async def test_code_that_was_used_says_what_to_do(stage: Stage, admin: Browser) -> None:
    code = await code_made(admin)
    await used(stage, code)

    browser = await used(stage, code)

    assert browser.page is not None
    assert browser.page.status_code == 403
    assert "ring your agency and ask for a new one" in browser.page.text


async def test_form_loaded_again_gives_a_new_code_and_one_invitation(
    stage: Stage, admin: Browser
) -> None:
    first = await code_made(admin)
    second = await code_made(admin)  # the same page, so the same hidden key

    assert first != second
    assert (await used(stage, second)).page is not None
    assert (await admin.see("/invitations")).text.count("Omar Reid") == 1


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({**OMAR, "role": ""}, "Choose what they will be"),
        ({**OMAR, "role": "ADOPTER"}, "Choose what they will be"),
        ({**OMAR, "firstName": " "}, "Give a first name and a last name"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    admin: Browser, form: dict[str, str], says: str
) -> None:
    answer = await admin.send("/invitations", form)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Reid"' in answer.text


async def test_taken_back_and_new_codes_from_the_list(stage: Stage, admin: Browser) -> None:
    old = await code_made(admin)
    page = await admin.see("/invitations")
    (new_code,) = re.findall(r'action="(/invitations/[^"]+/code)"', page.text)
    (take_back,) = re.findall(r'action="(/invitations/[^"]+/revoke)"', page.text)

    issued = await admin.send(new_code)
    taken_back = await admin.send(take_back)
    found = CODE.search(issued.text)

    assert found
    assert found.group() != old
    assert taken_back.headers["location"] == "/invitations"
    assert "Taken back" in (await admin.see("/invitations")).text
    assert (await admin.send(take_back, {"key": "6f1f6c0e-9f5d-4f6e-8f27-6d1d0d1a4b11"})).headers[
        "location"
    ] == "/invitations"
    assert "was used or taken back" in (await admin.see("/invitations")).text
    for code in (old, found.group()):
        page_after = (await used(stage, code)).page
        assert page_after is not None
        assert page_after.status_code == 403


@pytest.mark.parametrize("code", ["", "x" * 61])
async def test_no_code_is_asked_for_again(stage: Stage, code: str) -> None:
    browser = stage.browser()
    await browser.see("/invitation")

    answer = await browser.send("/invitation", {"code": code})

    assert answer.status_code == 422
    assert "Type the code that your agency gave you" in answer.text


def _plain(value: str) -> str:
    return value.replace("%3A", ":").replace("%2F", "/")
