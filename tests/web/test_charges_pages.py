"""What giving a place back late costs, on pages: a rule, a family that reads it first, a charge."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages import PHONE, SignIn, findings_as_it_stands, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def look(page: Page) -> None:
    size = page.viewport_size
    assert await findings_in_every_view(page, page.url) == []
    assert size is not None
    await page.set_viewport_size(size)


async def rule_for_groups(adi: Page, *, days: str, pounds: str) -> None:
    """From the page of charges to a rule that counts."""
    await adi.goto("/events")
    await adi.get_by_role("link", name="Charges").click()
    await look(adi)
    await adi.get_by_role("link", name="Add a rule").click()
    await adi.get_by_role("button", name="Continue").click()
    await expect(adi.locator("#kind-error")).to_contain_text("Choose which kind")
    await look(adi)
    await adi.get_by_label("For which kind of event?").select_option("Support group")
    await adi.get_by_label("Free until so many days before").fill("90")
    await adi.get_by_role("button", name="Continue").click()
    await expect(adi.locator("#freeDays-error")).to_contain_text("from 0 to 60")
    await adi.get_by_label("Free until so many days before").fill(days)
    await adi.get_by_label("Giving it back late, in pounds").fill(pounds)
    await adi.get_by_label("Not coming without a word, in pounds").fill("x")
    await adi.get_by_role("button", name="Continue").click()
    await expect(adi.locator("#missed-error")).to_contain_text("Give an amount in pounds")
    await adi.get_by_label("Not coming without a word, in pounds").fill("12")
    await adi.get_by_role("button", name="Continue").click()
    await expect(adi.locator("main")).to_contain_text("Nothing is kept yet.")
    assert await findings_as_it_stands(adi) == []
    await adi.get_by_role("button", name="Use it from now").click()
    await expect(adi.locator("#why-error")).to_contain_text("Say why")
    await adi.get_by_label("Why?").fill("Empty chairs")
    await adi.get_by_role("button", name="Use it from now").click()
    await expect(adi.get_by_role("status")).to_contain_text("The rule counts")


async def end_rules(adi: Page) -> None:
    await adi.goto("/charges")
    await adi.get_by_role("link", name="End it").first.click()
    await look(adi)
    await adi.get_by_label("Why?").fill("Tried out")
    await adi.get_by_role("button", name="End the rule").click()
    await expect(adi.get_by_role("status")).to_contain_text("The rule has ended.")


async def book_evening(ana: Page) -> str:
    """The page of the event at which she has a place then."""
    await ana.goto("/events?search=drop-in")
    await ana.get_by_role("link", name="Drop-in evening").first.click()
    await expect(ana.locator("main")).to_contain_text("To give it back so near the day costs")
    event = ana.url
    await ana.get_by_label("Adults").select_option("1")
    await ana.get_by_role("button", name="Book").click()
    await expect(ana.get_by_role("heading", level=1)).to_have_text("You have a place")
    return event


async def test_d01_a_family_reads_what_it_costs_and_staff_take_it_back(sign_in: SignIn) -> None:
    adi, ana = await sign_in("adi"), await sign_in("ana", screen=PHONE, script=False)
    await rule_for_groups(adi, days="60", pounds="7.50")
    try:
        await book_evening(ana)
        await expect(ana.locator("main")).to_contain_text(re.compile("It costs £7.50 now"))
        place = ana.url
        await ana.get_by_role("button", name="Give it back for £7.50").click()
        await expect(ana.get_by_role("status")).to_contain_text("You have given the place back.")
        await expect(ana.locator("main")).to_contain_text("£7.50 charged")
        await ana.goto(place)
        await expect(ana.locator("main")).to_contain_text("£7.50 is charged for this place.")

        await adi.goto("/charges")
        await expect(adi.get_by_role("heading", level=1)).to_have_text("Families owe £7.50")
        await look(adi)
        await adi.locator("main tbody th a").first.click()
        await adi.get_by_role("button", name="Take the charge back").click()
        await expect(adi.locator("#reason-error")).to_contain_text("Say why")
        await look(adi)
        await adi.get_by_label("Why?").fill("The car broke down")
        await adi.get_by_role("button", name="Take the charge back").click()
        await expect(adi.get_by_role("heading", level=1)).to_have_text("£7.50 was taken back")
        await look(adi)
        await ana.goto(place)
        await expect(ana.locator("main")).to_contain_text("The car broke down")
    finally:
        await end_rules(adi)


async def test_d01_a_family_reads_what_moving_so_late_costs(sign_in: SignIn) -> None:
    adi, ana = await sign_in("adi"), await sign_in("ana", screen=PHONE)
    await rule_for_groups(adi, days="60", pounds="6")
    try:
        await book_evening(ana)
        first = ana.url
        await expect(ana.locator("main")).to_contain_text(
            "to move costs what giving the place back"
        )
        await look(ana)
        await ana.get_by_role("button", name="Move for £6").click()
        await expect(ana.get_by_role("status")).to_contain_text("Your place is now on this date.")
        second = ana.url
        await ana.goto(first)
        await expect(ana.locator("main")).to_contain_text("You moved after it was free.")
        await look(ana)
        await ana.goto(second)
        await ana.get_by_role("button", name="Give it back for £6").click()
        await expect(ana.get_by_role("status")).to_contain_text("You have given the place back.")
    finally:
        await end_rules(adi)


async def test_d01_staff_read_the_same_for_a_family_that_rang(sign_in: SignIn) -> None:
    adi, ana = await sign_in("adi"), await sign_in("ana", screen=PHONE)
    await rule_for_groups(adi, days="60", pounds="5")
    try:
        event = await book_evening(ana)
        await look(ana)
        omar = await sign_in("omar")
        await omar.goto(event)
        row = omar.locator("main tbody tr", has_text="Costa").first
        await row.get_by_role("link").first.click()
        await expect(omar.locator("main")).to_contain_text("It costs them £5")
        await look(omar)
        await omar.get_by_role("button", name="Give it back for them, for £5").click()
        await expect(omar.get_by_role("status")).to_contain_text("Given back for them.")
    finally:
        await end_rules(adi)
