"""Writing down that an adult left: asked, foreseen, then done; then it is on both pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from services.matching.model.ids import FamilyId
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front, said
from tests.matching.register import Register, places

FORM = {
    "leftOn-day": "20",
    "leftOn-month": "11",
    "leftOn-year": "2026",
    "typedOutcode": "ox4 1ab",
    "child1": "goes",
    "keepApart": "yes",
    "reason": "They have parted",
}


@dataclass
class There:
    register: Register
    cleo: Browser
    family: FamilyId
    ben: str

    async def send(self, **changes: str) -> httpx2.Response:
        await self.cleo.see(self.ben)
        return await self.cleo.send(self.ben, {**FORM, **changes})


@pytest.fixture
async def stage(databases: Databases, clock: Clock) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await clock.set(clock.now)
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("omar", ("organiser", "ATV"))
        yield stage


@pytest.fixture
async def there(stage: Stage) -> There:
    register = Register(stage.scene.db)
    family = await register.family("Ana Osei", "Ben Reid")
    await register.child(family)
    ben = (await register.adults(family))[1].id
    cleo = stage.browser()
    await cleo.sign_in("cleo")
    return There(register, cleo, family, f"/families/{family}/adults/{ben}/left")


async def test_first_what_each_will_see_is_shown_and_nothing_is_done(there: There) -> None:
    asked = await there.cleo.see(there.ben)
    page = await there.send()

    assert "Once it is written down it cannot be undone" in asked.text
    assert page.status_code == 200
    assert "What each will see" in page.text
    warned, button = page.text.index("It cannot be undone."), page.text.index("Write it down</")
    assert warned < button, "it is said before the press"
    assert "Nothing is kept yet" in page.text
    assert "OX4" in page.text
    assert "1ab" not in said(page.text)
    assert "Keep them apart" in page.text
    assert len(await there.register.adults(there.family)) == 2


async def test_then_it_is_written_and_both_records_say_so_to_staff(
    there: There, stage: Stage
) -> None:
    await there.send()
    done = await there.cleo.send(there.ben, {**FORM, "seen": "yes"})
    left = await there.cleo.see(f"/families/{there.family}")
    listed = await there.cleo.see("/families?search=reid")
    (own_id,) = re.findall(r'href="(/families/[0-9a-f-]{36})"', listed.text)
    own = await there.cleo.see(own_id)
    omar = stage.browser()
    await omar.sign_in("omar")
    seen_in_part = await omar.see(f"/families/{there.family}")

    assert done.headers["location"] == f"/families/{there.family}"
    assert "Ben Reid left this household on 20 November 2026" in left.text
    assert "Tell neither anything of the other" in left.text
    assert "They left another household on 20 November 2026" in own.text
    assert "OX4" in own.text
    assert "left this household" not in seen_in_part.text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"leftOn-month": ""}, "Give a day, a month and a year"),
        ({"leftOn-year": "2027"}, "That day has not come yet"),
        ({"typedOutcode": "ZZ99"}, "We do not know that place"),
        ({"child1": ""}, "Say where the child of"),
        ({"child1": "elsewhere"}, "Choose from the list"),
        ({"keepApart": ""}, "Say whether they must be kept apart"),
        ({"reason": " "}, "Say why in a few words"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    there: There, changes: dict[str, str], says: str
) -> None:
    page = await there.send(**changes)

    assert says in page.text
    assert 'value="20"' in page.text
    assert len(await there.register.adults(there.family)) == 2


async def test_who_lives_alone_leaves_nobody(there: There) -> None:
    family = await there.register.family("Cat Hill")
    cat = await there.register.adult(family)

    page = await there.cleo.see(f"/families/{family}")
    ask = await there.cleo.see(f"/families/{family}/adults/{cat}/left")

    assert "Left the household" not in page.text
    assert ask.status_code == 404


async def test_district_in_several_councils_asks_which(there: There) -> None:
    known = places()
    place = next(code for code in sorted(known.areas) if len(known.councils_of(code)) > 1)

    page = await there.send(typedOutcode=place)

    assert f"{place} lies in more than one" in page.text
