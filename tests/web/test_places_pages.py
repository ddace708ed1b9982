"""A family finds an event, books a place and gives it back; waits for one and leaves the list."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.pages import PHONE, SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def ana(sign_in: SignIn) -> Page:
    return await sign_in("ana", screen=PHONE)


async def look(page: Page) -> None:
    """What axe says of this page at both sizes, with the screen as it was after."""
    assert await findings_in_every_view(page, page.url) == []
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


async def find(page: Page, word: str, title: str) -> None:
    """From home to one event, by what is searched for."""
    await page.goto("/")
    await page.get_by_role("link", name="What is on").click()
    await page.get_by_text("Look for something").click()
    await page.get_by_label("A word in its name").fill(word)
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name=title).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def test_family_books_a_day_out_and_gives_the_place_back(ana: Page) -> None:
    await find(ana, "fun", "Family fun day")
    await look(ana)
    await ana.get_by_label("Adults").select_option("2")
    await ana.get_by_label("Children aged 4-5").select_option("1")
    await ana.get_by_role("button", name="Book").click()

    await expect(ana.get_by_role("heading", level=1)).to_have_text("You have a place")
    await expect(ana.locator("main")).to_contain_text("Two adults and one child aged 4-5")
    await look(ana)
    place = ana.url

    await ana.goto("/")
    await ana.get_by_role("link", name="Your places").click()
    await expect(ana.get_by_role("link", name="Family fun day")).to_be_visible()
    await look(ana)

    await ana.goto(place)
    await ana.get_by_text("Change who comes").click()
    await ana.get_by_label("Children aged 4-5").select_option("None")
    await ana.get_by_role("button", name="Save who comes").click()
    await expect(ana.locator("main")).to_contain_text("Saved: who comes has changed.")
    await expect(ana.locator(".fact__is").filter(has_text="Two adults")).to_have_text("Two adults")

    await ana.get_by_role("button", name="Give the place back").click()
    await expect(ana.get_by_role("status")).to_contain_text("You have given the place back.")
    await ana.goto(place)
    await expect(ana.get_by_role("heading", level=1)).to_have_text("You gave this place back")
    await expect(ana.get_by_role("button", name="Give the place back")).to_have_count(0)
    await look(ana)


async def test_row_23_what_others_run_shows_who_and_where_to_book_and_is_not_booked_here(
    ana: Page,
) -> None:
    await find(ana, "meet-up", "Meet-up of a parents’ charity")

    main = ana.locator("main")
    await expect(main).to_contain_text("Run by An invented charity")
    await expect(main).to_contain_text("We take no bookings for this.")
    await expect(main.get_by_role("link", name="https://example.org/meet-up")).to_have_attribute(
        "href", "https://example.org/meet-up"
    )
    await expect(main.get_by_role("button", name="Book")).to_have_count(0)
    await look(ana)


async def test_family_waits_for_a_full_group_and_leaves_the_list(ana: Page) -> None:
    await find(ana, "new parents", "Small group for new parents")
    await expect(ana.locator("main")).to_contain_text("Full, with a list")
    await look(ana)
    await ana.get_by_label("I could come at a day’s notice").check()
    await ana.get_by_role("button", name="Join the list").click()

    await expect(ana.get_by_role("heading", level=1)).to_have_text("You’re on the list")
    await expect(ana).to_have_url(re.compile("/waiting/"))
    await look(ana)

    await ana.goto("/bookings")
    await expect(ana.locator("main")).to_contain_text("On the list")
    await ana.get_by_role("link", name="Small group for new parents").click()
    await ana.get_by_role("button", name="Leave the list").click()
    await expect(ana.get_by_role("status")).to_contain_text("You have left that list.")
    await find(ana, "new parents", "Small group for new parents")
    await expect(ana.get_by_role("button", name="Join the list")).to_be_visible()


async def test_party_of_nobody_is_refused_where_it_was_asked(ana: Page) -> None:
    await find(ana, "fun", "Family fun day")
    await ana.evaluate("document.querySelector('#adults option').value = '0'")
    await ana.get_by_label("Adults").select_option("0")
    await ana.get_by_role("button", name="Book").click()

    await expect(ana.locator(".govuk-error-summary")).to_be_visible()
    await expect(ana.get_by_role("button", name="Book")).to_be_visible()


async def test_search_that_finds_nothing_says_so_and_leads_back(ana: Page) -> None:
    await ana.goto("/events?search=zzz")

    await expect(ana.get_by_role("heading", name="Nothing like that just now")).to_be_visible()
    await look(ana)
    await ana.locator("main").get_by_role("link", name="Show all").first.click()
    await expect(ana.get_by_role("link", name="Drop-in evening").first).to_be_visible()


async def test_row_16_the_way_into_a_meeting_is_for_the_family_that_has_the_place(
    ana: Page, sign_in: SignIn
) -> None:
    await find(ana, "online", "Online evening")
    await ana.get_by_role("button", name="Book").click()
    await expect(ana.locator("main")).to_contain_text(re.compile("Family [0-9A-F]{4}"))
    assert "example.org" not in await ana.content()
    await look(ana)
    place = ana.url

    joining = await ana.request.get(f"{place}/join", max_redirects=0)
    mina = await sign_in("mina", screen=PHONE)
    theirs = await mina.request.get(f"{place}/join", max_redirects=0)
    await ana.get_by_role("button", name="Give the place back").click()
    afterwards = await ana.request.get(f"{place}/join", max_redirects=0)

    assert (joining.status, joining.headers["location"]) == (303, "https://example.org/join")
    assert (theirs.status, afterwards.status) == (404, 404)
