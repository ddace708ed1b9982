"""Being worried about someone: numbers first, then a few words to the safeguarding lead."""

from __future__ import annotations

from starlette.responses import Response

from kernel.messages import Role
from services.web.gateway import Refusal
from services.web.page import Page

# What the lead may do next, by what a concern is now, and the words on the button.
NEXT = {
    "RAISED": (("SEE", "I have read it"),),
    "SEEN": (
        ("REFER", "Referred to children’s services"),
        ("ADVISE", "Advice given"),
        ("TAKE_NO_ACTION", "No action needed"),
    ),
    "REFERRED": (("CLOSE", "Close it"),),
    "ADVISED": (("CLOSE", "Close it"),),
    "NO_ACTION": (("CLOSE", "Close it"),),
    "CLOSED": (),
}
SENT = "Your agency’s safeguarding lead has what you wrote. You see here when they have read it."


async def worried(page: Page) -> Response:
    return await _show(page, about=page.query.get("about"))


async def raise_concern(page: Page) -> Response:
    about = page.form.get("about") or None
    answer = await page.do("RaiseConcern", text=page.form.get("text", ""), about=about)
    if isinstance(answer, Refusal):
        return await _show(page, about=about, refusal=answer)
    return page.go("/worried", SENT)


async def concerns(page: Page) -> Response:
    after = page.query.get("after")
    data = await page.ask("Concerns", after=after)
    return page.show(
        "worried/concerns.html",
        list=data["concerns"],
        apart=len(data["placesApart"]),
        started=after is None,
    )


async def concern(page: Page) -> Response:
    return await _show_one(page)


async def move_concern(page: Page) -> Response:
    answer = await page.do("MoveConcern", id=page.path["id"], move=page.form.get("move", ""))
    if isinstance(answer, Refusal):
        return await _show_one(page, answer)
    return page.go(f"/concerns/{page.path['id']}", "Written down, with your name and the time.")


async def _show_one(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("Concern", id=page.path["id"])
    found = page.found(data["concern"])
    moves = NEXT[found["state"]]
    return page.show("worried/concern.html", refusal=refusal, concern=found, moves=moves)


async def _show(page: Page, *, about: str | None, refusal: Refusal | None = None) -> Response:
    """Signed out, or with no part in Kith yet, one still finds the numbers."""
    may_write = page.viewer is not None and page.viewer.role is not Role.NOBODY
    data = await page.ask("MyConcerns") if may_write else {"viewer": None, "myConcerns": []}
    family = data["viewer"]["family"] if data["viewer"] else None
    return page.show(
        "worried/worried.html",
        refusal=refusal,
        may_write=may_write,
        raised=data["myConcerns"],
        council=family["council"]["name"] if family else None,
        about=about,
    )
