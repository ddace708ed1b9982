"""How an agency gives places away: shown, foreseen, changed with a reason, every version kept."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.gateway import Refusal, Values
from services.web.page import Page

HERE = "/place-settings"
WORDS = {
    "farHours": ("Time to answer, more than 14 days ahead", "hours", "From 24 to 168."),
    "nearHours": ("Time to answer, 14 to 4 days ahead", "hours", "From 8 to 72."),
    "closeHours": ("Time to answer, 4 days to a day ahead", "hours", "From 2 to 12, by day only."),
    "cutOffMinutes": ("No offers in the last", "minutes", "From 15 to 1,440."),
    "restHours": ("Rest after an offer that nobody answered", "hours", "From 0 to 168."),
    "remindDays": ("Remind families before a date", "days", "From 1 to 14; 0 where nobody is."),
    "remindHour": ("Hour of that day for the reminder", "o’clock", "From 8 to 20."),
    "askDays": ("Ask whether they still come, before the date", "days", "From 3 to 30."),
    "askAgainDays": ("Ask again whoever has not answered", "days", "From 2 to 29."),
    "passOnDays": ("Pass on the place of who stays silent", "days", "From 1 to 28."),
    "addressDays": (
        "Show families with a place the address, before the date",
        "days",
        "From 2 to 60.",
    ),
    "releaseDays": (
        "Promised places are free for all, before the first date",
        "days",
        "From 1 to 90, where no day is said.",
    ),
}
SWITCHES = {
    "jumpsByTwo": "To offer a place out of turn, it takes",
    "extraByTwo": "To add places over what an event aims at, it takes",
}
TAKES = {"no": "a reason", "yes": "a reason and a second person"}
NOT_A_NUMBER = "Give a whole number."
NO_WHY = Refusal("REASON_NEEDED", "Say why, in a few words. It is kept with the version.", "why")


async def settings(page: Page) -> Response:
    data = await _kept(page)
    return page.show("hosting/place_settings.html", **data)


async def change(page: Page) -> Response:
    data = await _kept(page)
    now = data["now"]
    typed = {name: str(now[name]) for name in WORDS}
    return _form(page, now, typed | {name: _said(now[name]) for name in SWITCHES})


async def save(page: Page) -> Response:
    """First what would change; kept only with a reason, once that has been seen."""
    data = await _kept(page)
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    typed = {name: answers.text(name) for name in WORDS}
    for name in SWITCHES:
        said = answers.text(name)
        typed[name] = said if said in TAKES else _said(data["now"][name])
    numbers = {name: answers.number(name) for name in WORDS}
    lacking = next((name for name, number in numbers.items() if number is None), None)
    if lacking is not None:
        return _form(page, data["now"], typed, Refusal("NOT_A_NUMBER", NOT_A_NUMBER, lacking))
    if "seen" not in page.form:
        return _preview(page, data["now"], typed)
    version = page.form.get("number", "")
    if not version.isdecimal() or len(version) > 9:
        raise HTTPException(400)
    why = page.form.get("why", "")
    if not why.strip():
        return _preview(page, data["now"], typed, NO_WHY)
    switches = {name: typed[name] == "yes" for name in SWITCHES}
    given = {**numbers, **switches, "number": int(version)}
    outcome = await page.do("SetPlaceSettings", input=given, why=why)
    if isinstance(outcome, Refusal):
        if outcome.field in WORDS:
            return _form(page, data["now"], typed, outcome)
        return _preview(page, data["now"], typed, outcome)
    return page.go(HERE, f"Saved as version {outcome['number']}. It counts for offers from now on.")


async def _kept(page: Page) -> dict[str, Any]:
    data = await page.ask("PlaceSettings")
    now: Values = page.found(data["placeSettings"])
    return {
        "now": now,
        "versions": data["placeSettingsVersions"],
        "words": WORDS,
        "switches": [(what, TAKES[_said(now[name])]) for name, what in SWITCHES.items()],
    }


def _said(is_on: bool) -> str:
    return "yes" if is_on else "no"


def _form(
    page: Page, now: Values, typed: dict[str, str], refusal: Refusal | None = None
) -> Response:
    return page.show(
        "hosting/place_settings_change.html",
        now=now,
        kept=typed,
        words=WORDS,
        switches=SWITCHES,
        takes=list(TAKES.items()),
        refusal=refusal,
    )


def _preview(
    page: Page, now: Values, typed: dict[str, str], refusal: Refusal | None = None
) -> Response:
    changes = [
        {"what": what, "before": f"{now[name]} {unit}", "after": f"{int(typed[name])} {unit}"}
        for name, (what, unit, _) in WORDS.items()
        if int(typed[name]) != now[name]
    ]
    changes += [
        {"what": what, "before": TAKES[_said(now[name])], "after": TAKES[typed[name]]}
        for name, what in SWITCHES.items()
        if typed[name] != _said(now[name])
    ]
    return page.show(
        "hosting/place_settings_preview.html",
        changes=changes,
        carried={**typed, "number": str(now["number"]), "seen": "yes"},
        why=page.form.get("why", ""),
        refusal=refusal,
    )
