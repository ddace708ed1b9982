"""A slot with a social worker on pages: held while one fills in the form (G02)."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.pages import PHONE, SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_g01_g02_a_slot_is_held_and_the_next_reads_until_when_and_which_are_free(
    sign_in: SignIn,
) -> None:
    ana, mina = await sign_in("ana", screen=PHONE), await sign_in("mina")
    await ana.goto("/events?kind=CONSULTATION")
    await ana.locator("main li a, main h2 a").first.click()
    slot = "/" + ana.url.partition("//")[2].partition("/")[2]
    seen = await findings_in_every_view(ana, slot)

    await ana.get_by_role("button", name="Hold it and go on").click()
    form = await ana.locator("main").inner_text()
    seen += await findings_in_every_view(ana, slot)
    await mina.goto(slot)
    held = await mina.locator("main").inner_text()
    seen += await findings_in_every_view(mina, slot)
    next_free = mina.locator("section", has_text="Free next").locator("a")
    others = [await each.get_attribute("href") for each in await next_free.all()]
    await next_free.first.click()
    next_one = await mina.locator("main").inner_text()
    await ana.get_by_role("button", name="Book", exact=True).click()
    booked = await ana.locator("main").inner_text()

    assert "Held for you until" in form
    assert "Who will come?" in form
    assert "Somebody else is filling in the form for this slot." in held
    assert "It is free again at" in held
    assert 1 <= len(others) <= 3
    assert slot not in others, "g01: not the one that is taken"
    assert "Take this slot" in next_one
    assert "You have a place" in booked
    assert seen == []


TYPED = {
    "title": "Time with a social worker",
    "summary": "For one family.",
    "time": "18:30",
    "minutes": "60",
    "dates": "3 May 2027",
    "capacity": "1",
}
CHOSEN = {
    "parentsStay": "yes",
    "isPublic": "no",
    "how": "EXPLICIT",
    "venue": "online",
    "countsBy": "FAMILIES",
}


async def closes_before(page: Page, kind: str, *, minutes: str = "60") -> str:
    """What a new event of a kind says of when booking closes, before anybody has said it."""
    await page.goto("/events")
    await page.get_by_role("link", name="New event").click()
    await page.locator(f"[name=kind][value={kind}]").check()
    await page.get_by_role("button", name="Continue").click()
    for _ in range(12):
        if await page.locator("[name=closesBeforeHours]").count():
            break
        for name, value in {**TYPED, "minutes": minutes}.items():
            if await page.locator(f"[name={name}]").count():
                await page.locator(f"[name={name}]").fill(value)
        for name, value in CHOSEN.items():
            if await page.locator(f"[name={name}]").count():
                await page.locator(f"[name={name}][value={value}]").check()
        await page.get_by_role("button", name="Continue").click()
    return await page.locator("[name=closesBeforeHours]").input_value()


async def test_row_30_a_new_slot_can_be_booked_until_two_hours_before(sign_in: SignIn) -> None:
    omar = await sign_in("omar")

    kinds = ("CONSULTATION", "DROP_IN", "SUPPORT_GROUP")
    closes = [await closes_before(omar, kind) for kind in kinds]

    assert closes == ["2", "2", "0"]


async def test_row_30_a_drop_in_consultation_of_half_an_hour_is_refused_and_nothing_is_lost(
    sign_in: SignIn,
) -> None:
    omar = await sign_in("omar")
    await closes_before(omar, "DROP_IN", minutes="30")
    for _ in range(12):
        if await omar.get_by_role("button", name="Make the draft").count():
            break
        await omar.get_by_role("button", name="Continue").click()
    await omar.get_by_role("button", name="Make the draft").click()
    refused = await omar.locator("main").inner_text()
    typed = await omar.locator("[name=minutes]").input_value()
    await omar.locator("[name=minutes]").fill("60")
    await omar.get_by_role("button", name="Continue").click()
    for _ in range(12):
        if await omar.get_by_role("button", name="Make the draft").count():
            break
        await omar.get_by_role("button", name="Continue").click()
    await omar.get_by_role("button", name="Make the draft").click()

    assert "A drop-in consultation lasts from one hour to two." in refused
    assert typed == "30"
    assert "Time with a social worker" in await omar.locator("main").inner_text()
    assert "/edit" not in omar.url
    assert "lasts from one hour to two" not in await omar.locator("main").inner_text()
