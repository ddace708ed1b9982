"""Changing what is planned: published, its places and partners set, a date moved, called off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.dates import NOT_A_TIME, time_of
from services.web.asking.event_input import release_day, said_release_day
from services.web.dated import dated, on, one_date
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import as_instant, counted

DATES_MAX = 60
NO_LIMIT = 2000
NOT_A_DAY = "Give a day, a month and a year, such as 14 6 2027."
NOT_A_NUMBER = "Give a whole number, from 0 to 2,000."
NO_WHY = "Say why, in a few words. Families read it."
ASKED = "Asked. Somebody else has to agree; until then nothing changes and no place is kept."
NONE_CHOSEN = "Choose at least one date."
FAMILY = ("family", "families")


async def series(page: Page) -> Response:
    return await _series(page)


async def change_series(page: Page) -> Response:
    """Dates of one thing, several at once: put into the programme, or called off."""
    events = page.form.getlist("events")[:DATES_MAX]
    here = f"/events/series/{page.path['offering']}"
    if not events:
        return await _series(page, Refusal("NONE_CHOSEN", NONE_CHOSEN, "events"))
    if page.form.get("do") == "publish":
        outcome = await page.do("PublishEvents", events=events)
        said = f"{counted(len(events), 'date').capitalize()} published. Families can read of it."
    else:
        reason = page.form.get("reason", "")
        if not reason.strip():
            return await _series(page, Refusal("REASON_NEEDED", NO_WHY, "reason"))
        outcome = await page.do("CancelEvents", events=events, reason=reason)
        said = f"{counted(len(events), 'date').capitalize()} called off. Everybody is told."
    if isinstance(outcome, Refusal):
        return await _series(page, outcome)
    return page.go(here, said)


async def _series(page: Page, refusal: Refusal | None = None) -> Response:
    variables = {"offering": page.path["offering"], "from": page.today, "first": DATES_MAX}
    data = await page.ask("EventSeries", **variables)
    nodes = [dated(edge["node"]) for edge in data["hostedEvents"]["edges"]]
    live = [one for one in nodes if one["state"] != "CANCELLED"]
    if any(one["agency"] != page.reader.agency for one in live):
        page.found(None)
    return page.show(
        "hosting/series.html",
        refusal=refusal,
        offering=page.found(data["offering"]),
        drafts=[one for one in live if one["state"] == "DRAFT"],
        published=[one for one in live if one["state"] == "PUBLISHED"],
        chosen=page.form.getlist("events"),
    )


async def publish(page: Page) -> Response:
    event = page.path["id"]
    outcome = await page.do("PublishEvents", events=[event])
    if isinstance(outcome, Refusal):
        to = "/access" if outcome.code == "ACCESS_NOT_SAID" else ""
        return page.go(f"/events/{event}{to}", outcome.message, kind="straw")
    return page.go(f"/events/{event}", "Published. Families can read of it and book.")


async def places(page: Page) -> Response:
    return await _form_page(page, "places")


async def set_places(page: Page) -> Response:
    """More or fewer places; nobody loses theirs (event-scenarios.md A07)."""
    given: dict[str, Any] = {}
    answers = _answers(page)
    for name, lacking in (("capacity", None), ("extra", 0), ("roomMax", None)):
        number = answers.number(name)
        if number is None and (name == "capacity" or answers.text(name)):
            return await _form_page(page, "places", Refusal("NOT_A_NUMBER", NOT_A_NUMBER, name))
        given[name] = lacking if number is None else number
    event, reason = page.path["id"], answers.text("reason")
    outcome = await page.do("SetCapacity", event=event, places=given, reason=reason or None)
    if isinstance(outcome, Refusal):
        field = outcome.field if outcome.field in ("extra", "reason") else "capacity"
        return await _form_page(page, "places", Refusal(outcome.code, outcome.message, field))
    if outcome["__typename"] == "AskedOverride":
        return page.go(f"/events/{event}", ASKED, kind="sky")
    over = outcome["counts"]["over"]
    if over:
        said = f"Saved. {counted(over, 'place').capitalize()} more taken than there are: nobody "
        return page.go(f"/events/{event}", f"{said}loses theirs.", kind="straw")
    return page.go(f"/events/{event}", "Saved. What is free goes to the list first.")


async def sharing(page: Page) -> Response:
    return await _form_page(page, "shares")


async def set_shares(page: Page) -> Response:
    """Which agencies take part, what each is promised, and until when."""
    answers = _answers(page)
    release_on = answers.day("releaseOn")
    if release_on is None and not answers.is_empty("releaseOn"):
        return await _form_page(page, "shares", Refusal("NOT_A_DAY", NOT_A_DAY, "releaseOn"))
    on_day = release_on.isoformat() if release_on else None
    shares: list[dict[str, Any]] = []
    for code, name in _named(page, answers).items():
        numbers: dict[str, int | None] = {}
        for field in (f"promised-{name}", f"most-{name}"):
            numbers[field] = answers.number(field)
            if numbers[field] is None and answers.text(field):
                no = Refusal("NOT_A_NUMBER", NOT_A_NUMBER, field)
                return await _form_page(page, "shares", no)
        promised, most = numbers.values()
        one = {"agency": code, "guaranteed": promised or 0, "most": most, "releaseOn": on_day}
        shares.append(one)
    named = {one["agency"] for one in shares}
    shares += [  # families keep what they have there, and have nothing more (C12)
        {"agency": code, "guaranteed": 0, "most": 0, "releaseOn": None}
        for code in answers.many("shown")
        if code not in named
    ]
    event = page.path["id"]
    outcome = await page.do("SetShares", event=event, shares=shares)
    if isinstance(outcome, Refusal):
        return await _form_page(page, "shares", Refusal(outcome.code, outcome.message, "agencies"))
    return page.go(f"/events/{event}", "Saved. What families have is never taken from them.")


def _named(page: Page, answers: Answers) -> dict[str, str]:
    """The agencies that are to take part, each with what its fields end in."""
    named = {code: code for code in [_own(page), *answers.many("agencies")]}
    if another := answers.text("another"):
        named.setdefault(another, "another")
    return named


def _own(page: Page) -> str:
    assert page.reader.agency is not None, "whoever plans has an agency"
    return page.reader.agency


async def release(page: Page) -> Response:
    """What our agency was promised and has not used goes to families of all, now."""
    event = page.path["id"]
    outcome = await page.do("ReleaseShare", event=event)
    if isinstance(outcome, Refusal):
        return page.go(f"/events/{event}", outcome.message, kind="straw")
    return page.go(f"/events/{event}", "Released. What we have not taken is free for all.")


async def moving(page: Page) -> Response:
    return await _form_page(page, "move")


async def move(page: Page) -> Response:
    """One date to another day or hour. Who has a place keeps it and is told."""
    answers = _answers(page)
    day, at, minutes = answers.day("on"), time_of(answers.text("time")), answers.number("minutes")
    fault = None
    if day is None:
        fault = Refusal("NOT_A_DAY", NOT_A_DAY, "on")
    elif at is None:
        fault = Refusal("NOT_A_TIME", NOT_A_TIME, "time")
    elif minutes is None:
        fault = Refusal("NOT_A_NUMBER", "Give the minutes, from 15 to 720.", "minutes")
    if fault is not None or day is None or at is None:
        return await _form_page(page, "move", fault)
    to = {"at": f"{datetime.combine(day, at):%Y-%m-%dT%H:%M}", "minutes": minutes}
    outcome = await page.do("MoveSitting", sitting=page.path["sitting"], date=to)
    if isinstance(outcome, Refusal):
        field = "minutes" if outcome.field == "minutes" else "on"
        return await _form_page(page, "move", Refusal(outcome.code, outcome.message, field))
    return page.go(
        f"/events/{page.path['id']}",
        "Moved. Everybody with a place, an offer or a line on the list is told.",
    )


async def cancelling(page: Page) -> Response:
    return await _form_page(page, "cancel")


async def cancel(page: Page) -> Response:
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _form_page(page, "cancel", Refusal("REASON_NEEDED", NO_WHY, "reason"))
    event = page.path["id"]
    outcome = await page.do("CancelEvents", events=[event], reason=reason)
    if isinstance(outcome, Refusal):
        return await _form_page(page, "cancel", outcome)
    return page.go(f"/events/{event}", "Called off. Everybody is told once.")


async def preview(page: Page) -> Response:
    """As a family would read it, without the form."""
    event = page.found((await page.ask("Event", id=page.path["id"]))["event"])
    return page.show(
        "hosting/preview.html",
        event=dated({**event, "standing": "OPEN" if event["placesFree"] else "FULL"}),
        dates=[one_date(one) for one in on(event["sittings"])],
        may="no",
        no=None,
    )


async def _form_page(page: Page, name: str, refusal: Refusal | None = None) -> Response:
    data = await page.ask("EventToEdit", id=page.path["id"])
    event: Values = page.found(data["event"])
    if event["agency"] != page.reader.agency:
        page.found(None)
    return page.show(
        f"hosting/{name}.html",
        refusal=refusal,
        event=dated(event),
        told=_told(event),
        by_two=data["placeSettings"]["extraByTwo"],
        **await _values(page, name, event, typed=refusal is not None),
    )


async def _values(page: Page, name: str, event: Values, *, typed: bool) -> dict[str, Any]:
    """What one of the forms begins with, or what was typed into it."""
    answers = _answers(page)
    if name == "move":
        wanted = page.path["sitting"]
        one = page.found(next((s for s in event["sittings"] if s["id"] == wanted), None))
        wall = datetime.fromisoformat(one["wallStart"])
        lasts = as_instant(one["endsAt"]) - as_instant(one["startsAt"])
        if not typed:
            answers = Answers(
                {
                    **Answers.dated("on", wall.date().isoformat()),
                    "time": [f"{wall:%H:%M}"],
                    "minutes": [str(int(lasts.total_seconds() // 60))],
                }
            )
        at, minutes = answers.text("time"), answers.text("minutes")
        day = answers.parts("on")
        return {"sitting": one, "was": one_date(one), "day": day, "at": at, "minutes": minutes}
    if name == "shares":
        return await _share_values(page, event, typed=typed)
    return {}


async def _share_values(page: Page, event: Values, *, typed: bool) -> dict[str, Any]:
    answers, choices = _answers(page), await page.ask("EventChoices")
    shares = {share["agency"]: share for share in event["counts"]["shares"]}
    named, days = choices["agencies"], choices["placeSettings"]["releaseDays"]
    rows = [
        _share_row(answers, each, shares[each["code"]], typed=typed)
        | {"is_host": each["code"] == event["agency"]}
        for each in named
        if each["code"] in shares
    ]
    rows.sort(key=lambda row: (not row["is_host"], str(row["name"])))
    said, by_itself = said_release_day(event, days), release_day(event, days)
    kept = Answers(Answers.dated("releaseOn", said.isoformat() if said else None))
    names = ("another", "promised-another", "most-another")
    return {
        "rows": rows,
        "others": [(each["code"], each["name"]) for each in named if each["code"] not in shares],
        "another": [answers.text(name) if typed else "" for name in names],
        "day": (answers if typed else kept).parts("releaseOn"),
        "days": days,
        "by_itself": by_itself,
        "is_past": by_itself <= page.today,
    }


def _share_row(answers: Answers, agency: Values, share: Values, *, typed: bool) -> dict[str, Any]:
    """What one agency has, as it is kept or as it was just typed."""
    code, is_in = agency["code"], share["most"] > 0
    kept = {"promised": str(share["guaranteed"]), "most": _most(share["most"])}
    said = {name: answers.text(f"{name}-{code}") for name in kept} if typed else kept
    is_in = code in answers.many("agencies") if typed else is_in
    return {"code": code, "name": agency["name"], "is_in": is_in, "share": share, **said}


def _most(most: int) -> str:
    """An agency's own limit as a form shows it: nothing where there is none, or no part at all."""
    return str(most) if 0 < most < NO_LIMIT else ""


def _told(event: Values) -> str:
    """Whom a change reaches, in words; empty when nobody."""
    reach = event["reach"] or {"booked": 0, "offered": 0, "waiting": 0}
    said = [
        f"{counted(reach['booked'], *FAMILY)} with a place" if reach["booked"] else "",
        f"{counted(reach['offered'], *FAMILY)} with an offer" if reach["offered"] else "",
        f"{counted(reach['waiting'], *FAMILY)} on the list" if reach["waiting"] else "",
    ]
    words = [one for one in said if one]
    return ", ".join(words)


def _answers(page: Page) -> Answers:
    return Answers({name: page.form.getlist(name) for name in page.form})
