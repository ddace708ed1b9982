"""Families who must not meet and have places at one event: for the safeguarding lead alone."""

from __future__ import annotations

from starlette.responses import Response

from services.web.dated import where
from services.web.gateway import Refusal, Values
from services.web.page import Page

TAKEN_BACK = "The place is taken back. The family is told in your words, and of nobody else."


async def places(page: Page) -> Response:
    return page.show("worried/apart.html", rows=await _rows(page))


async def place(page: Page) -> Response:
    return await _show_one(page)


async def take_back(page: Page) -> Response:
    """One of two places, in words that its family reads."""
    words = page.form.get("words", "")
    answer = await page.do("KeepApart", booking=page.path["id"], words=words)
    if isinstance(answer, Refusal):
        return await _show_one(page, answer)
    return page.go("/kept-apart", TAKEN_BACK)


async def _show_one(page: Page, refusal: Refusal | None = None) -> Response:
    asked = page.path["id"]
    one = next((each for each in await _rows(page) if each["booking"] == asked), None)
    return page.show("worried/apart_place.html", refusal=refusal, place=page.found(one))


async def _rows(page: Page) -> list[Values]:
    seen = await page.ask("PlacesApart")
    names = {each["code"]: each["name"] for each in seen["agencies"]}
    return [
        {**one, "where": where(one), "host": names.get(one["host"], one["host"])}
        for one in seen["placesApart"]
    ]
