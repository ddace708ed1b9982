"""Who helps at an event, what it costs, and what is in date of an adopter who leads children."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.dated import dated
from services.web.event_labels import LEADER_CHECK, TEAM_PART
from services.web.gateway import Refusal, Values
from services.web.page import Page

NOBODY = "Choose who helps, and what they do."
NOT_POUNDS = "Give an amount in pounds, such as 3600, or leave it empty."
NOT_WEEKS = "Give a whole number of weeks, from 1 to 52."
NOT_A_NUMBER = "Give a whole number, from 0 to 2,000."
NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2027."
NAMELESS = "Somebody whose name is kept back"


async def team(page: Page) -> Response:
    return await _team(page)


async def change_team(page: Page) -> Response:
    """Somebody put on, taken off, the cost of the whole, or places kept back."""
    event, does = page.path["id"], page.form.get("do", "")
    outcome: Any
    if does == "off":
        outcome = await page.do("TakeOffHelper", event=event, account=page.form.get("account"))
    else:
        outcome = await CHANGES.get(does, _put_on)(page, event)
    if isinstance(outcome, Refusal):
        return await _team(page, outcome)
    return page.go(f"/events/{event}/team", "Saved.")


async def _put_on(page: Page, event: str) -> Any:
    account, part = page.form.get("account", ""), page.form.get("part", "")
    if not account or part not in TEAM_PART:
        return Refusal("MISSING", NOBODY, "account")
    return await page.do("PutHelper", event=event, account=account, part=part)


async def _set_cost(page: Page, event: str) -> Any:
    pence = _pence(page.form.get("pounds", ""))
    if isinstance(pence, Refusal):
        return pence
    return await page.do("SetCost", event=event, pence=pence)


async def _keep_back(page: Page, event: str) -> Any:
    places = Answers({"places": page.form.getlist("places")}).number("places")
    if places is None:
        return Refusal("NOT_A_NUMBER", NOT_A_NUMBER, "places")
    return await page.do("KeepBack", event=event, places=places)


async def _ask_again(page: Page, event: str) -> Any:
    asked = page.form.get("asked") == "yes"
    return await page.do("SetReconfirming", event=event, asked=asked)


async def _invite(page: Page, event: str) -> Any:
    if page.form.get("invites") == "nobody":
        return await page.do("SetInviting", event=event, weeks=None)
    weeks = Answers({"weeks": page.form.getlist("weeks")}).number("weeks")
    if weeks is None:
        return Refusal("NOT_A_NUMBER", NOT_WEEKS, "weeks")
    return await page.do("SetInviting", event=event, weeks=weeks)


CHANGES = {"cost": _set_cost, "keep": _keep_back, "ask": _ask_again, "invite": _invite}


def _pence(typed: str) -> int | Refusal | None:
    """
    >>> _pence("3,600"), _pence("12.5"), _pence(""), _pence("x").field
    (360000, 1250, None, 'pounds')
    """
    if not typed.strip():
        return None
    try:
        pounds = Decimal(typed.replace(",", "").removeprefix("£").strip())
        return int(pounds * 100)
    except (InvalidOperation, ValueError, OverflowError):
        return Refusal("NOT_POUNDS", NOT_POUNDS, "pounds")


async def _team(page: Page, refusal: Refusal | None = None) -> Response:
    seen = await page.ask("Staffing", id=page.path["id"])
    event = page.found(seen["event"])
    if event["agency"] != page.reader.agency:
        page.found(None)
    return page.show(
        "hosting/team.html",
        refusal=refusal,
        event=dated(event),
        team=team_of(seen),
        people=[(each["accountId"], each["name"]) for each in seen["dateLeaders"]],
        kept_back=event["keptBack"] or 0,
        pounds="" if event["costPence"] is None else f"{event['costPence'] / 100:g}",
    )


def team_of(seen: Values) -> list[dict[str, Any]]:
    """Each person once, by name where it may be told."""
    names = {each["accountId"]: each["name"] for each in seen["dateLeaders"]}
    return [{**one, "name": names.get(one["accountId"], NAMELESS)} for one in seen["event"]["team"]]


async def checks(page: Page) -> Response:
    return await _checks(page)


async def record(page: Page) -> Response:
    """One check of somebody, with its last day."""
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    kind = answers.text("kind")
    until = answers.day(f"until-{kind}")
    if kind not in LEADER_CHECK or until is None:
        return await _checks(page, Refusal("NOT_A_DAY", NOT_A_DAY, f"until-{kind}"))
    account = page.path["account"]
    outcome = await page.do(
        "RecordLeaderCheck", account=account, kind=kind, untilOn=until.isoformat()
    )
    if isinstance(outcome, Refusal):
        return await _checks(page, outcome)
    return page.go(f"/leaders/{account}", "Written down.")


async def _checks(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("LeaderChecks", account=page.path["account"])
    names = {each["accountId"]: each["name"] for each in data["dateLeaders"]}
    page.found(data["leaderChecks"] or None)
    today = page.today.isoformat()
    rows = [
        {
            **one,
            "in_date": bool(one["untilOn"]) and one["untilOn"] >= today,
            "parts": {
                part: (page.typed.get(f"until-{one['kind']}-{part}") or [""])[0]
                for part in ("day", "month", "year")
            },
        }
        for one in data["leaderChecks"]
    ]
    return page.show(
        "hosting/leader_checks.html",
        refusal=refusal,
        account=page.path["account"],
        name=names.get(page.path["account"], NAMELESS),
        checks=rows,
    )
