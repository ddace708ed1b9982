"""An answer heard by phone, from somebody who has no login or would rather ring."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.page import Page

MAY_ANSWER = {
    "PROPOSED": ("MENTOR", "FAMILY"),
    "MENTOR_SAID_YES": ("FAMILY",),
    "FAMILY_SAID_YES": ("MENTOR",),
}
MISSING = {
    "side": "Choose whose answer it is.",
    "answer": "Choose yes or no.",
    "how": "Say in a few words how they told you.",
}


async def heard(page: Page) -> Response:
    return _show(page, await _the_proposal(page))


async def write_down(page: Page) -> Response:
    kept = await _the_proposal(page)
    typed = {name: page.form.get(name, "").strip() for name in MISSING}
    for name, words in MISSING.items():
        if not typed[name]:
            return _show(page, kept, typed, Refusal("MISSING", words, name))
    outcome = await page.do("AnswerProposalFor", id=kept["id"], **typed)
    if isinstance(outcome, Refusal):
        return _show(page, kept, typed, outcome)
    said = "Both have said yes." if outcome["state"] == "ACCEPTED" else "Written down."
    return page.go(f"/proposals/{kept['id']}", said)


async def _the_proposal(page: Page) -> Values:
    """One that waits for an answer; else the page of missing things."""
    kept: Values = page.found((await page.ask("Proposal", id=page.path["id"]))["proposal"])
    return page.found(kept if kept["state"] in MAY_ANSWER else None)


def _show(
    page: Page, kept: Values, typed: dict[str, str] | None = None, refusal: Refusal | None = None
) -> Response:
    names = {
        "MENTOR": f"{kept['mentor']['displayName']}, the mentor",
        "FAMILY": f"{kept['request']['family']['displayName']}, the family",
    }
    return page.show(
        "proposals/heard.html",
        proposal=kept,
        sides=[(side, names[side]) for side in MAY_ANSWER[kept["state"]]],
        chosen=typed or {"side": "", "answer": "", "how": ""},
        refusal=refusal,
    )
