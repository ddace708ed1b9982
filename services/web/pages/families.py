"""The register's families: the list, one family, and the corrections of it."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.of_families import CORRECTIONS, council_question
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.labels import STAGE, label
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.places import place_of
from services.web.postcode import first_half

STAGES = frozenset(STAGE)


async def families(page: Page) -> Response:
    asked = search_of(page, stage=STAGES)
    data = await page.ask("Families", **asked.variables)
    return page.show("families/families.html", families=listed(data["families"], asked))


async def family(page: Page) -> Response:
    return page.show("families/family.html", family=await _the_family(page))


async def correct(page: Page) -> Response:
    """One thing of a family, asked again with what is kept."""
    kept, question = await _the_family(page), _correction(page)
    answers = Answers({**_kept_answers(kept)})
    return show_question(page, question, answers, leave=_back_to(kept))


async def save_correction(page: Page) -> Response:
    kept, question = await _the_family(page), _correction(page)
    answers = typed_answers(page, question)
    if question.asks("typedOutcode"):
        return await _save_place(page, kept, question)
    if fault := question.fault(answers, page.today):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=fault)
    return await _save(page, kept, question, answers)


async def _save_place(page: Page, kept: Values, question: Question) -> Response:
    """A place needs its council too where a district lies in several."""
    raw = {name: page.form.getlist(name) for name in ("typedOutcode", "council")}
    answers = Answers(raw).with_text("typedOutcode", first_half(page.form.get("typedOutcode", "")))
    place = await place_of(page, answers.text("typedOutcode"))
    codes = [code for code, _ in place.councils]
    if place.outcode and len(codes) > 1 and answers.text("council") not in codes:
        (field,) = question.fields
        which = council_question(place.outcode, place.councils).fields
        both = Question(name="place", title=question.title, fields=(field, *which))
        asked_before = "council" in page.form
        fault = page.mended or (both.fault(answers, page.today) if asked_before else None)
        return show_question(page, both, answers, leave=_back_to(kept), refusal=fault)
    return await _save(page, kept, question, answers)


async def _save(page: Page, kept: Values, question: Question, answers: Answers) -> Response:
    merged = Answers({**_kept_answers(kept), **answers.raw})
    outcome = await page.do("CorrectFamily", family=kept["id"], input=family_input(merged, kept))
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(f"/families/{kept['id']}", "Saved. The change is in the audit.")


def family_input(answers: Answers, kept: Values | None = None) -> Values:
    """The parts of a family that are corrected or added as one, as the graph takes them."""
    return {
        "typedOutcode": answers.text("typedOutcode"),
        "council": answers.text("council") or None,
        "forms": answers.many("forms"),
        "languages": answers.many("languages"),
        "accessNeeds": answers.many("accessNeeds"),
        "slots": [slot.lower() for slot in answers.many("slots")],
        "protected": bool(kept and kept["protected"]),
    }


async def stage(page: Page) -> Response:
    """Where the family may go from here, as far as this reader may move it."""
    kept = await _the_family(page)
    return show_question(page, _stage_question(kept), Answers({}), leave=_back_to(kept))


async def move_stage(page: Page) -> Response:
    kept = await _the_family(page)
    question = _stage_question(kept)
    answers = typed_answers(page, question)
    outcome = question.fault(answers, page.today) or await page.do(
        "MoveStage",
        family=kept["id"],
        to=answers.text("to"),
        on=_day(answers.day("on")),
        reason=answers.text("reason") or None,
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    words = label(outcome["stage"], "stage")
    return page.go(f"/families/{kept['id']}", f"The stage is now “{words}”.")


def _stage_question(kept: Values) -> Question:
    moves = tuple((code, label(code, "stage")) for code in kept["stageMoves"])
    if not moves:
        raise HTTPException(404)
    now = label(kept["stage"], "stage")
    return Question(
        name="stage",
        title="Move to another stage",
        lead=f"{kept['displayName']}: now “{now}”.",
        fields=(
            Field(
                name="to",
                shape=Shape.RADIOS,
                label="Where are they now?",
                options=moves,
                missing="Choose where they are now.",
            ),
            Field(
                name="on",
                shape=Shape.DATE,
                label="Since which day?",
                hint="For example, 14 6 2026. Days to come are not taken.",
                missing="Give the day on which this stage began.",
            ),
            Field(
                name="reason",
                shape=Shape.TEXT,
                label="Reason, if this puts a stage back",
                hint="Kept with the change.",
            ),
        ),
    )


async def _the_family(page: Page) -> Values:
    data = await page.ask("Family", id=page.path["id"])
    kept: Values = page.found(data["family"])
    return kept


def _correction(page: Page) -> Question:
    return Page.found(CORRECTIONS.get(page.path["what"]))


def _kept_answers(kept: Values) -> dict[str, list[str]]:
    return {
        "typedOutcode": [kept["outcode"]],
        "council": [kept["council"]["code"]],
        "forms": kept["forms"],
        "languages": kept["languages"],
        "accessNeeds": kept["accessNeeds"],
        "slots": [slot.upper() for slot in kept["slots"]],
    }


def _back_to(kept: Values) -> tuple[str, str]:
    return f"/families/{kept['id']}", kept["displayName"]


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
