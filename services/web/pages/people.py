"""People of an agency, for its admin: who may do what, roles given and ended, and what they did."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.labels import ROLE, label
from services.web.listing import listed, search_of
from services.web.page import Page

NOT_GIVEN_HERE = {"ADOPTER", "MENTOR", "SYSTEM_OPERATOR", "SYSTEM", "NOBODY"}
GIVEN_HERE = {code: words for code, words in ROLE.items() if code not in NOT_GIVEN_HERE}


async def people(page: Page) -> Response:
    asked = search_of(page, role=frozenset(ROLE))
    data = await page.ask("People", **asked.variables)
    return page.show("people/people.html", people=listed(data["people"], asked), roles=ROLE)


async def person(page: Page) -> Response:
    return _show(page, await _the_person(page))


async def give_role(page: Page) -> Response:
    kept = await _the_person(page)
    role = page.form.get("role", "")
    if role not in GIVEN_HERE:
        return _show(page, kept, Refusal("MISSING", "Choose the role to give.", "role"))
    outcome = await page.do("GiveRole", account=kept["accountId"], role=role)
    if isinstance(outcome, Refusal):
        return _show(page, kept, outcome)
    return page.go(_address(kept), f"Given: {GIVEN_HERE[role].lower()}. It counts from now.")


async def ending(page: Page) -> Response:
    kept = await _the_person(page)
    return show_question(page, _question(page, kept), Answers({}), leave=_back_to(kept))


async def end_role(page: Page) -> Response:
    """One role ended, with its reason; who is signed in with it is signed out."""
    kept = await _the_person(page)
    question = _question(page, kept)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(
        "EndRole", id=page.path["role"], reason=answers.text("reason")
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(_address(kept), "Ended. Where they were signed in with it, they are signed out.")


async def _the_person(page: Page) -> Values:
    kept: Values = page.found((await page.ask("Person", account=page.path["id"]))["person"])
    return kept


def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    held = {each["role"] for each in kept["roles"]}
    return page.show(
        "people/person.html",
        person=kept,
        to_give=[(code, words) for code, words in GIVEN_HERE.items() if code not in held],
        refusal=refusal,
    )


def _question(page: Page, kept: Values) -> Question:
    wanted = page.path["role"]
    held = next((each for each in kept["roles"] if each["id"] == wanted), None)
    role = label(page.found(held)["role"], "role").lower()
    return Question(
        name="reason",
        title=f"End a role of {_name(kept)}",
        lead=f"They will be {role} no more, from now. What they did stays on record.",
        heads=True,
        send="End this role",
        fields=(
            Field(
                name="reason",
                shape=Shape.TEXT,
                label="Why?",
                hint="In a few words. It is kept in the audit.",
                missing="Say why in a few words. The reason is kept with the change.",
            ),
        ),
    )


def _name(kept: Values) -> str:
    return kept["name"] or "somebody whose name was erased"


def _address(kept: Values) -> str:
    return f"/people/{kept['accountId']}"


def _back_to(kept: Values) -> tuple[str, str]:
    return _address(kept), kept["name"] or "Name erased"
