"""Adults and children of a family: adding and correcting them; what each adult has agreed to."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.of_families import ABROAD, ADULT, child_question
from services.web.asking.question import Question
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.labels import PURPOSE, label
from services.web.page import Page


async def add_adult(page: Page) -> Response:
    return show_question(page, ADULT, Answers({}), leave=_leave(page))


async def save_new_adult(page: Page) -> Response:
    answers = typed_answers(page, ADULT)
    change = {"family": page.path["id"], "input": _adult_input(answers)}
    return await _save(page, ADULT, "AddAdult", change)


async def correct_adult(page: Page) -> Response:
    kept = await _member(page, "adults")
    answers = Answers({"firstName": [kept["firstName"]], "lastName": [kept["lastName"]]})
    return show_question(page, ADULT, answers, leave=_leave(page))


async def save_adult(page: Page) -> Response:
    kept = await _member(page, "adults")
    answers = typed_answers(page, ADULT)
    change = {"adult": kept["id"], "input": _adult_input(answers)}
    return await _save(page, ADULT, "CorrectAdult", change)


async def add_child(page: Page) -> Response:
    return show_question(page, await _child_question(page), Answers({}), leave=_leave(page))


async def save_new_child(page: Page) -> Response:
    question = await _child_question(page)
    change = {"family": page.path["id"], "input": _child_input(typed_answers(page, question))}
    return await _save(page, question, "AddChild", change)


async def correct_child(page: Page) -> Response:
    kept = await _member(page, "children")
    placing = kept["placingCouncil"]
    placed_by = ABROAD if kept["overseas"] else placing["code"] if placing else ""
    raw: dict[str, list[str]] = {"placedBy": [placed_by]}
    for name in ("birthMonth", "placedOn", "orderOn"):
        raw |= Answers.dated(name, kept[name])
    return show_question(page, await _child_question(page), Answers(raw), leave=_leave(page))


async def save_child(page: Page) -> Response:
    kept, question = await _member(page, "children"), await _child_question(page)
    change = {"child": kept["id"], "input": _child_input(typed_answers(page, question))}
    return await _save(page, question, "CorrectChild", change)


async def _child_question(page: Page) -> Question:
    """With every council of England, by name."""
    agencies = (await page.ask("Councils"))["agencies"]
    councils = {each["code"]: each["name"] for one in agencies for each in one["councils"]}
    return child_question(tuple(sorted(councils.items(), key=lambda each: each[1])))


async def change_consent(page: Page) -> Response:
    """Record that an adult agreed to one purpose, or took that back."""
    kept = await _member(page, "adults")
    purpose = page.form.get("purpose", "")
    if purpose not in PURPOSE:
        return page.go(_family(page), "Choose what was agreed to.", kind="straw")
    gives = page.form.get("give") == "yes"
    operation = "GiveConsent" if gives else "WithdrawConsent"
    outcome = await page.do(operation, adult=kept["id"], purpose=purpose)
    if isinstance(outcome, Refusal):
        return page.go(_family(page), outcome.message, kind="straw")
    words = label(purpose, "purpose").lower()
    said = f"agreed to {words}" if gives else f"took back their agreement to {words}"
    return page.go(_family(page), f"Written down: {kept['firstName']} {said}.")


async def _save(page: Page, question: Question, operation: str, change: Values) -> Response:
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(operation, **change)
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_leave(page), refusal=outcome)
    return page.go(_family(page), "Saved. The change is in the audit.")


async def _member(page: Page, which: str) -> Values:
    """The adult or child that the address names; the page for missing ones when not theirs."""
    family = page.found((await page.ask("Family", id=page.path["id"]))["family"])
    wanted = page.path["member"]
    member: Values | None = next((each for each in family[which] if each["id"] == wanted), None)
    return page.found(member)


async def adult_of(page: Page) -> tuple[Values, Values]:
    """The family and its adult that an address asks about (`?family=…&adult=…`)."""
    wanted = page.found(page.query.get("family"))
    family: Values = page.found((await page.ask("Family", id=wanted))["family"])
    adult = page.query.get("adult")
    person = next((each for each in family["adults"] if each["id"] == adult), None)
    return family, page.found(person)


def _adult_input(answers: Answers) -> Values:
    return {name: answers.text(name) for name in ("firstName", "lastName")}


def _child_input(answers: Answers) -> Values:
    days = {name: answers.day(name) for name in ("birthMonth", "placedOn", "orderOn")}
    told = {name: on.isoformat() if on else None for name, on in days.items()}
    placed_by = answers.text("placedBy")
    council = placed_by if placed_by != ABROAD else ""
    return told | {"placingCouncil": council or None, "overseas": placed_by == ABROAD}


def _family(page: Page) -> str:
    return f"/families/{page.path['id']}"


def _leave(page: Page) -> tuple[str, str]:
    return _family(page), "The family"
