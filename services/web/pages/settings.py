"""Where we write to the reader, and what could not be delivered to people of the agency."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page


async def settings(page: Page) -> Response:
    return await _show(page)


async def set_contact(page: Page) -> Response:
    address, is_on = page.form.get("address", ""), page.form.get("is_on") == "yes"
    answer = await page.do("SetContact", address=address, isOn=is_on)
    if isinstance(answer, Refusal):
        return await _show(page, answer)
    if answer["isOn"]:
        return page.go("/settings", f"From now on we write to {answer['address']}.")
    return page.go("/settings", "We send no e-mail now. Your messages wait for you here.")


async def undelivered(page: Page) -> Response:
    """For the desk: whom we could not reach, so that somebody can ring them."""
    after = page.query.get("after")
    data = await page.ask("Undelivered", after=after)
    return page.show("settings/undelivered.html", list=data["failedNotices"], started=after is None)


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("ContactSettings")
    found = data["myContactPoints"]
    contact = found[0] if found else {"address": "", "isOn": True}
    return page.show("settings/settings.html", refusal=refusal, contact=contact)
