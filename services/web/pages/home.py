"""The first page after signing in: the state of things for this reader, and the one next step."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kernel.messages import Role
from services.web.gateway import Values
from services.web.page import Page
from services.web.pages import hosting
from services.web.site import HOUSEHOLDS

TOGETHER = ("ACCEPTED", "INTRODUCED", "ACTIVE", "PAUSED", "ENDING")
WAITING = ("SUBMITTED", "CHECKING", "READY", "PROPOSED", "ON_HOLD")

SAYS = {
    "/concerns": "What people are worried about, newest first, and what has been done.",
    "/emergencies": "Who was let in to a family that they may not ordinarily open, and why.",
    "/emergency": "Open a family that you may not ordinarily see, for 30 minutes, with a reason.",
    "/families": "Find a family, see what is kept, correct it, move its stage.",
    "/mentors": "Find a mentor, see which checks are in date, record new ones.",
    "/events": "What your agency hosts and shares: who has a place, who waits.",
    "/my-slots": "Your talks with families: when and where, which are booked, and who comes.",
    "/call-backs": "Families who asked to be rung, and by which day.",
    "/eligibility": "Who may come to what, by your agency’s dated rules.",
    "/groups": "The groups that you lead: who belongs, what you write to them, the next dates.",
    "/messages": "What Kith has written to you.",
    "/people": "Who may do what here: find or invite somebody, give a role, end one.",
    "/audit": "Who did what, for whom, when and why.",
}
"""What a member of staff finds behind each link of their header."""


async def home(page: Page) -> Response:
    reader = page.reader
    if reader.role is Role.NOBODY:
        return page.go("/role") if len(reader.roles) > 1 else page.show("home/nobody.html")
    if reader.role is Role.COORDINATOR:
        return page.go("/desk")
    if reader.role in HOUSEHOLDS:
        return _of_household(page, await page.ask("HomeOfHousehold"))
    leads = reader.role is Role.FACILITATOR
    registers = await hosting.registers(page) if leads else None
    return page.show("home/staff.html", says=SAYS, registers=registers)


def _of_household(page: Page, data: Values) -> Response:
    cards, waiting = data["proposalsToAnswer"], _in(data["mySupportRequests"], *WAITING)
    newest = [edge["node"] for edge in data["myNotices"]["edges"]]
    return page.show(
        f"home/{page.reader.role}.html",
        to_answer=_in(cards, "OPEN"),
        answered=_in(cards, "SAID_YES"),
        mentorings=_in(data["myMentorings"], *TOGETHER),
        request=waiting[0] if waiting else None,
        message=newest[0] if newest else None,
    )


def _in(things: list[dict[str, Any]], *states: str) -> list[dict[str, Any]]:
    return [thing for thing in things if thing["state"] in states]
