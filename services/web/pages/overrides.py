"""What waits for a second person: a list of it, and one to agree to, refuse or take back (I07)."""

from __future__ import annotations

from starlette.responses import Response

from services.web.dated import dated
from services.web.gateway import Refusal
from services.web.overrides import named, overrides_of
from services.web.page import Page
from services.web.pages.event_desk import the_event, waiting_of

NO_WHY = "Say why, in a few words. Who asked reads it, and it is in the audit."


async def waiting(page: Page) -> Response:
    seen = await page.ask("AskedOverrides")
    rows = [named(page, seen, one) for one in seen["askedOverrides"]]
    return page.show("overrides/waiting.html", rows=rows)


async def override(page: Page) -> Response:
    return await _show_one(page)


async def agree(page: Page) -> Response:
    return await _move(page, "AGREE", "Agreed, and done. Both names are in the audit.")


async def take_back(page: Page) -> Response:
    return await _move(page, "TAKE_BACK", "Taken back. Nothing has changed.")


async def _move(page: Page, move: str, done: str) -> Response:
    answer = await page.do("MoveOverride", id=page.path["override"], move=move)
    if isinstance(answer, Refusal):
        return await _show_one(page, answer)
    return page.go(f"/events/{page.path['id']}", done)


async def decline(page: Page) -> Response:
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _show_one(page, Refusal("REASON_NEEDED", NO_WHY, "reason"))
    answer = await page.do("MoveOverride", id=page.path["override"], move="DECLINE", reason=reason)
    if isinstance(answer, Refusal):
        return await _show_one(page, answer)
    return page.go(f"/events/{page.path['id']}", "You said no. Nothing has changed.")


async def _show_one(page: Page, refusal: Refusal | None = None) -> Response:
    seen = await the_event(page)
    names = {each["code"]: each["name"] for each in seen["agencies"]}
    lines = waiting_of(page, seen["event"], names)
    found = overrides_of(page, seen, lines)
    one = next((each for each in found if each["id"] == page.path["override"]), None)
    return page.show(
        "overrides/override.html",
        refusal=refusal,
        event=dated(seen["event"]),
        override=page.found(one),
    )
