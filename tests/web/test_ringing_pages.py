"""Whom to ring for a child who stays without a parent, said on a phone (domain.md A3 row 22)."""

from __future__ import annotations

import pytest

from tests.pages import PHONE, SignIn, findings_in_every_view
from tests.web.test_organiser_pages import GROUP, answer

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHERWISE = {
    "kind": "=TEEN_GROUP",
    "dates": "10 May 2027\n9 June 2027",
    "title": "Den for teens",
    "parentsStay": "=no",
    "venueName": "The Den",
    "capacity": "8",
}
TEENS = tuple(
    {
        **answers,
        **{name: said for name, said in OTHERWISE.items() if name in answers},
    }
    for answers in GROUP
)


async def test_row_22_a_parent_books_says_whom_to_ring_and_agrees(sign_in: SignIn) -> None:
    ana, ben = await sign_in("ana", screen=PHONE), await sign_in("ben", screen=PHONE)
    await ana.goto("/events?kind=TEEN_GROUP")
    await ana.locator("main li a, main h2 a").first.click()
    event = await ana.locator("main").inner_text()
    await ana.get_by_role("button", name="Book", exact=True).click()
    place = "/" + ana.url.partition("//")[2].partition("/")[2]
    seen = await findings_in_every_view(ana, place)
    asked = await ana.locator("main").inner_text()

    await ana.get_by_label("In an emergency ring").fill("Sam, their aunt")
    await ana.get_by_label("On which number?").fill("01632 960 001")
    await ana.get_by_label("What do they need there?").fill("An inhaler")
    await ana.get_by_role("button", name="Save whom to ring").click()
    refused = await ana.locator("main").inner_text()
    typed = await ana.get_by_label("On which number?").input_value()
    await ana.get_by_label("I agree that they are there without me").check()
    await ana.get_by_role("button", name="Save whom to ring").click()
    seen += await findings_in_every_view(ana, place)
    await ben.goto(place)

    assert "Once you have a place we ask whom to ring in an emergency." in event
    assert "Your children are there without you, so please say this before they come." in asked
    assert "Say that you agree" in refused
    assert typed == "01632 960 001"
    assert "Sam, their aunt, 01632 960 001" in await ben.locator("main").inner_text()
    assert seen == []


async def test_row_22_moved_to_another_date_the_parent_is_asked_whether_it_still_holds(
    sign_in: SignIn,
) -> None:
    omar, ana = await sign_in("omar"), await sign_in("ana", screen=PHONE)
    await omar.goto("/events")
    await omar.get_by_role("link", name="New event").click()
    for answers in TEENS:
        await answer(omar, answers)
    await omar.get_by_role("button", name="Make the draft").click()
    await omar.get_by_role("button", name="Publish those ticked").click()
    await ana.goto("/events?search=Den+for+teens")
    await ana.locator("main li a, main h2 a").first.click()
    await ana.get_by_role("button", name="Book", exact=True).click()
    await ana.get_by_label("In an emergency ring").fill("Sam, their aunt")
    await ana.get_by_label("On which number?").fill("01632 960 001")
    await ana.get_by_label("I agree that they are there without me").check()
    await ana.get_by_role("button", name="Save whom to ring").click()

    await ana.get_by_label("Move your place to").select_option(index=0)
    await ana.get_by_role("button", name="Move", exact=True).click()
    place = "/" + ana.url.partition("//")[2].partition("/")[2]
    seen = await findings_in_every_view(ana, place)
    moved = await ana.locator("main").inner_text()
    kept = await ana.get_by_label("On which number?").input_value()
    await ana.get_by_role("button", name="Save whom to ring").click()
    looked_at = await ana.locator("main").inner_text()

    assert "Is this still right?" in moved
    assert kept == "01632 960 001"
    assert "Is this still right?" not in looked_at
    assert "Sam, their aunt, 01632 960 001" in looked_at
    assert seen == []
