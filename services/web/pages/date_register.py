"""The register of a date: first names and needs, who came, who dropped by; also for printing."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.dated import one_date
from services.web.first_names import by_name, told_of
from services.web.gateway import Refusal, Values
from services.web.labels import choices
from services.web.page import Page
from services.web.pages.programme import numbered
from services.web.party import (
    ADULTS_MAX,
    CHILDREN_MAX,
    bands_asked,
    party_typed,
    party_words,
)
from services.web.site import DATE_LEADERS, GROUP_LEADERS, WITH_SLOTS
from services.web.wording import counted

NOT_A_NUMBER = "Give whole numbers; 0 where nobody came."
NOBODY = "nobody"
NO_REFERENCE = "Give the family’s reference or, where we do not know them, a first name."
LED_TO = dict(choices("led_to"))
FIELD_AT_DOOR = {"reference": "reference", "firstName": "first_name"}


async def register(page: Page) -> Response:
    return await _show(page)


async def keep(page: Page) -> Response:
    """Every row that says something. A row that is left empty is not marked."""
    found = await _the_register(page)
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    marks = []
    for row in found["rows"]:
        mark = _mark(answers, row)
        if isinstance(mark, Refusal):
            return await _show(page, mark)
        if mark is not None:
            marks.append(mark)
    sitting = page.path["sitting"]
    outcome = await page.do("KeepRegister", sitting=sitting, marks=marks)
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    said = f"Saved: {counted(len(marks), 'family', 'families')} marked." if marks else "Saved."
    return page.go(f"/registers/{sitting}", said)


def _mark(answers: Answers, row: Values) -> dict[str, Any] | Refusal | None:
    """What was said of one place: nothing at all, that it was caught up, or who came.

    Of adults by name: who is ticked, and how many more; "nobody" where nobody of them came.
    """
    booking = row["bookingId"]
    if answers.text(f"caught-{booking}"):
        return {"booking": booking, "adults": 0, "children": 0, "caughtUp": True}
    names = (f"adults-{booking}", f"children-{booking}")
    typed = [answers.text(name) for name in names]
    ticked = answers.many(f"came-{booking}")
    people = [one for one in ticked if one != NOBODY]
    if not any(typed) and not ticked:
        return None
    numbers = [answers.number(name) if answers.text(name) else 0 for name in names]
    for name, number in zip(names, numbers, strict=True):
        if number is None:
            return Refusal("NOT_A_NUMBER", NOT_A_NUMBER, name)
    adults = (numbers[0] or 0) + len(people)
    said = {"booking": booking, "adults": adults, "children": numbers[1], "people": people}
    led_to = answers.text(f"led-{booking}")
    return {**said, "ledTo": led_to} if led_to in LED_TO else said


async def dropping_by(page: Page) -> Response:
    return await _walk_in_page(page)


async def walk_in(page: Page) -> Response:
    """Somebody at the door: a family by its reference, or a guest by a first name."""
    sitting, reference = page.path["sitting"], page.form.get("reference", "").strip()[:40]
    first_name, party = page.form.get("first_name", "").strip()[:80], party_typed(page.form)
    if reference:
        outcome = await page.do("WalkIn", sitting=sitting, reference=reference, party=party)
    elif first_name:
        outcome = await page.do("WelcomeGuest", sitting=sitting, firstName=first_name, party=party)
    else:
        return await _walk_in_page(page, Refusal("MISSING", NO_REFERENCE, "reference"))
    if isinstance(outcome, Refusal):
        field = FIELD_AT_DOOR.get(outcome.field or "", "adults")
        return await _walk_in_page(page, Refusal(outcome.code, outcome.message, field))
    return page.go(f"/registers/{sitting}", "They have a place and are marked as here.")


async def _the_register(page: Page) -> Values:
    found: Values = page.found(
        (await page.ask("Register", sitting=page.path["sitting"]))["register"]
    )
    return found


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _the_register(page)
    rows = await _named(page, found["rows"])
    typed = page.form if refusal else {}
    for row in rows:
        id = row["bookingId"]
        row["adults_came"] = typed.get(f"adults-{id}", _more(row))
        row["children_came"] = typed.get(
            f"children-{id}", "" if row["childrenCame"] is None else row["childrenCame"]
        )
        row["led"] = typed.get(f"led-{id}", row["ledTo"] or "")
        row["ticked"] = page.form.getlist(f"came-{id}") if refusal else _ticked(row)
    expected = sum(row["adults"] + row["childrenExpected"] for row in rows)
    return page.show(
        "hosting/register.html",
        refusal=refusal,
        lets_in=page.reader.role in DATE_LEADERS,
        back=_back(page, found["event"]),
        found=found,
        event=found["event"],
        when=one_date(found["sitting"]),
        rows=rows,
        expected=expected,
        unmarked=sum(not row["isMarked"] for row in rows),
    )


def _back(page: Page, event: Values) -> tuple[str, str]:
    if page.reader.role in WITH_SLOTS:
        return "/my-slots", "Your slots"
    if page.reader.role in GROUP_LEADERS:
        return "/groups", "Your groups"
    return f"/events/{event['id']}", event["title"]


def _more(row: Values) -> int | str:
    """Adults who came beside those who are named: nothing where nobody needs to be counted."""
    if row["adultsCame"] is None:
        return ""
    more = row["adultsCame"] - len(row["peopleCame"])
    return more if more or not row["named"] else ""


def _ticked(row: Values) -> list[str]:
    if row["isMarked"] and not row["adultsCame"] and not row["caughtUp"]:
        return [NOBODY]
    return list(row["peopleCame"])


async def _named(page: Page, rows: list[Values]) -> list[Values]:
    """First names where they may be told; else the agency and the code of the place."""
    told, own = await told_of(page, (row["familyId"] for row in rows)), page.reader.agency
    return by_name(
        {
            **row,
            "named": told.adults.get(row["familyId"], []),
            "who": row["guestName"]
            or told.who(
                row["familyId"], f"{'Guest' if row['isGuest'] else 'Family'} {row['code']}"
            ),
            "of": "" if row["agency"] == own else told.agencies.get(row["agency"], row["agency"]),
            "party": expected_words(row),
        }
        for row in rows
    )


def expected_words(row: Values) -> str:
    """Who is expected of a place; without ages where the reader is not told them.

    >>> expected_words({"adults": 1, "children": [], "childrenExpected": 2})
    'One adult and two children'
    """
    if len(row["children"]) == row["childrenExpected"]:
        return party_words(row["adults"], row["children"])
    adults = [counted(row["adults"], "adult")] if row["adults"] else []
    said = " and ".join([*adults, counted(row["childrenExpected"], "child", "children")])
    return said[:1].upper() + said[1:]


async def _walk_in_page(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _the_register(page)
    return page.show(
        "hosting/walk_in.html",
        refusal=refusal,
        event=found["event"],
        sitting=found["sitting"],
        when=one_date(found["sitting"]),
        bands=bands_asked(found["event"]),
        adults=numbered(1, ADULTS_MAX),
        children=numbered(0, CHILDREN_MAX),
    )
