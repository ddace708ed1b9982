"""What an agency decides for itself: shown, foreseen, changed with a reason, and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.run_settings import WORDS as OF_RUNS
from services.web.wording import measured

HERE = "/agency-settings"
LEAVE = (HERE, "Settings")
SECTIONS = {
    "WAITING": ("Waiting", "Keeping our word to those who wait"),
    "WRITING": ("Writing to people", "When mail leaves, and from whom"),
    "ANSWERING": ("Who answers for a child", "When the three years after an order are over"),
    "ERASING": ("Erasing a family", "How long there is to think again"),
    "INVITING": ("Inviting", "How long a way in stays open"),
    "LENDING": ("Lending", "How many places other agencies have of your mentors"),
}
SHAPES = {"NUMBER": Shape.NUMBER, "CLOCK": Shape.TEXT, "LINE": Shape.TEXT}
NO_WHY = Refusal("REASON_MISSING", "Say why in a few words. It is kept with the version.", "why")


async def agency_settings(page: Page) -> Response:
    """Every setting by what it is about; a search leaves those that say the words."""
    kept, runs = await _kept(page)
    asked = search_of(page)
    wanted = asked.search.lower()
    rows = [_row(each) for each in kept["settings"]]
    pairing = _pairing(runs)
    sections = [
        {"title": title, "about": about, "href": f"{HERE}/{code.lower()}", "rows": found}
        for code, (title, about) in SECTIONS.items()
        if (found := _found(rows, code, wanted))
    ]
    if found := _found(pairing, "PAIRING", wanted):
        about = f"Version {runs['version']} of the run"
        pairs = {"title": "Pairing", "about": about, "href": "/runs/settings", "rows": found}
        sections.insert(0, pairs)
    return page.show(
        "agency_settings/settings.html", version=kept["version"], sections=sections, asked=asked
    )


async def change(page: Page) -> Response:
    kept, _ = await _kept(page)
    question = _question(page, kept)
    answers = Answers({each["name"]: [each["value"]] for each in _of_section(page, kept)})
    return show_question(page, question, answers, leave=LEAVE)


async def save(page: Page) -> Response:
    """First what would change today; kept only with a reason, once that has been seen."""
    kept, _ = await _kept(page)
    question = _question(page, kept)
    answers = typed_answers(page, question)
    values = {each.name: " ".join(answers.text(each.name).split()) for each in question.fields}
    given = {"settings": [{"name": name, "value": value} for name, value in values.items()]}
    fault = page.mended or question.fault(answers, page.today)
    foreseen = await _foreseen(page, given) if fault is None else []
    fault = fault or next((_no(each) for each in foreseen if each["fault"]), None)
    if fault is not None:
        return show_question(page, question, answers, leave=LEAVE, refusal=fault)
    if "seen" not in page.form:
        return _preview(page, kept["version"], foreseen, values)
    outcome = await _set(page, given)
    if isinstance(outcome, Refusal) and outcome.field in values:
        return show_question(page, question, answers, leave=LEAVE, refusal=outcome)
    if isinstance(outcome, Refusal):
        return _preview(page, kept["version"], foreseen, values, outcome)
    return page.go(HERE, f"Saved as version {outcome['version']}. It counts from now.")


async def versions(page: Page) -> Response:
    asked = search_of(page)
    variables = {"first": asked.variables["first"], "after": asked.after}
    found = (await page.ask("AgencySettingsVersions", **variables))["agencySettingsVersions"]
    return page.show("agency_settings/versions.html", versions=listed(found, asked))


async def restore(page: Page) -> Response:
    """What going back to an earlier version would change today."""
    kept, _ = await _kept(page)
    given = {"settings": [], "restores": _number(page, kept)}
    return _preview(page, kept["version"], await _foreseen(page, given), {})


async def go_back(page: Page) -> Response:
    kept, _ = await _kept(page)
    given = {"settings": [], "restores": _number(page, kept)}
    outcome = await _set(page, given)
    if isinstance(outcome, Refusal):
        return _preview(page, kept["version"], await _foreseen(page, given), {}, outcome)
    back = f"back to version {given['restores']}" if given["restores"] else "as all start"
    return page.go(HERE, f"Saved as version {outcome['version']}: {back}.")


async def _set(page: Page, given: Mapping[str, Any]) -> Refusal | Values:
    why, version = page.form.get("why", ""), page.form.get("version", "")
    if not why.strip():
        return NO_WHY
    if not version.isdecimal() or len(version) > 9:
        raise HTTPException(400)
    outcome: Refusal | Values = await page.do(
        "SetAgencySettings", input=given, version=int(version), why=why
    )
    return outcome


async def _foreseen(page: Page, given: Mapping[str, Any]) -> Sequence[Values]:
    found: Sequence[Values] | None = (await page.ask("ForeseeAgencySettings", input=given))[
        "foreseeAgencySettings"
    ]
    return page.found(found)


def _no(foreseen: Values) -> Refusal:
    return Refusal("SETTING_NOT_SAFE", foreseen["fault"], foreseen["change"]["name"])


def _preview(
    page: Page,
    version: int,
    foreseen: Sequence[Values],
    carried: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response:
    goes_back = "version" in page.path
    return page.show(
        "agency_settings/preview.html",
        foreseen=foreseen,
        faults=[each for each in foreseen if each["fault"]],
        carried={**carried, "version": str(version), "seen": "yes"},
        goes_back=goes_back,
        why=page.form.get("why", ""),
        leave=f"{HERE}/versions" if goes_back else f"{HERE}/{page.path['section']}",
        refusal=refusal,
    )


async def _kept(page: Page) -> tuple[Values, Values]:
    data = await page.ask("AgencySettings")
    return page.found(data["agencySettings"]), page.found(data["runSettings"])


def _number(page: Page, kept: Values) -> int:
    """The version in the address: an earlier one than the newest."""
    typed = page.path["version"]
    if not typed.isdecimal() or len(typed) > 9 or int(typed) >= kept["version"]:
        raise HTTPException(404)
    return int(typed)


def _of_section(page: Page, kept: Values) -> Sequence[Values]:
    code = page.path["section"].upper()
    if code not in SECTIONS:
        raise HTTPException(404)
    return [each for each in kept["settings"] if each["section"] == code]


def _question(page: Page, kept: Values) -> Question:
    title, _ = SECTIONS.get(page.path["section"].upper(), ("", ""))
    return Question(
        name="settings",
        title=title,
        lead="You see what it would change before it counts.",
        send="See what changes",
        heads=True,
        fields=tuple(
            Field(
                name=each["name"],
                shape=SHAPES[each["kind"]],
                label=each["title"],
                hint=f"{_range(each)} {each['words']}".strip(),
                missing="" if each["kind"] == "LINE" else _range(each),
            )
            for each in _of_section(page, kept)
        ),
    )


def _range(each: Values) -> str:
    if each["kind"] == "LINE":
        return f"Up to {each['most']} letters."
    if each["kind"] == "CLOCK":
        return f"A time from {each['least']} to {each['most']}, on the hour or the half."
    return f"From {each['least']} to {measured(each['most'], each['unit'])}."


def _row(each: Values) -> dict[str, Any]:
    value = each["value"]
    shown = measured(value, each["unit"])
    return {
        "section": each["section"],
        "what": each["title"],
        "is": shown or "The name of this site",
        "words": each["words"],
        "range": _range(each),
        "own": value != each["byDefault"],
    }


def _pairing(runs: Values) -> list[dict[str, Any]]:
    return [
        {
            "section": "PAIRING",
            "what": title,
            "is": measured(runs[name], unit),
            "words": words,
            "range": "",
            "own": False,
        }
        for name, (title, unit, words) in OF_RUNS.items()
    ]


def _found(rows: Sequence[Mapping[str, Any]], code: str, wanted: str) -> list[Mapping[str, Any]]:
    return [
        each
        for each in rows
        if each["section"] == code and wanted in f"{each['what']} {each['words']}".lower()
    ]
