"""A family asks to be erased: what goes and stays, who agrees, and where it has been done."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.page import Page

HERE = "/erasures"
A_MONTH = relativedelta(months=1)
"""What the law gives (UK GDPR, article 12(3))."""
MOVES = {
    "agree": ("AGREE", "Agreed. It is done on the day that stands here, unless it is called off."),
    "call-off": ("CALL_OFF", "Called off. Nothing was erased."),
    "release": ("RELEASE", "No longer held. Somebody agrees to it anew."),
}
HOLD = Question(
    name="hold",
    title="Hold this erasure",
    lead="For what the law makes the agency keep, such as a claim or an inquiry. Nothing is erased "
    "until it is released and agreed to again.",
    heads=True,
    send="Hold it",
    fields=(
        Field(
            name="reason",
            shape=Shape.TEXT,
            label="Why must it be kept?",
            hint="In a few words and without a name. It is in the audit.",
            missing="Say why in a few words. The reason is kept with the change.",
            longest=500,
        ),
    ),
)
ASKED_ON = Field(
    name="askedOn",
    shape=Shape.DATE,
    label="On which day did they ask?",
    hint="The law gives one month from then.",
    missing="Give the day on which they asked.",
    is_past=True,
)
HOW_ASKED = Field(
    name="howAsked",
    shape=Shape.TEXT,
    label="How did they ask, and who of them?",
    hint="Such as: by letter, both adults. It is erased with them.",
    missing="Say in a few words how they asked.",
    longest=500,
)


async def ask(page: Page) -> Response:
    family, foreseen = await _the_family(page)
    return _show_asking(page, family, foreseen, Answers({}))


async def save(page: Page) -> Response:
    family, foreseen = await _the_family(page)
    question = _asking(family)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(
        "AskErasure",
        family=family["id"],
        askedOn=str(answers.day("askedOn")),
        howAsked=answers.text("howAsked"),
    )
    if isinstance(outcome, Refusal):
        return _show_asking(page, family, foreseen, answers, outcome)
    return page.go(f"{HERE}/{outcome['id']}", "Written down. Now somebody else has to agree.")


async def erasures(page: Page) -> Response:
    after = page.query.get("after")
    found = (await page.ask("Erasures", after=after))["erasures"]
    return page.show("erasures/erasures.html", list=found, started=after is None)


async def erasure(page: Page) -> Response:
    return _show(page, await _the_erasure(page))


async def move(page: Page) -> Response:
    kept = await _the_erasure(page)
    move, done = page.found(MOVES.get(page.path["move"]))
    outcome = await page.do("MoveErasure", id=kept["id"], move=move)
    if isinstance(outcome, Refusal):
        return _show(page, await _the_erasure(page), outcome)
    return page.go(f"{HERE}/{kept['id']}", done)


async def ask_hold(page: Page) -> Response:
    kept = await _the_erasure(page)
    page.found("HOLD" in kept["moves"] or None)
    return show_question(page, HOLD, Answers({}), leave=_back_to(kept))


async def hold(page: Page) -> Response:
    kept = await _the_erasure(page)
    answers = typed_answers(page, HOLD)
    outcome = HOLD.fault(answers, page.today) or await page.do(
        "MoveErasure", id=kept["id"], move="HOLD", reason=answers.text("reason")
    )
    if isinstance(outcome, Refusal):
        return show_question(page, HOLD, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(f"{HERE}/{kept['id']}", "Held. Nothing is erased until it is released.")


async def _the_family(page: Page) -> tuple[Values, Values]:
    """The family and what there is of it; a missing page once it has been erased."""
    family = page.found((await page.ask("Family", id=page.path["id"]))["family"])
    data = await page.ask("ForeseeErasure", family=family["id"])
    return family, page.found(data["foreseeErasure"])


async def _the_erasure(page: Page) -> Values:
    kept: Values = page.found((await page.ask("Erasure", id=page.path["id"]))["erasure"])
    return kept


def _asking(family: Values) -> Question:
    return Question(
        name="erase",
        title=f"{family['displayName']} asked to be erased",
        fields=(ASKED_ON, HOW_ASKED),
    )


def _show_asking(
    page: Page,
    family: Values,
    foreseen: Values,
    answers: Answers,
    refusal: Refusal | None = None,
) -> Response:
    fields = [each.shown(answers, refusal) for each in _asking(family).fields]
    return page.show(
        "erasures/ask.html", family=family, foreseen=foreseen, fields=fields, refusal=refusal
    )


def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    return page.show(
        "erasures/erasure.html",
        erasure=kept,
        answer_by=(date.fromisoformat(kept["askedOn"]) + A_MONTH).isoformat(),
        refusal=refusal,
    )


def _back_to(kept: Values) -> tuple[str, str]:
    return f"{HERE}/{kept['id']}", "The erasure"
