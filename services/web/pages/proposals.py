"""One proposal: why this pair, who else, what would change it; and what a coordinator decides."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.listing import typed_search
from services.web.page import Page
from services.web.pages.desk import tint_of, what_was_sent

REASON = Field(
    name="reason",
    shape=Shape.TEXT,
    label="Why?",
    hint="In a few words. It is kept with the pair and in the audit.",
    missing="Say why in a few words. The reason is kept with the change.",
)
DECISIONS = {
    "pin": (
        "PinPair",
        "Pin {mentor} and {family}",
        "Every later run keeps them together.",
        "Pin this pair",
    ),
    "never": (
        "ForbidPair",
        "Never {mentor} for {family}",
        "No later run offers them again.",
        "Never this pair",
    ),
    "withdraw": (
        "WithdrawProposal",
        "Take back {mentor} for {family}",
        "Neither side is told why. The family keeps its first day of asking.",
        "Take it back",
    ),
}
DONE = {
    "pin": "Pinned. The next run keeps them together.",
    "never": "Written down. No run offers them again.",
    "withdraw": "Taken back. The family is ready again, with its first day of asking.",
}


async def proposal(page: Page) -> Response:
    return _show(page, await _the_proposal(page))


async def read(page: Page) -> Response:
    """The coordinator says that they have read it; looking at it alone says nothing."""
    outcome = await page.do("ReadProposal", id=page.path["id"])
    if isinstance(outcome, Refusal):
        return _show(page, await _the_proposal(page), outcome)
    on_the_desk = page.form.get("desk", "")
    if on_the_desk.isdecimal():
        return page.go(f"/desk?from={on_the_desk}")
    return page.go(f"/proposals/{page.path['id']}")


async def send(page: Page) -> Response:
    """Read and send, in that order: sending from this page says that it was read."""
    outcome = await page.do("ReadProposal", id=page.path["id"])
    if not isinstance(outcome, Refusal):
        outcome = await page.do("SendProposals", ids=[page.path["id"]])
    if isinstance(outcome, Refusal):
        return _show(page, await _the_proposal(page), outcome)
    return page.go("/desk", what_was_sent(outcome), kind=tint_of(outcome))


async def decision(page: Page) -> Response:
    kept = await _the_proposal(page)
    return show_question(page, _decision(page, kept), Answers({}), leave=_back_to(kept))


async def decide(page: Page) -> Response:
    """Pin, never or take back, with its reason."""
    kept = await _the_proposal(page)
    question = _decision(page, kept)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await _decided(
        page, kept, answers.text("reason")
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    return page.go("/desk", DONE[page.path["decision"]])


async def choose(page: Page) -> Response:
    return await _show_choice(page, await _the_proposal(page), Answers({}))


async def choose_another(page: Page) -> Response:
    """Another mentor for this request, by a person's choice and with their reason."""
    kept = await _the_proposal(page)
    answers = Answers({name: page.form.getlist(name) for name in ("mentor", "reason")})
    fault = _missing(answers, page.today)
    outcome = fault or await page.do(
        "ChooseAnother",
        proposal=kept["id"],
        mentor=answers.text("mentor"),
        reason=answers.text("reason"),
    )
    if isinstance(outcome, Refusal):
        return await _show_choice(page, kept, answers, outcome)
    return page.go(f"/proposals/{outcome['id']}", "Chosen. Read it, then send it.")


async def _the_proposal(page: Page) -> Values:
    kept: Values = page.found((await page.ask("Proposal", id=page.path["id"]))["proposal"])
    return kept


def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    used = [each for each in kept["criteria"] if each["used"]]
    return page.show(
        "proposals/proposal.html",
        proposal=kept,
        counts=sum(each["weight"] for each in used),
        heaviest=max((each["weight"] for each in kept["criteria"]), default=1),
        refusal=refusal,
    )


def _decision(page: Page, kept: Values) -> Question:
    _, title, lead, send = Page.found(DECISIONS.get(page.path["decision"]))
    names = {
        "mentor": kept["mentor"]["displayName"],
        "family": kept["request"]["family"]["displayName"],
    }
    return Question(
        name="reason",
        title=title.format(**names),
        lead=lead,
        fields=(REASON,),
        heads=True,
        send=send,
    )


async def _decided(page: Page, kept: Values, reason: str) -> Values | Refusal:
    operation, *_ = DECISIONS[page.path["decision"]]
    pair = {"request": kept["request"]["id"], "mentor": kept["mentor"]["id"]}
    about = {"id": kept["id"]} if operation == "WithdrawProposal" else pair
    outcome: Values | Refusal = await page.do(operation, **about, reason=reason)
    return outcome


def _missing(answers: Answers, today: date) -> Refusal | None:
    if not answers.text("mentor"):
        return Refusal("MISSING", "Choose the mentor.", "mentor")
    return REASON.fault(answers, today)


async def _show_choice(
    page: Page, kept: Values, answers: Answers, refusal: Refusal | None = None
) -> Response:
    search = typed_search(page)
    found = await page.ask("MentorsToChoose", search=search or None, after=None)
    edges = found["mentors"]["edges"]
    return page.show(
        "proposals/choose.html",
        proposal=kept,
        mentors=[each["node"] for each in edges],
        search=search,
        chosen=answers.text("mentor"),
        reason=answers.text("reason"),
        refusal=refusal,
    )


def _back_to(kept: Values) -> tuple[str, str]:
    return f"/proposals/{kept['id']}", "The proposal"
