"""Pages of erasures, as a browser without a script sends their forms."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from services.matching.actions.leaving import households_left, leave_household
from services.matching.jobs import erase_due
from tests.databases import Databases
from tests.front import Browser, Stage, front
from tests.matching.register import CLEO, Register
from tests.matching.test_leaving import LEFT

ASKED = {"askedOn-day": "20", "askedOn-month": "11", "askedOn-year": "2026"}
HOW = {**ASKED, "howAsked": "By letter, signed by both of them"}
NAMES = ("Ana", "Osei")


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        for subject, role in (
            ("adi", "agency_admin"),
            ("sol", "safeguarding_lead"),
            ("dora", "data_protection_lead"),
            ("cleo", "coordinator"),
        ):
            await stage.scene.add(subject, (role, "ATV"))
        yield stage


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def written_down(stage: Stage, browser: Browser) -> tuple[str, str]:
    """The family's page, and the erasure's."""
    family = await Register(stage.scene.db).family("Ana Osei", "Ben Osei", by=CLEO)
    page = f"/families/{family}"
    await browser.see(f"{page}/erase")
    answer = await browser.send(f"{page}/erase", HOW)
    assert answer.status_code == 303, answer.text
    return page, answer.headers["location"]


async def test_the_page_says_what_goes_what_stays_and_why(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    family = await Register(stage.scene.db).family("Ana Osei", by=CLEO)

    shown = (await adi.see(f"/families/{family}/erase")).text

    assert f'href="/families/{family}/erase"' in (await adi.see(f"/families/{family}")).text
    for words in ("What goes", "What stays, and why", "Funding evidence", "closed periods"):
        assert words in shown
    assert "one adult" in shown
    assert "All of them go" not in shown
    assert "It is done seven days after that" in shown


async def test_where_there_are_two_adults_the_page_says_first_that_both_go(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    family = await Register(stage.scene.db).family("Ana Osei", "Ben Osei", by=CLEO)

    shown = (await adi.see(f"/families/{family}/erase")).text

    assert "This takes the record of two adults" in shown
    assert shown.index("All of them go") < shown.index("What goes")
    assert "they left the household" in shown


async def test_one_who_left_is_erased_alone_and_the_page_says_what_stays_behind(
    stage: Stage, databases: Databases
) -> None:
    adi = await signed_in(stage, "adi")
    register = Register(stage.scene.db)
    home = await register.family("Ana Osei", "Ben Osei", by=CLEO)
    _, ben = await register.adults(home)
    await leave_household(register.ask(CLEO), adult=ben.id, given=LEFT)
    (own,) = [
        one.to_family_id
        for one in (await households_left(register.ask(CLEO), [home]))[UUID(str(home))]
    ]
    page = f"/families/{own}/erase"

    shown = (await adi.see(page)).text
    path = (await adi.send(page, HOW)).headers["location"]
    sol = await signed_in(stage, "sol")
    await sol.see(path)
    await sol.send(f"{path}/agree")
    await due_today(databases)

    assert "That household stays as it is" in shown
    assert await erase_due(register.ask) == 1
    assert [one.first_name for one in await register.adults(home)] == ["Ana"]


async def test_a_no_keeps_what_was_typed(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    family = await Register(stage.scene.db).family("Ana Osei", by=CLEO)
    await adi.see(f"/families/{family}/erase")

    no_day = await adi.send(f"/families/{family}/erase", {"howAsked": "By letter"})
    to_come = await adi.send(f"/families/{family}/erase", {**HOW, "askedOn-year": "2096"})

    assert no_day.status_code == to_come.status_code == 422
    assert 'value="By letter"' in no_day.text
    assert "That day has not come yet" in to_come.text


async def test_one_writes_it_down_another_agrees_and_it_can_be_called_off(stage: Stage) -> None:
    adi, dora = await signed_in(stage, "adi"), await signed_in(stage, "dora")
    _, path = await written_down(stage, adi)

    own = (await adi.see(path)).text
    before = (await dora.see(path)).text
    agreed = await dora.send(f"{path}/agree")
    again = await adi.send(f"{path}/agree")
    after = (await adi.see(path)).text
    await adi.send(f"{path}/call-off")

    assert "/agree" not in own
    assert f'action="{path}/agree"' in before
    assert agreed.status_code == 303
    assert again.status_code == 422
    assert "Dora Marsh" in after
    assert "Called off" in (await dora.see("/erasures")).text
    for page in (own, before, after):
        assert not any(name in page for name in NAMES)
    assert "20 December 2026" in own


async def test_it_is_held_with_a_reason_and_released(stage: Stage) -> None:
    adi, sol = await signed_in(stage, "adi"), await signed_in(stage, "sol")
    _, path = await written_down(stage, adi)

    await sol.see(f"{path}/hold")
    empty = await sol.send(f"{path}/hold", {"reason": ""})
    await sol.send(f"{path}/hold", {"reason": "A claim is before the court"})
    held = (await adi.see(path)).text
    await sol.see(path)
    await sol.send(f"{path}/release")

    assert empty.status_code == 422
    assert "A claim is before the court" in held
    assert "/agree" not in held
    assert f'action="{path}/agree"' in (await sol.see(path)).text


async def test_the_page_says_what_is_done_and_the_family_is_on_no_list(
    stage: Stage, databases: Databases
) -> None:
    adi, sol = await signed_in(stage, "adi"), await signed_in(stage, "sol")
    page, path = await written_down(stage, adi)
    await sol.see(path)
    await sol.send(f"{path}/agree")
    await due_today(databases)

    assert await erase_due(Register(stage.scene.db).ask) == 1
    done = (await adi.see(path)).text

    assert "Being erased" in done
    assert re.search(r"Matching and register</b> done on", done)
    assert (await adi.see(f"{page}/erase")).status_code == 404
    for at in (page, "/families", "/audit", path):
        shown = (await sol.see(at)).text
        assert not any(name in shown for name in NAMES), at


async def due_today(databases: Databases) -> None:
    """Seven days pass for it alone: the sign-ins of the others go on."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        await connection.execute("UPDATE erasure SET runs_at = kith_now()")
    finally:
        await connection.close()


async def test_the_pages_are_not_there_for_others(stage: Stage) -> None:
    page, path = await written_down(stage, await signed_in(stage, "adi"))
    cleo, sol = await signed_in(stage, "cleo"), await signed_in(stage, "sol")

    for each in (path, "/erasures", f"{path}/hold", f"{page}/erase"):
        assert (await cleo.see(each)).status_code == 404
    assert (await sol.see(f"{page}/erase")).status_code == 404
    assert "Erase" not in (await cleo.see(page)).text
