"""An organiser does for a family that rang what it would do itself, without a script."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kernel.ask import Ask
from services.events.actions import topics
from services.events.store.whole import Whole
from services.matching.model.ids import FamilyId
from tests.databases import Clock, Databases
from tests.events.programme import Desk
from tests.front import Stage, front
from tests.matching.register import Register
from tests.web.test_front_door import ORGANISER, carry


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("priya", ("organiser", "AS"))
        await stage.scene.add("sol", ("safeguarding_lead", "ATV"))
        yield stage


@pytest.fixture
async def family(stage: Stage, databases: Databases) -> FamilyId:
    family = await Register(stage.scene.db).family("Ana Osei")
    await carry(stage.scene.db, await databases.serving("events"))
    return family


@pytest.fixture
async def desk(databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock, by=ORGANISER)


async def test_what_they_want_to_hear_of_is_written_down_and_taken_back(
    stage: Stage, family: FamilyId, desk: Desk
) -> None:
    omar, here = stage.browser(), f"/families/{family}/by-phone"
    await omar.sign_in("omar")
    page = await omar.see(f"/families/{family}")
    assert here in page.text

    async def asked() -> list[str]:
        ask: Ask[Whole] = desk.ask(ORGANISER)
        found = await topics.interests(ask, [family])
        return [topic.code for topic in found[family]]

    await omar.see(here)
    await omar.send(f"{here}/topics/W3", {"give": "yes"})
    said = await omar.see(here)
    assert "Both names are in the audit" in said.text
    assert await asked() == ["W3"]
    await omar.send(f"{here}/topics/W3", {"give": "no"})
    assert await asked() == []


async def test_a_place_and_then_a_line_on_the_list(
    stage: Stage, family: FamilyId, desk: Desk
) -> None:
    event = await desk.event(capacity=1)
    omar, here = stage.browser(), f"/families/{family}/by-phone/{event}"
    await omar.sign_in("omar")

    await omar.see(here)
    booked = await omar.send(f"{here}/book", {"adults": "2"})
    again = await omar.see(here)
    refused = await omar.send(f"{here}/wait", {"adults": "2"})

    assert (booked.status_code, booked.headers["location"]) == (303, here.rpartition("/")[0])
    assert "Join the list for them" in again.text
    assert "Your family has a place already" in refused.text
    async with desk.ask(ORGANISER).read() as store:
        assert [one.family_id for one in await store.bookings.live_at(event)] == [family]


@pytest.mark.parametrize("who", ["priya", "sol"])
async def test_it_is_not_there_for_others(stage: Stage, family: FamilyId, who: str) -> None:
    other = stage.browser()
    await other.sign_in(who)

    page = await other.see(f"/families/{family}/by-phone")

    assert page.status_code == 404
    assert "Osei" not in page.text
