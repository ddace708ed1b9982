"""Gates and funding of an event's places, to staff; the places held for it, to a family."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.event_labels import GATE
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import as_day, as_instant

EVENTS_MAX, PLACES_MAX = 100, 50
MOVES = ("MEET", "FAIL", "CORRECT")
NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2026."
DAYS = ("assessedOn", "appliedOn", "approvedOn")


async def events(page: Page) -> Response:
    """Those that ask for something first come first; then the others, to set it for them."""
    found = await page.ask("GatedEvents", **{"from": page.today}, first=EVENTS_MAX)
    gated, others = (
        [edge["node"] for edge in found[name]["edges"]] for name in ("gated", "others")
    )
    return page.show("gates/events.html", gated=gated, others=others)


async def clearance(page: Page) -> Response:
    return page.show("gates/clearance.html", found=await _clearance(page))


async def wanted(page: Page) -> Response:
    return await _wanted(page)


async def set_gates(page: Page) -> Response:
    """The gates that are ticked, each with its day."""
    answers = _answers(page)
    given = []
    for kind in GATE:
        if not answers.text(f"asks-{kind}"):
            continue
        by_on = answers.day(f"byOn-{kind}")
        if by_on is None:
            return await _wanted(page, Refusal("NOT_A_DAY", NOT_A_DAY, f"byOn-{kind}"))
        detail = answers.text(f"detail-{kind}")
        given.append({"kind": kind, "byOn": by_on.isoformat(), "detail": detail})
    event = page.path["event"]
    outcome = await page.do("SetGates", event=event, gates=given)
    if isinstance(outcome, Refusal):
        return await _wanted(page, outcome)
    return page.go(f"/gates/{event}", "Saved. It counts for everybody who books from now on.")


async def place(page: Page) -> Response:
    return await _place(page)


async def mark(page: Page) -> Response:
    given = _given(page)
    if isinstance(given, Refusal):
        return await _place(page, given)
    booking = page.path["booking"]
    outcome = await page.do("MarkGate", booking=booking, **given)
    if isinstance(outcome, Refusal):
        return await _place(page, outcome)
    back = f"/gates/{page.path['event']}"
    if outcome["state"] == "CONFIRMED":
        return page.go(back, "Written down. The place is confirmed, and the family is told.")
    if outcome["state"] == "WAITING_FOR_GATE":
        return page.go(f"{back}/places/{booking}", "Written down.")
    return page.go(back, "Written down. The place goes to the next family.")


def _given(page: Page) -> Values | Refusal:
    """What became of a gate, and on which day."""
    answers = _answers(page)
    kind, move = answers.text("kind"), answers.text("move")
    if kind not in GATE or move not in MOVES:
        return Refusal("UNKNOWN", "Choose one of the buttons.", None)
    on = answers.day(f"on-{kind}")
    if on is None:
        return Refusal("NOT_A_DAY", NOT_A_DAY, f"on-{kind}")
    return {"kind": kind, "move": move, "on": on.isoformat()}


async def line(page: Page) -> Response:
    return await _line(page)


async def mark_line(page: Page) -> Response:
    """The same for a family that waits: cleared, it can be offered what comes free late."""
    given = _given(page)
    if isinstance(given, Refusal):
        return await _line(page, given)
    outcome = await page.do("MarkGateForLine", entry=page.path["entry"], **given)
    if isinstance(outcome, Refusal):
        return await _line(page, outcome)
    return page.go(f"/gates/{page.path['event']}", "Written down.")


async def _line(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _clearance(page)
    wanted_id = page.path["entry"]
    one = next((each for each in found["lines"] if each["entry"]["id"] == wanted_id), None)
    return page.show("gates/line.html", refusal=refusal, found=found, line=page.found(one))


async def keep_funding(page: Page) -> Response:
    given = _funding(_answers(page))
    if isinstance(given, Refusal):
        return await _place(page, given)
    booking = page.path["booking"]
    outcome = await page.do("KeepFunding", booking=booking, input=given)
    if isinstance(outcome, Refusal):
        return await _place(page, outcome)
    return page.go(f"/gates/{page.path['event']}/places/{booking}", "Saved.")


async def held(page: Page) -> Response:
    """A family's places that are held, each with what it waits for and until when."""
    found = (await page.ask("HeldPlaces", first=PLACES_MAX))["myBookings"]["edges"]
    places = [edge["node"] for edge in found if edge["node"]["state"] == "WAITING_FOR_GATE"]
    for one in places:
        one["heldTo"] = _held_to(one)
        one["pending"] = (await page.ask("PendingGates", booking=one["id"]))["pendingGates"]
    return page.show("gates/held.html", places=places)


