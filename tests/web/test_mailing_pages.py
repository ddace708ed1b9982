"""Hearing by mail what is on, in a browser without script: from the list to leaving again."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser

from tests.pages import SignIn, findings_as_it_stands, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
LINK = re.compile(r"(http://\S+/mailing/[\w-]{43})\s")
ADDRESS = "rae.of.the.pages@example.org"


async def test_anybody_asks_confirms_and_leaves_and_every_page_is_well(
    browser: Browser, site: Site
) -> None:
    context = await browser.new_context(base_url=site.url, java_script_enabled=False)
    rae = await context.new_page()
    looking = await browser.new_context(base_url=site.url)
    look = await looking.new_page()

    await rae.goto("/whats-on?agency=ATV")
    await rae.get_by_role("link", name="Hear of new dates by mail").click()
    await rae.get_by_role("button", name="Send me that mail").click()
    amiss = await rae.locator("main").inner_text()
    await rae.get_by_label("Your e-mail address").fill(ADDRESS)
    await rae.get_by_role("button", name="Send me that mail").click()
    asked = rae.url
    (link,) = set(LINK.findall(site.mail_to(ADDRESS)[0].text + " "))
    found = await findings_in_every_view(look, link)
    await rae.goto(link)
    await rae.get_by_label("What others run").uncheck()
    await rae.get_by_role("button", name="Yes, write to me").click()
    kept = await rae.locator("main").inner_text()
    for path in (asked, link, f"{link}/kept", f"{link}/leave", f"{site.url}/mailing/{'A' * 43}"):
        found += await findings_in_every_view(look, path)
    await rae.goto(link)
    await rae.get_by_role("button", name="Leave the list").click()
    left = await rae.locator("main").inner_text()
    found += await findings_in_every_view(look, link)
    await context.close()
    await looking.close()

    assert "Write an e-mail address in full" in amiss
    assert "You are on the list" in kept
    assert "You have left the list" in left
    assert found == []


async def test_list_with_somebody_on_it_is_well(sign_in: SignIn) -> None:
    omar = await sign_in("omar")
    await omar.goto("/mailing-list")
    await omar.get_by_label("E-mail addresses").fill("no address")
    await omar.get_by_role("button", name="Ask these addresses").click()
    found = await findings_as_it_stands(omar)
    await omar.get_by_label("E-mail addresses").fill("one@example.org")
    await omar.get_by_role("button", name="Ask these addresses").click()

    found += await findings_in_every_view(omar, "/mailing-list")
    await omar.goto("/mailing-list?search=one%40")
    said = await omar.locator("main").inner_text()
    await omar.goto("/mailing-list/letters/new")
    await omar.get_by_label("Title").fill("Summer")
    await omar.get_by_label("What you want to say").fill("We are away.")
    await omar.get_by_role("button", name="Look at it first").click()
    found += await findings_as_it_stands(omar)
    await omar.get_by_role("button", name="Send it to the list").click()
    found += await findings_in_every_view(omar, "/mailing-list/letters")
    sent = await omar.locator("main").inner_text()

    assert "one@example.org" in said
    assert "We are away." in sent
    assert found == []
