"""Mentors lent between agencies: the agreements, what went each way, and each loan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page

HERE = "/lending"
LEAVE = (HERE, "Lending")
WHY = Field(
    name="reason",
    shape=Shape.TEXT,
    label="Why?",
    hint="In a few words. Both agencies read it in their audit.",
    missing="Say why in a few words. The reason is kept with the change.",
)
MOVES = {
    "agree": ("AGREE", "Agreed. It counts from its first day."),
    "take-back": ("TAKE_BACK", "Taken back. Nothing came of it."),
    "turn-down": ("TURN_DOWN", "Turned down. The other agency sees why in its audit."),
    "notice": ("GIVE_NOTICE", "Notice is given. What was lent stays lent."),
}
QUESTIONS = {
    "turn-down": (
        "Turn this agreement down",
        "The other agency sees that you have, and why.",
        "Turn it down",
    ),
    "notice": (
        "Give notice",
        "It ends after the notice that was agreed. Until then it counts as before, and families "
        "who have a mentor by it keep them.",
        "Give notice",
    ),
}
ENDS = (
    ("PLANNED", "As planned", "The place of this year stays used."),
    ("GOALS_MET", "What they wanted is reached", ""),
    ("MENTEE_LEFT", "The family no longer wants it", ""),
    ("MOVED_AREA", "They have moved away", ""),
    ("LOST_CONTACT", "They have lost contact", ""),
    ("NOT_A_FIT", "They did not suit each other", "The place of this year is given back."),
    ("MENTOR_LEFT", "The mentor has to stop", "The place of this year is given back."),
)
GIVE_BACK = Question(
    name="give_back",
    title="Give the mentor back",
    lead="The mentoring ends. Ring both sides first; neither is written to.",
    heads=True,
    send="Give the mentor back",
    fields=(
        Field(
            name="because",
            shape=Shape.RADIOS,
            label="How did it end?",
            options=ENDS,
            missing="Choose how it ended.",
        ),
        Field(
            name="waits_on",
            shape=Shape.RADIOS,
            label="What happens with the family’s asking?",
            options=(
                ("yes", "They wait on for a mentor", "With the first day of asking kept."),
                ("no", "They need no mentor now", "Their request is closed."),
            ),
            missing="Choose what happens with their asking.",
        ),
        WHY,
    ),
)


async def lending(page: Page) -> Response:
    """The agreements of the agency, and what went each way this year."""
    asked = search_of(page)
    variables = {"first": asked.variables["first"], "after": asked.after}
    data = await page.ask("Lending", **variables)
    own = page.reader.agency
    found = listed(data["lendingAgreements"], asked)
    balances = [_balance(each) for each in data["lendingBalances"]]
    return page.show(
        "lending/lending.html",
        agreements=found,
        rows=[_row(each, own) for each in found.nodes],
        most=max((each["standing"]["places"] for each in found.nodes), default=0) or 1,
        balances=balances,
        widest=max((max(each["lent"], each["borrowed"]) for each in balances), default=0) or 1,
    )


async def agreement(page: Page) -> Response:
    return _show(page, await _the_agreement(page))


async def propose(page: Page) -> Response:
    start = Answers({"share": ["1"], "noticeDays": ["28"]})
    return show_question(page, await _terms(page), start, leave=LEAVE)


async def save_proposal(page: Page) -> Response:
    question = await _terms(page)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(
        "ProposeLending", input=_given(answers)
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=LEAVE, refusal=outcome)
    return page.go(f"{HERE}/{outcome['id']}", "Proposed. It counts once they have agreed.")


async def ask_why(page: Page) -> Response:
    """A move that is not made without a reason."""
    kept = await _the_agreement(page)
    return show_question(page, _why(page), Answers({}), leave=_back_to(kept))


async def move(page: Page) -> Response:
    kept = await _the_agreement(page)
    code, said = page.found(MOVES.get(page.path["move"]))
    if page.path["move"] not in QUESTIONS:
        outcome = await page.do("MoveLending", id=kept["id"], move=code, reason=None)
        if isinstance(outcome, Refusal):
            return _show(page, kept, outcome)
        return page.go(f"{HERE}/{kept['id']}", said)
    question = _why(page)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(
        "MoveLending", id=kept["id"], move=code, reason=answers.text("reason")
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(f"{HERE}/{kept['id']}", said)


async def ask_give_back(page: Page) -> Response:
    kept = await _the_loan(page)
    return show_question(page, GIVE_BACK, Answers({}), leave=_back_to(kept))


async def give_back(page: Page) -> Response:
    kept = await _the_loan(page)
    answers = typed_answers(page, GIVE_BACK)
    outcome = GIVE_BACK.fault(answers, page.today) or await page.do(
        "GiveBackMentor",
        loan=page.path["loan"],
        because=answers.text("because"),
        waitsOn=answers.text("waits_on") == "yes",
        reason=answers.text("reason"),
    )
    if isinstance(outcome, Refusal):
        return show_question(page, GIVE_BACK, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(f"{HERE}/{kept['id']}", "Given back. The family has been left as you said.")


async def _the_agreement(page: Page) -> Values:
    data = await page.ask("LendingAgreement", id=page.path["id"])
    kept: Values = page.found(data["lendingAgreement"])
    return kept


async def _the_loan(page: Page) -> Values:
    """The agreement, if the loan in the address is one of it that may be given back."""
    kept = await _the_agreement(page)
    wanted = page.path["loan"]
    page.found(
        next((each for each in kept["loans"] if each["id"] == wanted and each["mayGiveBack"]), None)
    )
    return kept


def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    return page.show(
        "lending/agreement.html",
        agreement=_row(kept, page.reader.agency),
        loans=kept["loans"],
        refusal=refusal,
    )


def _row(kept: Values, own: str | None) -> dict[str, Any]:
    lends = kept["lender"]["code"] == own
    return {
        **kept,
        "title": f"{kept['lender']['name']} lends to {kept['borrower']['name']}",
        "lends": lends,
        "partner": kept["borrower" if lends else "lender"]["name"],
        "ours": kept["proposedBy"] == own,
        "href": f"{HERE}/{kept['id']}",
    }


def _balance(each: Values) -> dict[str, Any]:
    more = each["lent"] - each["borrowed"]
    said = "as many each way"
    if more:
        said = f"{abs(more)} more {'lent' if more > 0 else 'borrowed'}"
    return {**each, "said": said}


async def _terms(page: Page) -> Question:
    own = page.reader.agency
    agencies = (await page.ask("LendingPartners"))["agencies"]
    partners = tuple((each["code"], each["name"]) for each in agencies if each["code"] != own)
    figures = (
        ("placesAYear", "Places a year, at most", 50, "A place is one family with one mentor."),
        ("share", "Share", 20, "In parts. An agency that lends to several deals out by it."),
        ("noticeDays", "Days of notice", 180, "How long it goes on once one of you ends it."),
    )
    return Question(
        name="terms",
        title="Propose an agreement to lend mentors",
        lead="Only families who chose other agencies too are matched by it. It counts once the "
        "other agency’s admin has agreed.",
        heads=True,
        send="Propose it",
        fields=(
            Field(
                name="partner",
                shape=Shape.SELECT,
                label="With which agency?",
                options=(("", "Choose one"), *partners),
                missing="Choose the agency.",
            ),
            Field(
                name="weLend",
                shape=Shape.RADIOS,
                label="Who lends?",
                options=(
                    ("no", "They lend mentors to us", ""),
                    ("yes", "We lend mentors to them", ""),
                ),
                missing="Choose who lends.",
            ),
            *(
                Field(
                    name=name,
                    shape=Shape.NUMBER,
                    label=title,
                    hint=hint,
                    least=7 if name == "noticeDays" else 1,
                    most=most,
                    missing=f"Give a number from {7 if name == 'noticeDays' else 1} to {most}.",
                )
                for name, title, most, hint in figures
            ),
            _day("fromOn", "First day", "Today or later."),
            _day("untilOn", "Last day", "Three years on at most."),
        ),
    )


def _day(name: str, title: str, hint: str) -> Field:
    missing = "Give a day, a month and a year, such as 1 4 2027."
    return Field(name=name, shape=Shape.DATE, label=title, hint=hint, missing=missing)


def _given(answers: Answers) -> Mapping[str, Any]:
    return {
        "partner": answers.text("partner"),
        "weLend": answers.text("weLend") == "yes",
        **{name: answers.number(name) for name in ("placesAYear", "share", "noticeDays")},
        **{name: str(answers.day(name)) for name in ("fromOn", "untilOn")},
    }


def _why(page: Page) -> Question:
    title, lead, send = page.found(QUESTIONS.get(page.path["move"]))
    return Question(name="reason", title=title, lead=lead, heads=True, send=send, fields=(WHY,))


def _back_to(kept: Values) -> tuple[str, str]:
    return f"{HERE}/{kept['id']}", "The agreement"
