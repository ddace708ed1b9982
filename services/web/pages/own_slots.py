"""A social worker's own slots: when, where, booked or free, and the register of each."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from services.web.dated import one_date
from services.web.page import Page


async def slots(page: Page) -> Response:
    """Those to come, the nearest first; then those of the last week, the latest first."""
    found = await _mine(page)
    return page.show(
        "hosting/own_slots.html",
        ahead=[one for one in found if not one["isOver"]],
        past=[one for one in reversed(found) if one["isOver"]],
    )


async def join(page: Page) -> Response:
    """On to the meeting of a slot of hers; its address stands on no page (domain.md E23)."""
    links = {one["sitting"]["id"]: one["joinLink"] for one in await _mine(page)}
    return RedirectResponse(page.found(links.get(page.path["sitting"])), status_code=303)


async def _mine(page: Page) -> list[dict[str, Any]]:
    found = (await page.ask("MySlots"))["mySlots"]
    return [_in_words(one) for one in found if one["event"]]


def _in_words(one: dict[str, Any]) -> dict[str, Any]:
    at = one["event"]["whereabouts"] or {}
    venue = at.get("venue")
    where = f"{venue['name']}, {venue['address']}, {venue['town']}" if venue else ""
    return {
        **one,
        "when": one_date(one["sitting"]),
        "where": "Online" if one["event"]["isOnline"] else where,
        "joinLink": at.get("joinLink"),
    }
