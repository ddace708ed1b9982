"""No page has an axe finding, on a phone and at a desk, in both schemes; none scrolls sideways.

Each of the cast walks through every link that their pages show, one page of each kind.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.async_api import Page

from tests.pages import SignIn, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

ID = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}(?=/|$)")
PAGES_MAX = 60
# What their work must lead them to; a page that nobody can reach is not tested by walking.
REACHED = {
    "cleo": {"/desk", "/families", "/families/{id}", "/mentors", "/mentors/{id}", "/requests"},
    "mina": {"/messages", "/settings"},
    "ana": {"/messages", "/ask-for-a-mentor", "/settings"},
    "sol": {"/concerns", "/audit"},
    "dev": {"/"},
}


def kind(path: str) -> str:
    """Pages of one kind differ in the id only: /families/{id}."""
    return ID.sub("/{id}", path)


async def links(page: Page, site: Site) -> list[str]:
    """The paths of our own pages that this page links to, in order."""
    hrefs = await page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    here = [urlsplit(urljoin(page.url, href)) for href in hrefs]
    own = [parts for parts in here if f"{parts.scheme}://{parts.netloc}" == site.url]
    return [parts.path for parts in own if not parts.path.startswith(("/static", "/sign"))]


@pytest.mark.parametrize("subject", REACHED)
async def test_no_page_that_they_can_reach_has_a_finding(
    subject: str, site: Site, sign_in: SignIn
) -> None:
    page = await sign_in(subject)
    ahead, walked, found = ["/"], dict[str, str](), list[str]()

    while ahead and len(walked) < PAGES_MAX:
        path = ahead.pop(0)
        if kind(path) in walked:
            continue
        walked[kind(path)] = path
        found += await findings_in_every_view(page, path)
        ahead += await links(page, site)

    assert not found, "\n".join(found)
    assert REACHED[subject] - set(walked) == set()


async def test_pages_for_everybody_have_no_finding(site: Site, sign_in: SignIn) -> None:
    page = await sign_in("dev")
    await page.context.clear_cookies()

    found = [
        finding
        for path in ("/sign-in", "/about-the-data", "/worried", "/nowhere", "/signed-out")
        for finding in await findings_in_every_view(page, path)
    ]

    assert not found, "\n".join(found)
