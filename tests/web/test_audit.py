"""One page searches every audit of the agency: who did what for whom, both by name (E44, E59)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.matching.model.ids import FamilyId
from tests.databases import Clock, Databases
from tests.events.programme import Desk
from tests.front import Browser, Stage, front
from tests.matching.register import PRIYA, Register
from tests.web.test_front_door import ORGANISER, carry

EVENTS = "/audit?where=events"
MADE = "Made as a draft: "
NONE, NOTHING = "Nothing like that is on record", "Nothing is on record here yet"
BOOKED = "Booked, and told: "


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("dora", ("data_protection_lead", "ATV"))
        await stage.scene.add("priya", ("coordinator", "AS"))
        yield stage


@pytest.fixture
async def families(stage: Stage, databases: Databases) -> list[FamilyId]:
    """Two of Thames Valley, and one of Adopt South."""
    register = Register(stage.scene.db)
    found = [
        await register.family("Ana Osei"),
        await register.family("Jo Hart"),
        await register.family("Una Reed", by=PRIYA),
    ]
    await carry(stage.scene.db, await databases.serving("events"))
    return found


async def signed_in(stage: Stage, who: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(who)
    return browser


async def booked_by_phone(stage: Stage, desk: Desk, *families: FamilyId) -> None:
    event, omar = await desk.event(capacity=9), await signed_in(stage, "omar")
    for family in families:
        here = f"/families/{family}/by-phone/{event}"
        await omar.see(here)
        answer = await omar.send(f"{here}/book", {"adults": "2"})
        assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("who", ["cleo", "dora"])
async def test_what_staff_did_by_phone_is_found_with_both_names(
    stage: Stage, families: list[FamilyId], databases: Databases, clock: Clock, who: str
) -> None:
    desk = Desk(await databases.serving("events"), clock, by=ORGANISER)
    await booked_by_phone(stage, desk, *families[:2])
    reader = await signed_in(stage, who)

    whole = await reader.see(EVENTS)
    by_staff = await reader.see(f"{EVENTS}&search=omar")
    by_family = await reader.see(f"{EVENTS}&search=atv-0002")
    by_deed = await reader.see(f"{EVENTS}&what=booked")
    none = await reader.see(f"{EVENTS}&search=zzz")

    for page in (whole, by_staff):
        assert page.text.count(BOOKED) == 2
        assert "Omar" in page.text
        assert "ATV-0001" in page.text
        assert "ATV-0002" in page.text
    assert by_family.text.count(BOOKED) == 1
    assert "ATV-0001" not in by_family.text
    assert by_deed.text.count(BOOKED) == 2
    assert MADE in whole.text
    assert MADE not in by_deed.text
    assert "Nothing like that is on record" in none.text


async def test_another_agencys_deeds_are_not_there_under_any_search(
    stage: Stage, families: list[FamilyId], databases: Databases, clock: Clock
) -> None:
    desk = Desk(await databases.serving("events"), clock, by=ORGANISER)
    await booked_by_phone(stage, desk, families[0])
    priya = await signed_in(stage, "priya")

    for search in ("", "&search=omar", "&search=ATV-0001", "&what=booked"):
        page = await priya.see(f"{EVENTS}{search}")
        assert page.status_code == 200
        assert (NONE if search else NOTHING) in page.text, search
        assert "<td" not in page.text


async def test_the_page_goes_on_where_it_ended(
    stage: Stage, families: list[FamilyId], databases: Databases, clock: Clock
) -> None:
    desk = Desk(await databases.serving("events"), clock, by=ORGANISER)
    for _ in range(16):
        await desk.event(capacity=9)
    cleo = await signed_in(stage, "cleo")

    first = await cleo.see(f"{EVENTS}&what=added_event&search=omar")
    (more,) = {part.split('"')[0] for part in first.text.split('href="') if "after=" in part[:300]}
    second = await cleo.see(more.replace("&amp;", "&"))

    assert first.text.count(MADE) == 15
    assert second.text.count(MADE) == 1
    assert "where=events" in more


async def test_organiser_has_no_such_page(stage: Stage) -> None:
    omar = await signed_in(stage, "omar")

    assert (await omar.see(EVENTS)).status_code == 404
