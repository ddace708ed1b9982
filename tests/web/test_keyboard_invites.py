"""An invitation after a placement, and what a consultation led to, in a real browser: every view,
and done by the keyboard without script (domain.md A3 rows 28 and 30).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from playwright.async_api import Browser

from kernel.access import Actor
from services.events import jobs
from services.events.model.event import Kind
from services.matching.actions.families import add_child
from tests.databases import Templates
from tests.events.programme import Desk
from tests.identity import account
from tests.keyboard import Keys
from tests.matching.register import CHILD, CLEO, Register
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_front_door import carry
from tests.web.test_slot_outcomes import begun

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_row_28_an_invitation_is_set_read_and_declined(
    templates: Templates, browser: Browser
) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        event = await desk.event()
        async with screen(browser, stage, "omar", script=False) as page:
            keys = Keys(page)
            await page.goto(f"/events/{event}/team")
            await keys.write("For how many weeks after a placement?", "12")
            await keys.press("Invite them")
            set_to = await keys.said()
        async with screen(browser, stage, "omar") as page:
            seen = await findings_in_every_view(page, f"/events/{event}/team")
        register = Register(stage.scene.db)
        family = await register.family()
        placed = replace(CHILD, placed_on=date(2026, 11, 20))
        await add_child(register.ask(CLEO), family=family, given=placed)
        await stage.scene.write(
            "UPDATE adult SET account_id = $1 WHERE family_id = $2",
            account("ana"),
            UUID(str(family)),
        )
        await carry(stage.scene.db, desk.db)
        assert await jobs.invite_newly_placed(desk.ask_as) == 1
        home = Actor("adopter", account("ana"), None, None, UUID(str(family)))
        async with desk.ask(home).read() as store:
            invite = await store.turn.fetchval("SELECT id FROM cohort_invite")
        path = f"/invited/{invite}"
        async with screen(browser, stage, "ana") as page:
            seen += await findings_in_every_view(page, path)
        async with screen(browser, stage, "ana", script=False) as page:
            keys = Keys(page)
            await page.goto(path)
            await keys.press("No more invitations")
            declined = await keys.said()
            await keys.press("Invite us again")
            again = await keys.said()

    assert seen == []
    assert "in the last 12 weeks" in set_to
    assert "You get no invitations like this any more." in declined
    assert "Would you rather have no invitations like this?" in again


async def test_row_30_what_a_slot_led_to_is_chosen(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates, with_events=True) as (stage, databases, clock):
        await stage.scene.add("omar", ("organiser", "ATV"))
        desk = Desk(await databases.serving("events"), clock)
        slot = await desk.event(1, of=await desk.offering(kind=Kind.CONSULTATION, title="A talk"))
        path, _ = await begun(desk, slot)
        async with screen(browser, stage, "omar") as page:
            seen = await findings_in_every_view(page, path)
            keys = Keys(page)
            await page.goto(path)
            await keys.write("Adults", "1")
            await keys.to("What it led to", "select")
            await page.keyboard.press("A")
            await keys.press("Save who came")
            kept = await page.locator("select[name^=led]").input_value()

    assert seen == []
    assert kept == "FOLLOW_UP"
