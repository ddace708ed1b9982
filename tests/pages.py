"""A real browser for tests of pages, and what axe says of a page. A plugin of pytest.

Tests with a browser are `async` and carry `pytestmark = pytest.mark.asyncio(loop_scope="session")`:
one browser and one site serve them all, each test with a context (cookies, screen) of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from dev import browser as chromium
from dev import node
from dev.account import remove_home
from tests.patience import PATIENCE_MS
from tests.site import Site

PHONE = (390, 844)
NARROW = (320, 640)  # the least of front.md 5, and a laptop's page at 400 %
DESK = (1280, 800)
Scheme = Literal["light", "dark"]
LIGHT: tuple[Scheme, tuple[str, ...]] = ("light", ())
DARK: tuple[Scheme, tuple[str, ...]] = ("dark", ("color-contrast",))
AXE = node.MODULES / "axe-core" / "axe.min.js"
FINDINGS = """(options) => axe.run(document, options).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target.join(" ")}`)))"""
HTML_BYTES_MAX = 25_000  # as it comes, before it is packed
ALL_PARTS = "/gallery"  # every part in every state: for builders, and nobody waits for it

SignIn = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small site with its cast and a small population; shared by the whole run."""
    data: Path = tmp_path_factory.mktemp("site") / "kith"
    running = Site(data)
    running.start()
    yield running
    running.stop()
    remove_home(data / "postgres")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    program = chromium.find()
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment(program)}
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, env=environment)
        yield launched
        await launched.close()


@pytest.fixture(scope="session", autouse=True)
def whole_pages() -> Iterator[None]:
    """A click that leads on to a page is over when that page has been read to its end.

    The browser's driver itself waits for the first bytes only, and a test that reads on a busy
    machine finds half of a page.
    """
    begun = Locator.click

    async def click(self: Locator, **how: Any) -> None:
        await begun(self, **how)
        await self.page.wait_for_load_state("domcontentloaded")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click)
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def sign_in(browser: Browser, site: Site) -> AsyncIterator[SignIn]:
    """Sign one of the cast in: `page = await sign_in("cleo")`, on a screen of one's own."""
    contexts: list[BrowserContext] = []

    async def signed_in(
        subject: str,
        *,
        screen: tuple[int, int] = DESK,
        scheme: Scheme = "light",
        script: bool = True,
    ) -> Page:
        width, height = screen
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",  # a colour on its way to another is neither
            java_script_enabled=script,
            base_url=site.url,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.locator("main form button").first.click()
        await page.locator(f"button[value={subject}]").click()
        await page.wait_for_url(f"{site.url}/**")
        return page

    yield signed_in
    for context in contexts:
        await context.close()


async def findings(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds on the page as it stands: rule and element, one line each; none is right.

    The source is evaluated, since our own policy refuses every script that is not ours.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    only = {"runOnly": list(rules)} if rules else {}
    found = await page.evaluate(FINDINGS, {"resultTypes": ["violations"], **only})
    return [f"{urlsplit(page.url).path} {finding}" for finding in found]


async def findings_in_every_view(page: Page, path: str) -> list[str]:
    """What axe finds on a phone and at a desk, in both schemes; whether it scrolls sideways there
    or on the narrowest screen, and whether it is heavier than a page may be (front.md 7).

    In the dark only colours differ, so only they are looked at again.
    """
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = await page.goto(path)
    weight = len(await answer.body()) if answer else 0
    heavy = weight > HTML_BYTES_MAX and path != ALL_PARTS
    found = [f"{path} weighs {weight} bytes"] if heavy else []
    return found + await findings_as_it_stands(page)


async def findings_as_it_stands(page: Page) -> list[str]:
    """The same without asking for the page again: for what only a sent form shows."""
    found = []
    for scheme, rules in (LIGHT, DARK):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in (PHONE, DESK):
            await page.set_viewport_size({"width": width, "height": height})
            seen = await findings(page, rules=rules)
            found += [f"{scheme} {width}: {finding}" for finding in seen]
            found += await _sideways(page)
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    found += await _sideways(page)
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


async def _sideways(page: Page) -> list[str]:
    """Whether one would have to scroll sideways to read the page."""
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        return [f"{page.viewport_size} {page.url} scrolls sideways"]
    return []
