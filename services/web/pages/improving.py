"""Better than what is suggested: swaps to take one by one, and trying things out on a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.postcode import first_half
from services.web.wording import counted, sentence

GONE = "Something has changed since this was listed. Here is what would be better now."
FIGURES = {
    "qualityFloor": ("Least fit proposed", "points of 100"),
    "monthsAheadMin": ("A mentor is ahead by", "months"),
    "waitingTierDays": ("Waits are told apart by", "days"),
}
NOTHING = "Change at least one thing: one more mentor, more room, or a figure."
WHEN = "Choose at least one time of the week."
AT_FIELD = {"outcode": "typedOutcode", "points": "points", "mentor": "mentor"} | {
    name: name for name in FIGURES
}
"""Where the form asks for what the graph refuses, by the graph's name."""
LISTED_MAX = 40
ROOM = "Give from 1 to 12 points."


async def improve(page: Page) -> Response:
    return await _list(page)


async def take(page: Page) -> Response:
    """One swap, and nothing else."""
    outcome = await page.do("AcceptSwap", id=page.path["id"])
    if isinstance(outcome, Refusal):
        gone = outcome.code == "NOT_FOUND"
        return await _list(page, Refusal("GONE", GONE, None) if gone else outcome)
    return page.go(
        "/runs/improve", "Taken. The new proposals are on the desk, to be read and sent."
    )


async def _list(page: Page, refusal: Refusal | None = None) -> Response:
    found = page.found((await page.ask("Improvements"))["improvements"])
    swaps = [{**each, "says": _says(each)} for each in found["swaps"]]
    return page.show("runs/improve.html", found=found, swaps=swaps, refusal=refusal)


def _says(swap: Values) -> str:
    """What it comes to, such as "One more person matched, 4 points more"."""
    said = []
    if swap["people"]:
        said.append(counted(swap["people"], "more person matched", "more people matched"))
    if swap["points"]:
        more = "more" if swap["points"] > 0 else "fewer"
        said.append(
            f"{abs(swap['points'])} {'points' if abs(swap['points']) != 1 else 'point'} {more}"
        )
    return sentence(", ".join(said))


async def what_if(page: Page) -> Response:
    return await _form(page, Answers({}))


async def try_it(page: Page) -> Response:
    """Work it out on a copy and show who it would be. Nothing is kept."""
    typed = {name: page.form.getlist(name) for name in page.form}
    typed["typedOutcode"] = [first_half(page.form.get("typedOutcode", ""))]
    answers = Answers(typed)
    asked, fault = _asked(answers)
    if fault is not None:
        return await _form(page, answers, refusal=fault)
    found = page.found((await page.ask("WhatIf", input=asked))["whatIf"])
    cannot = found["cannot"]
    if cannot and cannot["field"] in AT_FIELD:
        fault = Refusal(cannot["code"], cannot["message"], AT_FIELD[cannot["field"]])
        return await _form(page, answers, refusal=fault)
    return await _form(page, answers, found=found, tried=True)


async def _form(
    page: Page,
    answers: Answers,
    *,
    refusal: Refusal | None = None,
    found: Values | None = None,
    tried: bool = False,
) -> Response:
    cannot = found["cannot"] if found else None
    kept = await page.ask("WhatIfForm")
    settings = page.found(kept["runSettings"])
    mentors = _with_least_room([each["node"] for each in kept["mentors"]["edges"]])
    return page.show(
        "runs/what_if.html",
        answers=answers,
        settings=settings,
        figures=[
            {"name": name, "title": title, "unit": unit, "now": settings[name]}
            for name, (title, unit) in FIGURES.items()
        ],
        mentors=[("", "Nobody")]
        + [
            (
                each["id"],
                f"{each['displayName']}, {each['family']['outcode']}: "
                f"{each['loadPoints']} of {each['capacityPoints']} points in use",
            )
            for each in mentors
        ],
        least_room=len(mentors) if len(mentors) < len(kept["mentors"]["edges"]) else 0,
        found=None if cannot else found,
        cannot=cannot,
        tried=tried,
        sorted_moves=sorted_moves(found["moves"]) if found else {},
        refusal=refusal,
    )


def _with_least_room(mentors: list[Values]) -> list[Values]:
    """Those to whom more room would say most, by name; as many as a list can be looked through."""
    left = sorted(mentors, key=lambda each: each["capacityPoints"] - each["loadPoints"])
    return sorted(left[:LISTED_MAX], key=lambda each: str(each["displayName"]))


def _asked(answers: Answers) -> tuple[dict[str, Any], Refusal | None]:
    """The input that was typed, and the first thing to put right."""
    asked: dict[str, Any] = {}
    for part in (_one_more, _more_room, _figures):
        given, fault = part(answers)
        if fault is not None:
            return {}, fault
        asked |= given
    return asked, None if asked else Refusal("NOTHING", NOTHING, "typedOutcode")


def _one_more(answers: Answers) -> tuple[dict[str, Any], Refusal | None]:
    outcode = first_half(answers.text("typedOutcode"))
    if not outcode:
        return {}, None
    if not answers.many("slots"):
        return {}, Refusal("MISSING", WHEN, "slots")
    one_more = {
        "outcode": outcode,
        "programme": answers.text("programme") or "MENTOR",
        "topics": answers.many("topics"),
        "slots": [each.lower() for each in answers.many("slots")],
        "capacityPoints": 4,
    }
    return {"oneMore": one_more}, None


def _more_room(answers: Answers) -> tuple[dict[str, Any], Refusal | None]:
    if not answers.text("mentor"):
        return {}, None
    points = answers.number("points")
    if points is None or not 1 <= points <= 12:
        return {}, Refusal("NOT_A_NUMBER", ROOM, "points")
    return {"moreRoom": {"mentor": answers.text("mentor"), "points": points}}, None


def _figures(answers: Answers) -> tuple[dict[str, Any], Refusal | None]:
    typed = [name for name in FIGURES if answers.text(name)]
    faulty = next((name for name in typed if answers.number(name) is None), None)
    if faulty is not None:
        return {}, Refusal("NOT_A_NUMBER", "Give a whole number.", faulty)
    return {name: answers.number(name) for name in typed}, None


def sorted_moves(moves: Sequence[Values]) -> dict[str, list[Values]]:
    """Who would be matched who is not now, who would not, and who would have somebody else."""
    return {
        "gained": [each for each in moves if not each["before"]],
        "lost": [each for each in moves if not each["after"] and not each["toImagined"]],
        "moved": [
            each for each in moves if each["before"] and (each["after"] or each["toImagined"])
        ],
    }
