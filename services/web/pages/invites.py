"""What a family is invited to, on the way to booking it; and declining all such invitations."""

from __future__ import annotations

from starlette.responses import Response

from services.web.dated import dated
from services.web.gateway import Refusal
from services.web.page import Page

SAID = {
    True: "We invite you again when there is something new.",
    False: "We do not invite you any more. What is on stays in the programme.",
}


async def invited(page: Page) -> Response:
    data = await page.ask("Invited", id=page.path["id"])
    invite = page.found(data["invite"])
    event = invite["event"]
    return page.show(
        "invites/invited.html",
        invite=invite,
        event=dated(event) if event else None,
        is_invited=data["isInvited"],
    )


async def set_invited_here(page: Page) -> Response:
    """From the page of an invitation."""
    return await _set(page, f"/invited/{page.path['id']}")


async def set_invited(page: Page) -> Response:
    """From the settings of messages."""
    return await _set(page, "/settings")


async def _set(page: Page, back: str) -> Response:
    wanted = page.form.get("invited") == "yes"
    outcome = await page.do("SetInvited", invited=wanted)
    if isinstance(outcome, Refusal):
        return page.go(back, outcome.message, kind="straw")
    return page.go(back, SAID[wanted])
