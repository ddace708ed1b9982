"""An erasure in each state, in a browser: asked for, agreed, held, erased in part, everywhere."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.async_api import Browser

from kernel.access import Actor
from kernel.messages import ErasureDone, Service
from services.matching.actions.erasing import note_done
from services.matching.jobs import erase_due
from tests.databases import Templates
from tests.keyboard import Keys
from tests.matching.register import CLEO, Register
from tests.pages import findings_in_every_view
from tests.staged import screen, stage_of_its_own
from tests.web.test_erasures import due_today

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_state_is_said_and_is_well(templates: Templates, browser: Browser) -> None:
    async with stage_of_its_own(templates) as (stage, databases, _):
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        await stage.scene.add("dora", ("data_protection_lead", "ATV"))
        register, seen, said = Register(stage.scene.db), [], []
        family = await register.family("Ana Osei", "Ben Osei", by=CLEO)
        async with screen(browser, stage, "adi") as one, screen(browser, stage, "dora") as other:
            adi, dora = Keys(one), Keys(other)

            async def looked_at(keys: Keys) -> None:
                seen.extend(await findings_in_every_view(keys.page, keys.page.url))
                said.append(await keys.page.locator(".head .govuk-tag").inner_text())

            await one.goto(f"/families/{family}/erase")
            await adi.date("On which day did they ask?", 20, 11, 2026)
            await adi.write("How did they ask, and who of them?", "By letter")
            await adi.press("Write it down")
            await looked_at(adi)
            await other.goto(one.url)
            await dora.press("Agree to it")
            await looked_at(dora)
            await dora.press("Hold it: the law")
            await dora.write("Why must it be kept?", "An inquiry")
            await dora.press("Hold it")
            await looked_at(dora)
            await dora.press("Release it")
            await dora.press("Agree to it")
            await due_today(databases)
            await erase_due(register.ask)
            await looked_at(adi)
            erasure = UUID(one.url.rsplit("/", 1)[1])
            for service in (Service.EVENTS, Service.NOTIFY):
                done = ErasureDone(erasure_id=erasure, agency="ATV", service=service)
                await note_done(register.ask(Actor.system()), done)
            await looked_at(adi)
            another = await register.family("Gus Hart", by=CLEO)
            await one.goto(f"/families/{another}/erase")
            await adi.date("On which day did they ask?", 20, 11, 2026)
            await adi.write("How did they ask, and who of them?", "By letter")
            await adi.press("Write it down")
            await adi.press("Call it off")
            await looked_at(adi)
            off = await one.locator("main").inner_text()
            seen += await findings_in_every_view(one, "/erasures")

    assert said == [
        "Waits for a second yes",
        "Agreed",
        "Held",
        "Being erased",
        "Erased everywhere",
        "Called off",
    ]
    assert "nothing was erased" in off
    assert "not yet" not in off
    assert seen == []
