"""How much each thing counts, programme by programme: four words, seen before they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.labels import label
from services.web.page import Page
from services.web.pages.improving import sorted_moves

WORDS = (("MANDATORY", "Mandatory"), ("HIGH", "High"), ("MEDIUM", "Medium"), ("LOW", "Low"))
ABOUT = {
    "MENTOR": "One to one, from assessment on, and across every later stage.",
    "BUDDY": "The light one: no goals, and an end on a set day.",
    "PARENT_CONSULTANT": "A first talk, then a unit of six telephone sessions.",
}
INCOMPLETE = "Choose one of the four words for each line."


async def weights(page: Page) -> Response:
    found = (await page.ask("Weights"))["weights"]
    return page.show("runs/weights.html", programmes=[_shown(each) for each in found])


async def change(page: Page) -> Response:
    return _form(page, await _programme(page))


async def save(page: Page) -> Response:
    """First whose answer the words would change today; kept only when that has been seen."""
    kept = await _programme(page)
    typed = {each["rule"]: page.form.get(each["rule"], "") for each in kept["criteria"]}
    if any(word not in dict(WORDS) for word in typed.values()):
        first = next(rule for rule, word in typed.items() if word not in dict(WORDS))
        return _form(page, kept, typed, Refusal("MISSING", INCOMPLETE, first))
    words = [{"rule": rule, "word": word} for rule, word in typed.items()]
    if "seen" not in page.form:
        return await _foresee(page, kept, typed, words)
    outcome = await page.do("SetWeights", programme=kept["programme"], words=words)
    if isinstance(outcome, Refusal):
        return _form(page, kept, typed, outcome)
    said = f"Saved as version {outcome['version']}. The next run goes by it."
    return page.go("/runs/weights", said)


async def _programme(page: Page) -> Values:
    wanted = page.path["programme"].upper()
    found = (await page.ask("Weights"))["weights"]
    kept: Values = page.found(next((one for one in found if one["programme"] == wanted), None))
    return kept


def _form(
    page: Page,
    kept: Values,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    chosen = typed or {each["rule"]: each["word"] for each in kept["criteria"]}
    return page.show(
        "runs/weights_change.html",
        kept=_shown(kept),
        words=list(WORDS),
        chosen=chosen,
        refusal=refusal,
    )


async def _foresee(
    page: Page, kept: Values, typed: Mapping[str, str], words: list[dict[str, str]]
) -> Response:
    found = page.found(
        (await page.ask("ForeseeWeights", programme=kept["programme"], words=words))[
            "foreseeWeights"
        ]
    )
    before = {each["rule"]: each for each in kept["criteria"]}
    changes = [
        {**each, "was": before[each["rule"]]}
        for each in found["points"]
        if (each["word"], each["points"])
        != (before[each["rule"]]["word"], before[each["rule"]]["points"])
    ]
    what_if = found["whatIf"]
    return page.show(
        "runs/weights_preview.html",
        kept=_shown(kept),
        changes=changes,
        against=found["against"],
        found=what_if,
        sorted_moves=sorted_moves(what_if["moves"]),
        given=dict(typed),
    )


def _shown(kept: Values) -> dict[str, Any]:
    return {
        **kept,
        "name": label(kept["programme"], "programme"),
        "about": ABOUT[kept["programme"]],
        "path": f"/runs/weights/{kept['programme'].lower()}",
        "is_mandatory": sum(each["word"] == "MANDATORY" for each in kept["criteria"]),
    }
