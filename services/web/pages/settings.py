"""Where we write to the reader, and what could not be delivered to people of the agency."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page
from services.web.site import HOUSEHOLDS


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


async def contact(page: Page) -> Response:
    """Where somebody of the agency is written to, as they said it on the telephone."""
    return await _show_theirs(page)


async def mend_contact(page: Page) -> Response:
    account = page.path["account"]
    kept = (await page.ask("ContactOf", account=account))["contactPoints"]
    is_on = kept[0]["isOn"] if kept else True
    address = page.form.get("address", "")
    answer = await page.do("SetContactOf", account=account, address=address, isOn=is_on)
    if isinstance(answer, Refusal):
        return await _show_theirs(page, answer)
    sent = "What they missed in the last three days goes out again."
    return page.go("/settings/undelivered", f"The address is mended. {sent}")


async def _show_theirs(page: Page, refusal: Refusal | None = None) -> Response:
    account = page.path["account"]
    kept = (await page.ask("ContactOf", account=account))["contactPoints"]
    address = kept[0]["address"] if kept else ""
    return page.show("settings/contact.html", refusal=refusal, account=account, address=address)


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("ContactSettings")
    found = data["myContactPoints"]
    contact = found[0] if found else {"address": "", "isOn": True}
    is_invited = None  # to staff, whom nobody invites
    if page.reader.role in HOUSEHOLDS:
        is_invited = (await page.ask("IsInvited"))["isInvited"]
    return page.show(
        "settings/settings.html", refusal=refusal, contact=contact, is_invited=is_invited
    )
