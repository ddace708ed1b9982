"""Adding a family to the register, one question a page."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.journey import Walk
from services.web.asking.of_families import PLACE, adults_of, new_family
from services.web.gateway import Refusal
from services.web.page import Page
from services.web.pages.families import family_input
from services.web.places import Place, place_of
from services.web.postcode import first_half

LEAVE = ("/families", "Families")
UNKNOWN = "We do not know that place. Type the first half of the postcode, such as RG30."


async def start(page: Page) -> Response:
    walk = Walk(page=page, journey=new_family("", ()), answers=Answers({}), leave=LEAVE)
    return walk.ask(PLACE)


async def go_on(page: Page) -> Response:
    """The next question, or the family added. A typed postcode is cut before anything else."""
    answers = new_family("", ()).answers(page.form)
    answers = answers.with_text("typedOutcode", first_half(answers.text("typedOutcode")))
    place = await place_of(page, answers.text("typedOutcode"))
    walk = _walk(page, answers, place)
    if answers.text("typedOutcode") and not place.outcode:
        return walk.ask(PLACE, Refusal("OUTCODE_UNKNOWN", UNKNOWN, "typedOutcode"))
    return await _add(page, walk) if walk.is_finished else walk.next_page()


def _walk(page: Page, answers: Answers, place: Place) -> Walk:
    codes = {code for code, _ in place.councils}
    if answers.text("council") not in codes:
        only = next(iter(codes)) if len(codes) == 1 else ""
        answers = answers.with_text("council", only)
    journey = new_family(place.outcode, place.councils)
    return Walk(page=page, journey=journey, answers=answers, leave=LEAVE)


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
        return walk.refused(outcome)
    return page.go(
        f"/families/{outcome['id']}", f"Added. Their reference is {outcome['reference']}."
    )
