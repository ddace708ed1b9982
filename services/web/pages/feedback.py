"""How it was: answered by a link, as nobody, also where somebody is signed in; read by planners."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from services.web.dated import dated
from services.web.gateway import Asker, Refusal, Values
from services.web.labels import label
from services.web.page import Page

SECRET = re.compile(r"[A-Za-z0-9_-]{20,100}")
FIELDS = {"words": "words", "childWords": "child_words"}


async def form(page: Page) -> Response:
    return await _show(page)


async def give(page: Page) -> Response:
    """What was chosen and written. Sent as nobody, so that no account stands beside an answer."""
    found = await _the_form(page)
    if found is None:
        return _over(page)
    chosen = [
        {"question": one["question"], "choice": choice}
        for one in found["questions"]
        if (choice := page.form.get(one["question"].lower(), "")) in one["choices"]
    ]
    said = {name: page.form.get(field, "") for name, field in FIELDS.items()}
    outcome = await _do(page, "GiveFeedback", said={**said, "answers": chosen})
    if isinstance(outcome, Refusal):
        field = FIELDS.get(outcome.field or "", outcome.field)
        return await _show(page, Refusal(outcome.code, outcome.message, field))
    return page.go(f"/say/{page.path['secret']}")


async def stop(page: Page) -> Response:
    outcome = await _do(page, "StopFeedback")
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go(f"/say/{page.path['secret']}/stopped")


async def stopped(page: Page) -> Response:
    return page.show("feedback/stopped.html")


async def open_own(page: Page) -> Response:
    """From a place of one's own to the same form as by mail."""
    booking = page.path["id"]
    outcome = await page.do("OpenFeedback", booking=booking)
    if isinstance(outcome, Refusal):
        return page.go(f"/bookings/{booking}", outcome.message, kind="straw")
    return page.go(f"/say/{outcome['secret']}")


async def set_asked(page: Page) -> Response:
    asked = page.form.get("asked") == "yes"
    outcome = await page.do("SetFeedbackAsked", asked=asked)
    if isinstance(outcome, Refusal):
        return page.go("/bookings", outcome.message, kind="straw")
    said = "We ask you again when you have been." if asked else "We do not ask you any more."
    return page.go("/bookings", said)


async def heard(page: Page) -> Response:
    """What families said of an event: numbers, of which small ones are hidden, and words."""
    data = await page.ask("FeedbackOfEvent", id=page.path["id"])
    event = page.found(data["event"])
    page.found(event if event["agency"] == page.reader.agency else None)
    return page.show("feedback/heard.html", event=dated(event), steps=data["feedback"])


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _the_form(page)
    if found is None:
        return _over(page)
    if found["isAnswered"]:
        return page.show("feedback/thanks.html")
    asked = [
        (one["question"].lower(), one["question"], _words(one["choices"]))
        for one in found["questions"]
    ]
    return page.show(
        "feedback/form.html",
        refusal=refusal,
        found=found,
        asked=asked,
        secret=page.path["secret"],
    )


def _words(choices: list[str]) -> list[tuple[str, str]]:
    return [(choice, label(choice, "feedback_choice")) for choice in choices]


def _over(page: Page) -> Response:
    """Never made, run out, or attendance put right: one page, so that nothing is told by it."""
    return page.show("feedback/over.html", status=404)


async def _the_form(page: Page) -> Values | None:
    secret = page.path["secret"]
    if not SECRET.fullmatch(secret):
        return None
    data = await page.front.gateway.ask(_nobody(page), "FeedbackForm", secret=secret)
    found: Values | None = data["feedbackForm"]
    return found


async def _do(page: Page, operation: str, **variables: object) -> Any:
    if page.mended:
        return page.mended
    key = page.form.get("key") or uuid4()
    secret = page.path["secret"]
    return await page.front.gateway.do(
        _nobody(page), operation, secret=secret, key=key, **variables
    )


def _nobody(page: Page) -> Asker:
    return Asker(token=None, request_id=page.line.request_id)
