"""One date of a course at a parallel one: chosen, taken back, and the way in to it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.pages import bookings

NOT_CHOSEN = "Choose which date you would rather come to."


async def swap(page: Page) -> Response:
    """The form says both dates as one choice: `own.other`."""
    kept = await bookings.the_booking(page)
    own, _, other = page.form.get("date", "").partition(".")
    if not own or not other:
        return await bookings.show(page, kept, Refusal("NOT_CHOSEN", NOT_CHOSEN, "date"))
    answer = await page.do("SwapDate", booking=kept["id"], sitting=own, instead=other)
    if isinstance(answer, Refusal):
        refusal = Refusal(answer.code, answer.message, "date")
        return await bookings.show(page, await bookings.the_booking(page), refusal)
    return page.go(_here(kept), "Swapped. Both dates know of it, and your place stays yours.")


async def take_back(page: Page) -> Response:
    kept = await bookings.the_booking(page)
    answer = await page.do("SwapDateBack", booking=kept["id"], swap=page.path["swap"])
    if isinstance(answer, Refusal):
        refusal = Refusal(answer.code, answer.message, "date")
        return await bookings.show(page, await bookings.the_booking(page), refusal)
    return page.go(_here(kept), "Taken back. You come to your own date again.")


async def join(page: Page) -> Response:
    """On to the meeting of the other course, for that one date."""
    kept = await bookings.the_booking(page)
    swaps = {one["id"]: one for one in kept["swappedDates"]}
    found = page.found(swaps.get(page.path["swap"]) if kept["state"] == "CONFIRMED" else None)
    at = page.found(found["other"])["event"]["whereabouts"]
    return RedirectResponse(page.found(at and at["joinLink"]), status_code=303)


def _here(kept: Values) -> str:
    return f"{bookings.MINE}/{kept['id']}"
