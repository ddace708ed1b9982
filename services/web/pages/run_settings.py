"""What an agency's runs go by: shown, and changed within safe bounds once the effect was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.page import Page

LEAVE = ("/runs/settings", "Settings of the run")
WORDS = {
    "qualityFloor": ("Least fit proposed", "points of 100", "Below it, you decide one by one."),
    "monthsAheadMin": ("A mentor is ahead by", "months", "Beyond the family’s own stage."),
    "answerDays": ("Time to answer", "days", "For each side."),
    "waitingTierDays": ("Waits are told apart by", "days", "Closer waits count alike."),
    "supervisionIntervalDays": ("Supervision counts for", "days", "After the last one."),
}


async def settings(page: Page) -> Response:
    kept, versions = await _the_settings(page)
    return page.show(
        "runs/settings.html",
        settings=kept,
        rows=[{"what": title, "is": f"{kept[name]} {unit}"} for name, (title, unit, _) in _words()],
        history=_history(versions),
    )


async def change(page: Page) -> Response:
    kept, _ = await _the_settings(page)
    answers = Answers({name: [str(kept[name])] for name in WORDS})
    return show_question(page, _question(kept), answers, leave=LEAVE)


async def save(page: Page) -> Response:
    """First what the figures would change today; kept only when that has been seen."""
    kept, _ = await _the_settings(page)
    question = _question(kept)
    answers = typed_answers(page, question)
    given = {name: answers.number(name) for name in WORDS}
    fault = page.mended or question.fault(answers, page.today) or _out_of_bounds(kept, given)
    if fault is None and "seen" not in page.form:
        return await _foresee(page, kept, given)
    outcome = fault or await page.do("SetRunSettings", input=given)
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=LEAVE, refusal=outcome)
    return page.go("/runs/settings", f"Saved as version {outcome['version']}.")


async def _foresee(page: Page, kept: Values, given: Mapping[str, int | None]) -> Response:
    found = await page.ask("ForeseeRunSettings", input=dict(given))
    return page.show(
        "runs/settings_preview.html",
        changes=_changes(kept, given),
        given={name: str(figure) for name, figure in given.items()},
        foreseen=page.found(found["foreseeRunSettings"]),
    )


async def _the_settings(page: Page) -> tuple[Values, Sequence[Values]]:
    data = await page.ask("RunSettings")
    return page.found(data["runSettings"]), data["runSettingsVersions"]


def _question(kept: Values) -> Question:
    """The five figures, each with its safe range beside it."""
    bounds = {each["field"]: each for each in kept["bounds"]}
    return Question(
        name="figures",
        title="Change what a run goes by",
        send="See what changes",
        lead="You see what it would change before it counts. Earlier runs keep their version.",
        fields=tuple(
            Field(
                name=name,
                shape=Shape.NUMBER,
                label=title,
                hint=f"{_range(bounds[name])} {unit}. {hint}",
                missing=f"Give a whole number, {_range(bounds[name]).lower()}.",
            )
            for name, (title, unit, hint) in _words()
        ),
    )


def _out_of_bounds(kept: Values, given: Mapping[str, int | None]) -> Refusal | None:
    for bound in kept["bounds"]:
        figure = given[bound["field"]]
        if figure is None or not bound["least"] <= figure <= bound["most"]:
            words = f"Give a whole number, {_range(bound).lower()}."
            return Refusal("SETTING_OUT_OF_RANGE", words, bound["field"])
    return None


def _history(versions: Sequence[Values]) -> list[dict[str, Any]]:
    return [
        {
            "version": each["settings"]["version"],
            "at": each["setAt"],
            "by": each["setBy"] or "Somebody who has left",
            "changes": _changes(each["before"], each["settings"]),
            "words": each["words"],
        }
        for each in versions
    ]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"what": title, "before": before[name], "after": after[name], "unit": unit}
        for name, (title, unit, _) in _words()
        if before[name] != after[name]
    ]


def _range(bound: Values) -> str:
    return f"From {bound['least']} to {bound['most']}"


def _words() -> list[tuple[str, tuple[str, str, str]]]:
    return list(WORDS.items())
