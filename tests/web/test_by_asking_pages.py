"""An event that families come to by asking: made, asked for, agreed to and not, on pages (A22)."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.pages import PHONE, SignIn, findings_in_every_view
from tests.web.test_organiser_pages import GROUP, answer

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHY = "The room is small, and you came in March."


async def published(page: Page, title: str) -> str:
    """The page of an event of one date with one place, to which one comes by asking."""
    await page.goto("/events/new")
    for answers in GROUP:
        given = dict(answers)
        given |= {"title": title} if "title" in given else {}
        given |= {"dates": "4 May 2027"} if "dates" in given else {}
        if given and "capacity" not in given:
            await answer(page, given)
            continue
        if await page.locator("[name=byAsking]").count():
            given |= {"byAsking": "=yes"}
        await answer(page, given)
    await page.get_by_role("button", name="Make the draft").click()
    await page.get_by_role("button", name="Publish").click()
    return "/" + page.url.partition("//")[2].partition("/")[2]


async def asks(page: Page, event: str) -> str:
    await page.goto(event)
    await page.get_by_role("button", name="Ask to come").click()
    return "/" + page.url.partition("//")[2].partition("/")[2]


async def test_a22_a_family_asks_and_the_organiser_says_no_in_words_that_it_reads(
    sign_in: SignIn,
) -> None:
    omar, ana = await sign_in("omar"), await sign_in("ana", screen=PHONE)
    event = await published(omar, "Willow group")
    seen = await findings_in_every_view(ana, event)
    asked = await asks(ana, event)
    waiting = await ana.locator("main").inner_text()
    seen += await findings_in_every_view(ana, asked)

    await omar.goto(event)
    seen += await findings_in_every_view(omar, event)
    await omar.get_by_role("link", name="Say yes or no").click()
    seen += await findings_in_every_view(omar, "/" + omar.url.partition("//")[2].partition("/")[2])
    await omar.get_by_role("button", name="Say no").click()
    refused = await omar.locator(".govuk-error-summary").inner_text()
    await omar.get_by_label("Why not?").fill(WHY)
    await omar.get_by_role("button", name="Say no").click()
    desk = await omar.locator("main").inner_text()
    await ana.goto(asked)
    told = await ana.locator("main").inner_text()
    seen += await findings_in_every_view(ana, asked)

    assert "You have asked to come" in waiting
    assert "Say why, in a few words" in refused
    assert "Nobody asks" in desk
    assert "Not this time" in told
    assert WHY in told
    assert seen == []


async def test_a22_a_family_that_is_agreed_to_has_a_place_and_the_next_still_asks(
    sign_in: SignIn,
) -> None:
    omar, ana = await sign_in("omar", script=False), await sign_in("ana")
    event = await published(omar, "Rowan group")
    await asks(ana, event)
    await omar.goto("/families")
    references = await omar.locator("main tbody th .quiet").all_inner_texts()
    for reference in references:  # whichever of them may come, and is not Ana's
        await omar.goto(f"{event}/book-for")
        await omar.get_by_label("Reference of the family").fill(reference)
        await omar.locator("[name=as][value=WAIT]").check()
        await omar.get_by_role("button", name="Book", exact=True).click()
        if "They are on the list" in await omar.locator("main").inner_text():
            break

    await omar.goto(event)
    await omar.get_by_role("link", name="Say yes or no").first.click()
    await omar.get_by_role("button", name="Yes, they come").click()
    agreed = await omar.locator("main").inner_text()
    await omar.get_by_role("link", name="Say yes or no").click()
    next_one = await omar.locator("main").inner_text()
    await ana.goto("/bookings")
    places = await ana.locator("main").inner_text()

    assert "They have a place, and are told." in agreed
    assert "All places are taken. The family still asks" in agreed
    assert "Not just now." in next_one
    assert await omar.get_by_role("button", name="Yes, they come").count() == 0
    assert "Rowan group" in places
