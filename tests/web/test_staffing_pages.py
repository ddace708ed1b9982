"""Teams, costs, checks of who leads children, and gates first, on pages."""

from __future__ import annotations

import pytest

from tests.pages import SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_organiser_puts_a_team_together_and_writes_down_the_cost(
    sign_in: SignIn,
) -> None:
    page = await sign_in("omar")
    await page.goto("/events?search=Stay+and+play")
    await page.get_by_role("link", name="Stay and play").first.click()
    here = page.url.partition("//")[2].partition("/")[2]
    await page.get_by_role("link", name="Team, kept places, cost").click()
    for part in ("HELPER", "INTERPRETER"):
        await page.locator("select[name=account]").select_option(label="Fern Hale")
        await page.locator("select[name=part]").select_option(part)
        await page.get_by_role("button", name="Put on the team").click()
    await page.get_by_label("The whole of it, in pounds").fill("many")
    await page.get_by_role("button", name="Save the cost").click()
    refused = await page.locator("main").inner_text()
    await page.get_by_label("The whole of it, in pounds").fill("3,600")
    await page.get_by_role("button", name="Save the cost").click()
    pounds = await page.get_by_label("The whole of it, in pounds").input_value()
    findings = await findings_in_every_view(page, f"/{here}/team")
    await page.goto(f"/{here}")
    desk = await page.locator("main").inner_text()

    assert "Give an amount in pounds" in refused
    assert pounds == "3600"
    assert findings == []
    assert "one person" in desk
    assert "Fern Hale" in desk


async def test_checks_of_a_lead_are_written_down_by_their_day(sign_in: SignIn) -> None:
    page = await sign_in("omar")
    await page.goto("/groups?search=breakfast")
    await page.get_by_role("link", name="Saturday breakfast").click()
    await page.get_by_role("link", name="Checks of its lead").click()
    first = page.locator("form", has=page.locator("[value=FIRST_AID]"))
    for part, value in (("day", "3"), ("month", "5"), ("year", "2031")):
        await first.locator(f"[name=until-FIRST_AID-{part}]").fill(value)
    await first.get_by_role("button", name="Write it down").click()
    words = await page.locator("main").inner_text()
    path = "/" + page.url.partition("//")[2].partition("/")[2]

    assert "Greta Frost" in words
    assert "until 3 May 2031" in words
    assert await findings_in_every_view(page, path) == []


async def test_events_that_ask_for_something_first_come_first(sign_in: SignIn) -> None:
    page = await sign_in("omar")
    await page.goto("/gates")
    heads = await page.locator("main h2").all_inner_texts()

    assert heads[:2] == ["These ask for something first", "These ask for nothing first"]
    assert await findings_in_every_view(page, "/gates") == []
