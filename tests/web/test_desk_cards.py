"""What an organiser decides by, beside an event: too few families, the shared list, kept places."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.pages import SignIn, findings_in_every_view
from tests.web.test_organiser_pages import booked

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shared_with_south(page: Page, event: str, *, at_most: str) -> list[list[str]]:
    """Adopt South takes part; the limits that the form shows then, and saved once more."""
    shown = []
    await page.goto(f"{event}/shares")
    await page.get_by_label("Another agency").select_option(label="Adopt South")
    await page.locator("[name=most-another]").fill(at_most)
    for _ in range(2):
        await page.get_by_role("button", name="Save").click()
        await page.goto(f"{event}/shares")
        limits = [page.locator(f"[name=most-{code}]") for code in ("ATV", "AS")]
        shown.append([await one.input_value() for one in limits])
    return shown


async def south_taken_off(page: Page, event: str) -> list[str]:
    """Adopt South takes no part any more (C12): who is left."""
    await page.goto(f"{event}/shares")
    await page.get_by_label("Adopt South", exact=True).uncheck()
    await page.get_by_role("button", name="Save").click()
    await page.goto(f"{event}/shares")
    left = page.locator("[name=shown]")
    return [await one.get_attribute("value") or "" for one in await left.all()]


async def test_c22_c18_d11_the_desk_says_who_has_to_decide_who_waits_and_what_is_kept_back(
    sign_in: SignIn,
) -> None:
    page, priya = await sign_in("omar"), await sign_in("priya")
    await page.goto("/events?kind=COURSE")
    await page.locator("main tbody th a").first.click()
    await page.get_by_role("link", name="Copy to next year").click()
    await page.get_by_role("link", name="Change it runs with at least so many families").click()
    await page.locator("[name=numbersMin]").fill("8")
    for part, value in (("day", "1"), ("month", "11"), ("year", "2026")):
        await page.locator(f"[name=decideOn-{part}]").fill(value)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Make the draft").click()
    await page.get_by_role("button", name="Publish").click()
    event = "/" + page.url.partition("//")[2].partition("/")[2]

    limits = await shared_with_south(page, event, at_most="1")
    await page.goto(f"{event}/team")
    await page.get_by_label("The whole of it, in pounds").fill("3,600")
    await page.get_by_role("button", name="Save the cost").click()
    await page.get_by_label("How many are given to nobody?").fill("2")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.goto(event)
    desk = await page.locator("main").inner_text()
    await page.goto(f"{event}/capacity")
    await page.locator("[name=capacity]").fill("2")
    await page.get_by_role("button", name="Save").click()
    await page.goto("/families")
    references = await page.locator("main tbody th .quiet").all_inner_texts()
    waits = [await booked(page, event, reference, wait=True) for reference in references[:3]]
    seen = await findings_in_every_view(page, event)
    host = await page.locator("main").inner_text()
    await priya.goto(event)
    partner = await priya.locator("main").inner_text()
    taking_part = await south_taken_off(page, event)

    assert taking_part == ["ATV"]
    assert limits == [["", "1"], ["", "1"]]  # saved again, a limit stays (A11)
    assert "Somebody has to decide." in desk
    assert "It needs eight families and has none; the day to decide was Sunday 1 November" in desk
    assert "It costs £3,600" in desk
    assert "Two places kept back." in desk
    assert any("They are on the list" in one for one in waits)
    assert "The shared list" in host
    for shared in (host, partner):
        assert "Adopt Thames Valley since" in shared.partition("The shared list")[2]
    assert "Somebody has to decide." not in partner
    assert "£" not in partner
    assert seen == []
