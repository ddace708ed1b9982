"""What an agency's runs go by: shown, and changed within safe bounds as a new version."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.question import Field, Question, Shape
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.page import Page

LEAVE = ("/runs/settings", "Settings of the run")


def _figure(name: str, label: str, hint: str) -> Field:
    return Field(
        name=name, shape=Shape.NUMBER, label=label, hint=hint, missing="Give a whole number."
    )


FIGURES = Question(
    name="figures",
    title="Change what a run goes by",
    lead="The next run uses the new figures. Earlier runs keep the version that they used.",
    fields=(
        _figure("qualityFloor", "Least fit proposed", "Of 100. Below it, you decide one by one."),
        _figure("monthsAheadMin", "A mentor is ahead by", "Months beyond the family’s own stage."),
        _figure("answerDays", "Time to answer", "Days, for each side."),
        _figure("waitingTierDays", "Waits are told apart by", "Days; closer waits count alike."),
        _figure("supervisionIntervalDays", "Supervision counts for", "Days after the last one."),
    ),
)


async def settings(page: Page) -> Response:
    return page.show("runs/settings.html", settings=await _the_settings(page))


async def change(page: Page) -> Response:
    kept = await _the_settings(page)
    answers = Answers({each.name: [str(kept[each.name])] for each in FIGURES.fields})
    return show_question(page, FIGURES, answers, leave=LEAVE)


async def save(page: Page) -> Response:
    answers = typed_answers(page, FIGURES)
    given = {each.name: answers.number(each.name) for each in FIGURES.fields}
    outcome = FIGURES.fault(answers) or await page.do("SetRunSettings", input=given)
    if isinstance(outcome, Refusal):
        return show_question(page, FIGURES, answers, leave=LEAVE, refusal=outcome)
    return page.go("/runs/settings", f"Saved as version {outcome['version']}.")


async def _the_settings(page: Page) -> Values:
    found: Values = page.found((await page.ask("RunSettings"))["runSettings"])
    return found
