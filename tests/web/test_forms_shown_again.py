"""A character that nothing can keep: every form is shown again with the rest of what was typed."""

from __future__ import annotations

import doctest
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from services.web import forms
from services.web.page import MENDED
from tests.databases import Databases
from tests.front import Stage, front
from tests.identity import account
from tests.matching.register import CLEO, Register

NUL = "\0"
HALF = "\ud83d"
ROOM = {"capacityPoints": "@4", "travelMinutesMax": "20", "lendsToOtherAgencies": "no"}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        for subject, role in (
            ("cleo", "coordinator"),
            ("adi", "agency_admin"),
            ("sol", "safeguarding_lead"),
            ("omar", "organiser"),
        ):
            await stage.scene.add(subject, (role, "ATV"))
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        yield stage


def test_examples_of_the_module_hold() -> None:
    assert doctest.testmod(forms).failed == 0


@pytest.mark.parametrize(
    ("subject", "path", "typed"),
    [
        ("ana", "/worried", {"text": "She was @not at school."}),
        ("cleo", "/families/{family}/adults/new", {"firstName": "B@en", "lastName": "Osei"}),
        ("cleo", "/families/{family}/adults/{adult}", {"firstName": "Ana", "lastName": "Os@ei"}),
        ("cleo", "/families/{family}/correct/place", {"typedOutcode": "RG@30"}),
        (
            "cleo",
            "/families/{family}/stage",
            {
                "to": "ORDER_GRANTED",
                "on-day": "2",
                "on-month": "11",
                "on-year": "2026",
                "reason": "Told by ph@one.",
            },
        ),
        (
            "cleo",
            "/families/{family}/children/new",
            {"birthMonth-month": "m@arch", "birthMonth-year": "2021"},
        ),
        ("cleo", "/mentors/{mentor}/correct/room", ROOM),
        (
            "cleo",
            "/mentors/{mentor}/requirements/new",
            {
                "kind": "REFERENCES",
                "metOn-day": "2",
                "metOn-month": "3",
                "metOn-year": "2026",
                "seenBy": "coord@inator",
            },
        ),
        ("adi", "/invitations", {"role": "COORDINATOR", "firstName": "Jo@", "lastName": "Bell"}),
        ("omar", "/emergency", {"family": "ATV-0001", "reason": "The line @broke off, in tears."}),
        ("", "/invitation", {"code": "7KQ2-M9@XD"}),
        ("ana", "/worried", {"text": "She was #not at school."}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_form_is_shown_again_with_what_was_typed(
    stage: Stage, subject: str, path: str, typed: dict[str, str]
) -> None:
    register = Register(stage.scene.db)
    family = await register.family("Ana Osei")
    adult = await register.adult(family, by=CLEO)
    ids = {"family": family, "adult": adult, "mentor": await register.mentor(family)}
    browser = stage.browser()
    if subject:
        await browser.sign_in(subject)
    path = path.format(**ids)

    await browser.see(path)
    sent = {name: value.replace("@", NUL).replace("#", HALF) for name, value in typed.items()}
    answer = await browser.send(path, sent)

    assert answer.status_code == 422
    assert MENDED in unescape(answer.text)
    for value in [value for value in typed.values() if "@" in value or "#" in value]:
        clean = value.replace("@", "").replace("#", "")
        assert f'value="{clean}"' in answer.text or f">{clean}</textarea>" in answer.text, clean


async def test_question_of_a_walk_is_shown_again_and_goes_on_from_there(stage: Stage) -> None:
    register = Register(stage.scene.db)
    family = await register.family("Ana Osei")
    adult = await register.adult(family, by=CLEO)
    await stage.scene.write("UPDATE adult SET account_id = $1 WHERE id = $2", account("ana"), adult)
    ana = stage.browser()
    await ana.sign_in("ana")
    answers = {"programme": "MENTOR", "topics": "SLEEP", "channels": "PHONE"}
    answers |= {"otherAgencies": "no", "besidePartner": "EITHER"}

    note = await ana.walk("/ask-for-a-mentor/start", answers, to="note")
    where = note.url.raw_path.decode()
    again = await ana.follow(await ana.send(where, {"note": "Mornings\0 are hard."}))
    checked = await ana.follow(await ana.send(where, {"note": "Mornings are hard."}))

    assert MENDED in again.text
    assert re.search(r">\s*Mornings are hard\.</textarea>", again.text)
    assert "Check your answers" in checked.text
    assert MENDED not in checked.text