async def _clearance(page: Page) -> Values:
    asked: Values | None = (await page.ask("Clearance", event=page.path["event"]))["clearance"]
    found = page.found(asked)
    for each in found["places"]:
        each["booking"]["heldTo"] = _held_to(each["booking"])
    return found


def _held_to(booking: Values) -> date | None:
    """The last day on which a place is held."""
    until = booking["holdUntil"]
    return as_day(as_instant(until) - timedelta(microseconds=1)) if until else None


async def _wanted(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _clearance(page)
    kept = {gate["kind"]: gate for gate in found["gates"]}
    rows = [_row(page, kind, kept.get(kind), typed=refusal is not None) for kind in GATE]
    return page.show("gates/wanted.html", refusal=refusal, event=found["event"], rows=rows)


def _row(page: Page, kind: str, gate: Values | None, *, typed: bool) -> Values:
    """One gate of the form: as it was typed, or as it is kept."""
    answers = _answers(page)
    name = f"byOn-{kind}"
    if typed:
        is_on, detail = bool(answers.text(f"asks-{kind}")), answers.text(f"detail-{kind}")
    else:
        is_on, detail = gate is not None, gate["detail"] if gate else ""
        answers = Answers(Answers.dated(name, gate["byOn"] if gate else None))
    return {"kind": kind, "is_on": is_on, "detail": detail, "day": answers.parts(name)}


async def _place(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _clearance(page)
    wanted_id = page.path["booking"]
    one = next((each for each in found["places"] if each["booking"]["id"] == wanted_id), None)
    place_found = page.found(one)
    for child in place_found["funding"]:
        parts = [Answers.dated(f"{day}-{child['child']}", child[day]) for day in DAYS]
        raw = Answers({name: value for part in parts for name, value in part.items()})
        child["days"] = {day: raw.parts(f"{day}-{child['child']}") for day in DAYS}
    return page.show("gates/place.html", refusal=refusal, found=found, place=place_found)


def _funding(answers: Answers) -> Values | Refusal:
    child = answers.number("child") or 0
    given: Values = {"child": child, "reference": answers.text(f"reference-{child}")}
    for name in DAYS:
        field = f"{name}-{child}"
        on = answers.day(field)
        if on is None and not answers.is_empty(field):
            return Refusal("NOT_A_DAY", NOT_A_DAY, field)
        given[name] = on.isoformat() if on else None
    amount, year = answers.text(f"amount-{child}").lstrip("£"), answers.text(f"year-{child}")
    try:
        given["amountPence"] = int(Decimal(amount.replace(",", "")) * 100) if amount else None
    except (InvalidOperation, OverflowError):
        return Refusal(
            "NOT_AN_AMOUNT", "Give an amount in pounds, such as 2,400.", f"amount-{child}"
        )
    given["year"] = answers.number(f"year-{child}")
    if year and given["year"] is None:
        return Refusal(
            "NOT_A_YEAR", "Give the year in which April falls, such as 2026.", f"year-{child}"
        )
    return given


def _answers(page: Page) -> Answers:
    return Answers({name: page.form.getlist(name) for name in page.form})
