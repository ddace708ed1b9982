"""Adding a family to the register, one question a page."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.of_families import PLACE, adults_of, new_family
from services.web.asking.walk import Walk, begun
from services.web.gateway import Refusal
from services.web.page import Page
from services.web.pages.families import family_input
from services.web.places import place_of

LEAVE = ("/families", "Families")


async def start(page: Page) -> Response:
    return (await _walk(page)).show()


async def go_on(page: Page) -> Response:
    """The next question, or the family added."""
    walk = await _walk(page)
    return await _add(page, walk) if walk.is_finished else await walk.go_on()


async def _walk(page: Page) -> Walk:
    """Where a place lies in one council alone, that is the answer to the question of councils."""
    so_far = await begun(page, new_family("", ()), first=PLACE.name)
    place = await place_of(page, so_far.answers.text("typedOutcode"))
    codes = [code for code, _ in place.councils]
    if so_far.answers.text("council") not in codes:
        so_far = so_far.saying("council", codes[0] if len(codes) == 1 else "")
    journey = new_family(place.outcode, place.councils)
    return Walk(page=page, journey=journey, begun=so_far, leave=LEAVE)


async def _add(page: Page, walk: Walk) -> Response:
    answers = walk.answers
    since = answers.day("stageOn")
    outcome = await page.do(
        "AddFamily",
        input={
            **family_input(answers),
            "stage": answers.text("stage"),
            "stageOn": since.isoformat() if since else None,
            "adults": adults_of(answers),
        },
    )
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    said = f"Added. Their reference is {outcome['reference']}."
    return await walk.end(f"/families/{outcome['id']}", said)
