"""Hours in which a venue is somebody else's: kept by admins and safeguarding leads (E24)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.dates import NOT_A_TIME, time_of
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import as_day, weekday

HERE = "/kept-clear"
NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2027."
NO_VENUE = "Choose a venue."
FIELDS = {"firstOn": "firstOn", "lastOn": "lastOn", "until": "until", "venue": "venue"}


async def hours(page: Page) -> Response:
    return await _show(page)


async def keep(page: Page) -> Response:
    given = _given(page)
    if isinstance(given, Refusal):
        return await _show(page, given)
    outcome = await page.do("KeepClear", input=given)
    if isinstance(outcome, Refusal):
        field = FIELDS.get(outcome.field or "", "venue")
        return await _show(page, Refusal(outcome.code, outcome.message, field))
    return page.go(HERE, "Saved. Nothing is published there in those hours, or two hours around.")


async def end(page: Page) -> Response:
    outcome = await page.do("EndKeptClear", keptClear=page.path["id"])
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go(HERE, "Ended. The venue can be used in those hours again.")


def _answers(page: Page) -> Answers:
    return Answers({name: page.form.getlist(name) for name in page.form})


def _given(page: Page) -> dict[str, Any] | Refusal:
    """What was typed, as the graph wants it, or what was wrong with it."""
    answers = _answers(page)
    first, last = answers.day("firstOn"), answers.day("lastOn")
    times = {name: time_of(answers.text(name)) for name in ("from", "until")}
    for is_wrong, said, field in (
        (not answers.text("venue"), NO_VENUE, "venue"),
        (first is None, NOT_A_DAY, "firstOn"),
        (times["from"] is None, NOT_A_TIME, "from"),
        (times["until"] is None, NOT_A_TIME, "until"),
        (last is None and not answers.is_empty("lastOn"), NOT_A_DAY, "lastOn"),
    ):
        if is_wrong:
            return Refusal("NOT_GIVEN", said, field)
    return {
        "venue": answers.text("venue"),
        "firstOn": str(first),
        "lastOn": str(last) if last else None,
        "weekly": answers.text("weekly") == "yes",
        "fromTime": str(times["from"]),
        "untilTime": str(times["until"]),
    }


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    found = (await page.ask("KeepingClear"))["keepingClear"]
    answers = _answers(page)
    return page.show(
        "worried/kept_clear.html",
        refusal=refusal,
        rows=[_with_words(one) for one in found["hours"]],
        near=[{**one, "at": datetime.fromisoformat(one["wallStart"])} for one in found["notClear"]],
        venues=[(one["id"], f"{one['name']}, {one['town']}") for one in found["venues"]],
        texts={name: answers.text(name) for name in ("venue", "weekly", "from", "until")},
        days={name: answers.parts(name) for name in ("firstOn", "lastOn")},
    )


def _with_words(one: Values) -> Values:
    first = as_day(one["firstOn"])
    until = f", until {weekday(one['lastOn'])}" if one["lastOn"] else ""
    days = f"Every {first:%A} from {weekday(one['firstOn'])}{until}"
    return {
        **one,
        "where": f"{one['venue']['name']}, {one['venue']['town']}",
        "days": days if one["weekly"] else weekday(one["firstOn"]),
    }
