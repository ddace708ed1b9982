"""After a workshop, in a browser: its certificate, how it was, and what was said; under axe."""

from __future__ import annotations

import io

import pypdf
import pytest
from playwright.async_api import Browser, Page

from dev.first_workshop import TITLE
from tests.pages import PHONE, SignIn, findings_as_it_stands, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _of_the_workshop(page: Page, start: str) -> str:
    """The address of the demo's workshop that is over, as this page leads to it."""
    await page.goto(start)
    href = await page.get_by_role("link", name=TITLE).first.get_attribute("href")
    assert href is not None
    return href


async def test_ana_downloads_her_certificate_and_says_how_it_was_without_script(
    sign_in: SignIn, browser: Browser, site: Site
) -> None:
    page = await sign_in("ana", screen=PHONE, script=False)
    place = await _of_the_workshop(page, "/bookings")
    paper = await page.request.get(f"{place}/certificate.pdf")
    await page.goto(place)
    await page.get_by_role("button", name="Say how it was").click()
    form = page.url
    context = await browser.new_context(base_url=site.url)
    stranger = await context.new_page()

    found = await findings_in_every_view(stranger, form)
    await stranger.get_by_role("button", name="Send").click()
    found += await findings_as_it_stands(stranger)
    await stranger.get_by_label("All right").check()
    await stranger.get_by_role("button", name="Send").click()
    thanks = await stranger.locator("main").inner_text()
    for path in (form, "/say/" + "A" * 43, form + "/stopped"):
        found += await findings_in_every_view(stranger, path)
    await context.close()

    text = pypdf.PdfReader(io.BytesIO(await paper.body())).pages[0].extract_text()
    assert "Ana Costa" in text
    assert "Thank you" in thanks
    assert found == []


async def test_organiser_reads_what_families_said(sign_in: SignIn) -> None:
    page = await sign_in("omar")
    event = await _of_the_workshop(page, "/events?past=yes&search=Sleep")
    await page.goto(event)
    await page.get_by_role("link", name="What families said").click()

    said = await page.locator("main").inner_text()

    assert "answered" in said
    assert await findings_in_every_view(page, page.url) == []


async def test_own_place_that_is_over(sign_in: SignIn) -> None:
    page = await sign_in("ana")
    place = await _of_the_workshop(page, "/bookings")

    assert await findings_in_every_view(page, place) == []
