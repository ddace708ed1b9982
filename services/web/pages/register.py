"""One's own family, and where the data comes from."""

from __future__ import annotations

from starlette.responses import Response

from services.web.page import Page


async def our_family(page: Page) -> Response:
    viewer = page.found((await page.ask("MyFamily"))["viewer"])
    return page.show("families/mine.html", family=page.found(viewer["family"]))


async def about_the_data(page: Page) -> Response:
    return page.show("about/about_the_data.html")
