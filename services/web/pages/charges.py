"""What giving a place back late costs: the rules, what is owed, and taking a charge back.

No money changes hands here: an agency's finance reads the list and writes to the family.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.event_labels import EVENT_KIND
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import as_day

HERE = "/charges"
NO_WHY = Refusal("REASON_NEEDED", "Say why, in a few words. It is kept with the rule.", "why")
NO_REASON = Refusal("REASON_NEEDED", "Say why, in a few words. The family reads it.", "reason")
WHAT_FOR = Refusal("MISSING", "Choose which kind of event it is for.", "kind")
NOT_A_NUMBER = "Give a whole number."
NOT_POUNDS = "Give an amount in pounds, such as 5 or 7.50."
KINDS = {code: words for code, words in EVENT_KIND.items() if code != "LISTING"}
AFTERWARDS = ("costs", "ring")
FIELDS = ("kind", "event", "freeDays", "freeHour", "after", "late", "missed")


async def charges(page: Page) -> Response:
    after = page.query.get("after")
    data = await page.ask("Charges", after=after)
    names = {each["code"]: each["name"] for each in data["agencies"]}
    found = data["charges"]
    return page.show(
        "charges/charges.html",
        owed=page.found(data["chargesOwed"]),
        rules=[each for each in data["chargeRules"] if not each["endedAt"]],
        ended=[each for each in data["chargeRules"] if each["endedAt"]],
        lines=[_line(page, edge["node"], names) for edge in found["edges"]],
        total=found["totalCount"],
        next=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        started=after is None,
    )


async def new_rule(page: Page) -> Response:
    """For one event where the address names it, else for a kind."""
    event = page.query.get("event", "")
    kept = {"freeDays": "3", "freeHour": "12", "after": "costs", "late": "5", "missed": "0"}
    return await _form(page, {**dict.fromkeys(FIELDS, ""), **kept, "event": event})


async def add_rule(page: Page) -> Response:
    """First what it would do; kept only with a reason, once that has been seen."""
    typed = {name: page.form.get(name, "") for name in FIELDS}
    given = _given(typed)
    if isinstance(given, Refusal):
        return await _form(page, typed, given)
    why = page.form.get("why", "")
    if "seen" in page.form and why.strip():
        outcome = await page.do("AddChargeRule", input=given, why=why)
        if not isinstance(outcome, Refusal):
            return page.go(HERE, "The rule counts for places that are taken from now on.")
        return await _form(page, typed, _named(outcome))
    foreseen = (await page.ask("ChargeRuleForeseen", input=given))["chargeRuleForeseen"]
    if foreseen is None:  # it cannot be kept: let the graph say why
        outcome = await page.do("AddChargeRule", input=given, why="Looked at, not kept")
        return await _form(page, typed, _named(outcome))
    return page.show(
        "charges/rule_preview.html",
        rule={**given, "kind": given.get("kind"), "eventTitle": foreseen["firstTitle"]},
        foreseen=foreseen,
        is_late_by_now=_is_past(foreseen["firstFreeUntil"], page.today),
        carried={**typed, "seen": "yes"},
        why=why,
        refusal=NO_WHY if "seen" in page.form else None,
    )


async def ending_rule(page: Page) -> Response:
    return await _rule(page)


async def end_rule(page: Page) -> Response:
    why = page.form.get("why", "")
    if not why.strip():
        return await _rule(page, NO_WHY)
    number = int(page.found(page.path["number"] if page.path["number"].isdecimal() else None))
    outcome = await page.do("EndChargeRule", number=number, why=why)
    if isinstance(outcome, Refusal):
        return await _rule(page, outcome)
    return page.go(HERE, "The rule has ended. What it charged before stays.")


async def charge(page: Page) -> Response:
    return await _charge(page)


async def take_back(page: Page) -> Response:
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _charge(page, NO_REASON)
    outcome = await page.do("TakeBackCharge", charge=page.path["id"], reason=reason)
    if isinstance(outcome, Refusal):
        return await _charge(page, outcome)
    return page.go(f"{HERE}/{page.path['id']}", "Taken back. The family is told, with the reason.")


async def _form(page: Page, typed: dict[str, str], refusal: Refusal | None = None) -> Response:
    event = None
    if typed["event"]:
        event = page.found((await page.ask("Event", id=typed["event"]))["event"])
    return page.show(
        "charges/rule_new.html",
        kept=typed,
        event=event,
        kinds=[("", "Choose"), *KINDS.items()],
        refusal=refusal,
    )


async def _rule(page: Page, refusal: Refusal | None = None) -> Response:
    rules = (await page.ask("ChargeRules"))["chargeRules"]
    wanted = page.path["number"]
    one = next((each for each in rules if str(each["number"]) == wanted), None)
    return page.show(
        "charges/rule.html", rule=page.found(one), why=page.form.get("why", ""), refusal=refusal
    )


async def _charge(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("ChargeOfPlace", id=page.path["id"])
    names = {each["code"]: each["name"] for each in data["agencies"]}
    return page.show(
        "charges/charge.html",
        line=_line(page, page.found(data["charge"]), names),
        refusal=refusal,
        reason=page.form.get("reason", ""),
    )


def _line(page: Page, one: Values, names: dict[str, str]) -> Values:
    """With whose place it was: by name to the family's own agency, else by agency alone."""
    place = one["booking"] or {"family": None, "agency": "", "event": None}
    return {
        **one,
        "family": place["family"],
        "isGuest": False,
        "is_own": place["agency"] == page.reader.agency,
        "agency_name": names.get(place["agency"], place["agency"]),
        "event": place["event"],
    }


def _given(typed: dict[str, str]) -> dict[str, Any] | Refusal:
    """The rule as the graph takes it, or what is not yet right."""
    answers = Answers({name: [value] for name, value in typed.items()})
    given: dict[str, Any] = {}
    for name in ("freeDays", "freeHour"):
        given[name] = answers.number(name)
        if given[name] is None:
            return Refusal("NOT_A_NUMBER", NOT_A_NUMBER, name)
    given["latePence"] = None
    for name, field in (("late", "latePence"), ("missed", "missedPence")):
        if name == "late" and typed["after"] == "ring":
            continue
        given[field] = _pence(typed[name])
        if given[field] is None:
            return Refusal("NOT_POUNDS", NOT_POUNDS, name)
    if typed["event"]:
        return {**given, "event": typed["event"]}
    return {**given, "kind": typed["kind"]} if typed["kind"] in KINDS else WHAT_FOR


def _pence(typed: str) -> int | None:
    """
    >>> _pence("5"), _pence("£7.50"), _pence(""), _pence("x"), _pence("-1"), _pence("1e9")
    (500, 750, 0, None, None, None)
    """
    try:
        pence = Decimal(typed.replace(",", "").strip().removeprefix("£").strip() or "0") * 100
    except InvalidOperation:
        return None
    whole = pence == pence.to_integral_value() if pence.is_finite() else False
    return int(pence) if whole and 0 <= pence < 10_000_000 else None


def _is_past(free_until: str | None, today: date) -> bool:
    return free_until is not None and as_day(free_until) < today


def _named(no: Values | Refusal) -> Refusal:
    """A refusal of the graph, at the field of the form that it is about."""
    assert isinstance(no, Refusal), "a rule that cannot be foreseen is refused"
    names = {"latePence": "late", "missedPence": "missed", "event": "kind"}
    return Refusal(no.code, no.message, names.get(no.field or "", no.field))
