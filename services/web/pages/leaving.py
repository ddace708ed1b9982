"""An adult leaves a household: asked on one page, foreseen on the next, and only then written."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.of_families import council_question
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.places import Place, place_of
from services.web.postcode import first_half

STAYS, GOES, BOTH = "stays", "goes", "both"
REASON_LETTERS_MAX = 500
CANNOT_BE = "It cannot be written down like this. Look at the place and the children again."
LAST = (
    Field(
        name="keepApart",
        shape=Shape.RADIOS,
        label="Must they be kept apart?",
        hint="For separation with risk, and domestic abuse. Safeguarding leads are told.",
        options=(
            ("yes", "Yes: nothing of one may reach the other"),
            ("no", "No: they parted without a risk that we know of"),
        ),
        missing="Say whether they must be kept apart.",
    ),
    Field(
        name="reason",
        shape=Shape.TEXT,
        label="Why?",
        hint="In a few words. Staff who keep the register read it, neither adult does.",
        missing="Say why in a few words. The reason is kept with the change.",
        longest=REASON_LETTERS_MAX,
    ),
)


async def ask(page: Page) -> Response:
    family, adult = await _the_two(page)
    kept = {"typedOutcode": [family["outcode"]], **{n: [STAYS] for n, _ in _children(family)}}
    question = _question(family, adult, Place())
    return show_question(page, question, Answers(kept), leave=_leave(family))


async def save(page: Page) -> Response:
    """First what each would see afterwards; written down only when that has been seen."""
    family, adult = await _the_two(page)
    place = await place_of(page, page.form.get("typedOutcode", ""))
    question = _question(family, adult, place)
    answers = Answers(question.raw(page.form))
    fault = page.mended or question.fault(answers, page.today) or _unknown(place)
    if fault is None and "seen" not in page.form:
        foreseen = await page.ask(
            "ForeseeLeaving", adult=adult["id"], input=_input(family, answers)
        )
        if foreseen["foreseeLeaving"] is not None:
            return _show(page, family, adult, answers, foreseen["foreseeLeaving"])
        fault = Refusal("NOT_FORESEEN", CANNOT_BE, None)
    outcome = fault or await page.do(
        "LeaveHousehold", adult=adult["id"], input=_input(family, answers)
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_leave(family), refusal=outcome)
    words = f"Written down. {adult['firstName']} has a record of their own, and signs in again."
    return page.go(f"/families/{family['id']}", words)


def _show(
    page: Page, family: Values, adult: Values, answers: Answers, foreseen: Values
) -> Response:
    """Who is in which record afterwards, as the register says."""
    return page.show(
        "families/leaving.html",
        family=family,
        adult=adult,
        apart=answers.text("keepApart") == "yes",
        stayer=foreseen["stays"],
        leaver=foreseen["leaves"],
        given={name: values[0] for name, values in answers.raw.items() if values},
    )


def _question(family: Values, adult: Values, place: Place) -> Question:
    name = adult["firstName"] or "They"
    council: tuple[Field, ...] = ()
    if len(place.councils) > 1:
        council = council_question(place.outcode, place.councils).fields
    return Question(
        name="leaving",
        title=f"{name} left the household",
        lead=(
            "They get a record of their own and keep their sign-in."
            " You see what that comes to before it counts."
            " Once it is written down it cannot be undone."
        ),
        heads=True,
        send="See what comes of it",
        fields=(
            Field(
                name="leftOn",
                shape=Shape.DATE,
                label="When did they leave?",
                missing="Give the day on which they left.",
                is_past=True,
            ),
            Field(
                name="typedOutcode",
                shape=Shape.TEXT,
                label=f"Where does {name} live now? First half of the postcode",
                hint="We keep the first half alone. Leave the old one if you do not know.",
                missing="Type the first half of the postcode, such as RG30.",
                reads=first_half,
            ),
            *council,
            *(_child_field(field, child, name) for field, child in _children(family)),
            *LAST,
        ),
    )


def _child_field(field: str, child: Values, name: str) -> Field:
    age = child["ageYears"]
    return Field(
        name=field,
        shape=Shape.RADIOS,
        label=f"Where does the child of {age} live?",
        options=(
            (STAYS, "Stays in this household"),
            (GOES, f"Goes with {name}"),
            (BOTH, "Lives with both"),
        ),
        missing=f"Say where the child of {age} lives.",
    )


def _children(family: Values) -> list[tuple[str, Values]]:
    """Each child, by the name of its field."""
    return [(f"child{place}", child) for place, child in enumerate(family["children"], start=1)]


def _input(family: Values, answers: Answers) -> Values:
    left_on = answers.day("leftOn")
    lives = [(child["id"], answers.text(name)) for name, child in _children(family)]
    return {
        "leftOn": left_on.isoformat() if left_on else None,
        "reason": answers.text("reason"),
        "typedOutcode": answers.text("typedOutcode"),
        "council": answers.text("council") or None,
        "keepApart": answers.text("keepApart") == "yes",
        "going": [child for child, where in lives if where == GOES],
        "both": [child for child, where in lives if where == BOTH],
    }


def _unknown(place: Place) -> Refusal | None:
    if place.outcode:
        return None
    words = "We do not know that place. Type the first half of the postcode, such as RG30."
    return Refusal("OUTCODE_UNKNOWN", words, "typedOutcode")


async def _the_two(page: Page) -> tuple[Values, Values]:
    """The household, and the adult of it who leaves; a missing page where nobody would stay."""
    family = page.found((await page.ask("Family", id=page.path["id"]))["family"])
    wanted = page.path["member"]
    adult = next((each for each in family["adults"] if each["id"] == wanted), None)
    return family, page.found(adult if len(family["adults"]) > 1 else None)


def _leave(family: Values) -> tuple[str, str]:
    return f"/families/{family['id']}", "The family"
