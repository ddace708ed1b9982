"""A mentor who is going to leave: each family, whom next, and the call that hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.reasons import in_short
from services.web.wording import counted, sentence

NOTED = {
    "HELD": "Written down: the call was held.",
    "DECLINED": "Written down: no call was wanted.",
}
PART = Question(
    name="part",
    title="End this without a new mentor",
    lead="Do this when the family wants it so, or when nobody can be found before the last day.",
    heads=True,
    send="End it",
    fields=(
        Field(
            name="waits_on",
            shape=Shape.RADIOS,
            label="What happens with their asking?",
            options=(
                ("yes", "They wait on for a mentor", "With the first day of asking kept."),
                ("no", "They need no mentor now", "Their request is closed."),
            ),
            missing="Choose what happens with their asking.",
        ),
        Field(
            name="reason",
            shape=Shape.LONG_TEXT,
            label="Why?",
            hint="It is kept with the change and in the audit.",
            missing="Say why in a few words. The reason is kept with the change.",
        ),
    ),
)


async def hand_over(page: Page) -> Response:
    return _show(page, await _the_retirement(page))


async def plan(page: Page) -> Response:
    """Set the last day, or move it."""
    typed = Answers({name: page.form.getlist(name) for name in page.form})
    last_on = typed.day("last_on")
    if last_on is None:
        refusal = Refusal("NOT_A_DAY", "Give the last day, such as 18 12 2026.", "last_on")
        return _show(page, await _the_retirement(page), refusal)
    said = "The last day is set. Nobody new is proposed from now on."
    return await _done(page, "PlanRetirement", said, mentor=page.path["id"], lastOn=str(last_on))


async def stay(page: Page) -> Response:
    said = "Good: they stay. Families that were not handed over stay with them."
    return await _done(page, "CallOffRetirement", said, mentor=page.path["id"])


async def propose(page: Page) -> Response:
    said = "Proposed. Read each one and send it; until both say yes, nothing changes."
    return await _done(page, "ProposeHandOvers", said, mentor=page.path["id"])


async def call(page: Page) -> Response:
    """Book the call, or write down how it went."""
    mentoring, outcome = page.path["mentoring"], page.form.get("outcome", "")
    if outcome in NOTED:
        about = {"mentoring": mentoring, "outcome": outcome}
        return await _done(page, "NoteHandOverCall", NOTED[outcome], **about)
    field = f"on-{mentoring}"
    on = Answers({name: page.form.getlist(name) for name in page.form}).day(field)
    if on is None:
        refusal = Refusal("NOT_A_DAY", "Give the day of the call, such as 3 12 2026.", field)
        return _show(page, await _the_retirement(page), refusal)
    said = "Booked. Everybody on the call has been told the day."
    return await _done(page, "BookHandOverCall", said, mentoring=mentoring, on=str(on))


async def parting(page: Page) -> Response:
    await _the_retirement(page)
    return show_question(page, PART, Answers({}), leave=_back(page))


async def part(page: Page) -> Response:
    await _the_retirement(page)
    answers = typed_answers(page, PART)
    outcome = PART.fault(answers, page.today) or await page.do(
        "PartWithoutSuccessor",
        mentoring=page.path["mentoring"],
        waitsOn=answers.text("waits_on") == "yes",
        reason=answers.text("reason"),
    )
    if isinstance(outcome, Refusal):
        return show_question(page, PART, answers, leave=_back(page), refusal=outcome)
    return page.go(_address(page), "Ended. The family has been left as you said.")


async def _done(page: Page, operation: str, said: str, **variables: object) -> Response:
    outcome = await page.do(operation, **variables)
    if isinstance(outcome, Refusal):
        return _show(page, await _the_retirement(page), outcome)
    return page.go(_address(page), said)


async def _the_retirement(page: Page) -> Values:
    found: Values = page.found((await page.ask("Retirement", mentor=page.path["id"]))["retirement"])
    return found


def _show(page: Page, found: Values, refusal: Refusal | None = None) -> Response:
    typed = Answers(page.typed)
    return page.show(
        "mentors/retiring.html",
        plan=found,
        title=title_of(found),
        changes=what_changes(found),
        rows=[_row(each, typed) for each in found["handOvers"]],
        last_on=typed.parts("last_on") if refusal else {},
        refusal=refusal,
    )


def title_of(found: Values) -> str:
    name = found["mentor"]["firstName"] or found["mentor"]["displayName"]
    if not found["lastOn"]:
        return f"What changes if {name} leaves"
    return (
        f"{name} has left" if found["mentor"]["state"] == "RETIRED" else f"{name} is going to leave"
    )


def what_changes(found: Values) -> str:
    """Such as "2 changes, 12 untouched"."""
    untouched = f"{found['untouched']} untouched"
    return f"{sentence(counted(found['changes'], 'change'))}, {untouched}"


def _row(one: Values, typed: Answers) -> Mapping[str, Any]:
    best, worst = in_short(one["next"]["criteria"]) if one["next"] else ([], None)
    field = f"on-{one['mentoringId']}"
    return {**one, "best": best, "worst": worst, "field": field, "typed": typed.parts(field)}


def _address(page: Page) -> str:
    return f"/mentors/{page.path['id']}/leaving"


def _back(page: Page) -> tuple[str, str]:
    return _address(page), "The hand-over"
