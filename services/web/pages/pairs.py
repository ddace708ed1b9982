"""Pairs that a person decided about: pinned together, or never to be offered."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.listing import listed, search_of
from services.web.page import Page

PAGE_SIZE = 20


async def pairs(page: Page) -> Response:
    asked = search_of(page)
    data = await page.ask("Pairs", first=PAGE_SIZE, after=asked.after)
    return page.show("pairs/pairs.html", pairs=listed(data["pairs"], asked))


async def lift(page: Page) -> Response:
    outcome = await page.do("LiftPairRule", id=page.path["id"])
    if isinstance(outcome, Refusal):
        return page.go("/pairs", outcome.message, kind="straw")
    return page.go("/pairs", "Lifted. The next run decides freely about them.")
