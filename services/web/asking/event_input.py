"""An event between its questions and the graph: answers to what is sent, and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from services.web.asking.answers import Answers
from services.web.asking.dates import dates_of, line_of, time_of
from services.web.asking.of_event_dates import EXPLICIT, WEEKLY
from services.web.asking.of_event_places import NEW, ONLINE, needs_met
from services.web.gateway import Refusal, Values
from services.web.wording import LONDON, as_instant

A_YEAR = timedelta(weeks=52)
"""So that a copy falls on the same weekdays."""
FIELDS = {
    "byOn": "dates",
    "closesBeforeHours": "closesBeforeHours",
    "booksUntil": "booksFrom",
    "date": "dates",
    "minutes": "minutes",
    "places": "capacity",
    "rule": "weekdays",
    "shares": "releaseOn",
}
"""Where the graph's name of a field is not the form's."""


def at_its_field(refusal: Refusal, answers: Answers) -> Refusal:
    """The refusal at the field of the form that it is about."""
    field = FIELDS.get(refusal.field or "", refusal.field)
    if field in {"dates", "minutes"} and answers.text("how") == WEEKLY:
        field = {"dates": "first", "minutes": "ruleMinutes"}[field]
    if field == "venue" and answers.text("venue") == NEW:
        field = "venueName"
    return Refusal(refusal.code, refusal.message, field)


def draft_input(answers: Answers, *, kind: str, own: str) -> dict[str, Any]:
    """As the graph takes it, from answers without a fault."""
    is_new = answers.text("venue") == NEW and kind != "LISTING"
    made: dict[str, Any] = {
        "offering": _offering(answers, kind),
        "event": _event(answers, kind),
        "dates": [] if answers.text("how") == WEEKLY else _dates(answers),
        "asCourse": kind == "COURSE",
        "shares": _shares(answers, own),
    }
    if is_new:
        made["newVenue"] = {
            "name": answers.text("venueName"),
            "town": answers.text("town"),
            "address": answers.text("address"),
            "arriving": answers.text("arriving"),
            "accessNeedsMet": needs_met(answers),
        }
    return made


def weekly_input(answers: Answers) -> dict[str, Any] | None:
    """The rule, where the dates are given by one."""
    first = answers.day("first")
    if answers.text("how") != WEEKLY or first is None:
        return None
    return {
        "first": first.isoformat(),
        "time": f"{time_of(answers.text('ruleTime')):%H:%M}",
        "minutes": answers.number("ruleMinutes"),
        "weekdays": [int(day) for day in answers.many("weekdays")],
        "everyWeeks": answers.number("everyWeeks"),
        "times": answers.number("times"),
        "onBankHoliday": answers.text("onBankHoliday"),
    }


def _offering(answers: Answers, kind: str) -> dict[str, Any]:
    topic = answers.text("topic")
    is_listing = kind == "LISTING"
    return {
        "kind": kind,
        "title": answers.text("title"),
        "summary": answers.text("summary"),
        "topic": topic if kind == "WORKSHOP" and topic != "none" else None,
        "countsBy": answers.text("countsBy") or "FAMILIES",
        "ageBands": answers.many("ageBands"),
        "parentsStay": answers.text("parentsStay") != "no",
        "isPublic": answers.text("isPublic") == "yes",
        "provider": answers.text("provider") if is_listing else None,
        "link": answers.text("link") if is_listing else None,
    }


def _event(answers: Answers, kind: str) -> dict[str, Any]:
    opens, closes = answers.day("booksFrom"), answers.day("joinsUntil")
    listing, venue = answers.many("listing"), answers.text("venue")
    is_course, is_listing = kind == "COURSE", kind == "LISTING"
    decide_on = answers.day("decideOn")
    leader = answers.text("leader")
    return {
        "worker": None if is_listing or leader in {"", "none"} else leader,
        "places": {
            "capacity": 0 if is_listing else answers.number("capacity") or 0,
            "extra": answers.number("extra") or 0,
            "roomMax": answers.number("roomMax"),
        },
        "venue": None if is_listing or venue in {NEW, ONLINE} else venue,
        "isOnline": not is_listing and venue == ONLINE,
        "joinLink": answers.text("joinLink") or None if venue == ONLINE else None,
        "booksFrom": _wall(opens),
        "booksUntil": _wall(closes + timedelta(days=1)) if closes and is_course else None,
        "closesBeforeHours": answers.number("closesBeforeHours") or 0,
        "listOpen": "open" in listing and not is_listing,
        "listStaysOpen": "stays" in listing,
        "autoOffers": "auto" in listing,
        "byAsking": bool(answers.many("byAsking")) and not is_listing,
        "listMax": answers.number("listMax"),
        "partyWaitsDays": answers.number("partyWaitsDays") or 0,
        "walkIns": bool(answers.many("walkIns")),
        "attendanceMin": answers.number("attendanceMin") if is_course else None,
        "numbersMin": answers.number("numbersMin") if is_course else None,
        "decideOn": decide_on.isoformat() if decide_on and is_course else None,
    }


def _wall(day: date | None) -> str | None:
    """The beginning of a day, as clocks show it."""
    return f"{day.isoformat()}T00:00" if day else None


def _dates(answers: Answers) -> list[dict[str, Any]]:
    found = dates_of(answers)
    assert not isinstance(found, Refusal), "looked at before it is sent"
    minutes = answers.number("minutes")
    return [{"at": f"{one:%Y-%m-%dT%H:%M}", "minutes": minutes} for one in found]


def _shares(answers: Answers, own: str) -> list[dict[str, Any]]:
    partners = answers.many("agencies")
    release_on = answers.day("releaseOn")
    return [
        {
            "agency": code,
            "guaranteed": answers.number(f"promised-{code}") or 0,
            "releaseOn": release_on.isoformat() if release_on else None,
        }
        for code in ((own, *partners) if partners else ())
    ]


def kept_answers(event: Values, *, by: timedelta, release_days: int) -> dict[str, list[str]]:
    """What a form of an event that is kept begins with; its dates moved `by` so much."""
    offering, counts = event["offering"], event["counts"]
    usual, lines, minutes = _usual(event, by)
    starts = as_instant(event["startsAt"])
    raw: dict[str, list[str]] = {
        "kind": [event["kind"]],
        "catalogue": ["none"],
        "topic": [event["topic"] or "none"],
        "title": [event["title"]],
        "summary": [offering["summary"]],
        "provider": [offering["provider"] or ""],
        "link": [offering["link"] or ""],
        "ageBands": list(offering["ageBands"]),
        "parentsStay": ["yes" if offering["parentsStay"] else "no"],
        "isPublic": ["yes" if offering["isPublic"] else "no"],
        "how": [EXPLICIT],
        "time": [f"{usual:%H:%M}"],
        "minutes": [str(minutes)],
        "dates": ["\n".join(lines)],
        "leader": [event["sittings"][0]["leaderId"] or "none"],
        "venue": [_venue(event)],
        "joinLink": [(event["whereabouts"] or {}).get("joinLink") or ""],
        "countsBy": [event["countsBy"]],
        "capacity": [str(counts["capacity"])],
        "extra": _number(counts["extra"] or None),
        "roomMax": _number(counts["roomMax"]),
        "byAsking": ["yes"] if event["byAsking"] else [],
        "listing": _listing(event),
        "listMax": _number(event["listMax"]),
        "partyWaitsDays": _number(event["partyWaitsDays"] or None),
        "walkIns": ["yes"] if event["walkIns"] else [],
        "attendanceMin": _number(event["attendanceMin"]),
        "numbersMin": _number(event["numbersMin"]),
        **_closing(event, starts, by),
        **Answers.dated("decideOn", _later(event["decideOn"], by)),
    }
    return {**raw, **_kept_shares(event, by, release_days)}


def _usual(event: Values, by: timedelta) -> tuple[time, list[str], int]:
    """The time of the first date, every date as a line, and how long the first lasts."""
    walls = [datetime.fromisoformat(one["wallStart"]) + by for one in event["sittings"]]
    first = event["sittings"][0]
    lasts = as_instant(first["endsAt"]) - as_instant(first["startsAt"])
    usual = walls[0].time()
    return usual, [line_of(wall, usual) for wall in walls], int(lasts.total_seconds() // 60)


def _venue(event: Values) -> str:
    if event["isOnline"]:
        return ONLINE
    where = event["whereabouts"] or {}
    return str((where.get("venue") or {}).get("id", ""))


def _listing(event: Values) -> list[str]:
    ticked = (("open", event["listOpen"]), ("stays", event["listStaysOpen"]))
    chosen = [code for code, is_so in ticked if is_so]
    return [*chosen, "auto"] if event["autoOffers"] else chosen


def _closing(event: Values, starts: datetime, by: timedelta) -> dict[str, list[str]]:
    """When booking opens and closes: hours before the start, or of a course its last day."""
    until = as_instant(event["booksUntil"])
    late = until > starts
    hours = 0 if late else int((starts - until).total_seconds() // 3600)
    opens = as_instant(event["booksFrom"]).date() if event["booksFrom"] else None
    last = (until - timedelta(minutes=1)).astimezone(LONDON).date() if late else None
    return {
        "closesBeforeHours": [str(hours)],
        **Answers.dated("booksFrom", _later(opens.isoformat() if opens else None, by)),
        **Answers.dated("joinsUntil", _later(last.isoformat() if last else None, by)),
    }


def _later(on: str | None, by: timedelta) -> str | None:
    return (date.fromisoformat(on) + by).isoformat() if on else None


def _kept_shares(event: Values, by: timedelta, release_days: int) -> dict[str, list[str]]:
    shares: list[Mapping[str, Any]] = event["counts"]["shares"]
    partners = [share["agency"] for share in shares if share["agency"] != event["agency"]]
    if not partners:
        return {}
    said = said_release_day(event, release_days)
    on = (said + by).isoformat() if said and said < _first_day(event) else None
    promised = {f"promised-{share['agency']}": [str(share["guaranteed"])] for share in shares}
    return {"agencies": partners, **promised, **Answers.dated("releaseOn", on)}


def said_release_day(event: Values, release_days: int) -> date | None:
    """The day that its promises end with; None where it is what comes by itself, or none stands."""
    shares: list[Mapping[str, Any]] = event["counts"]["shares"]
    day = as_instant(max(share["releaseAt"] for share in shares)).date()
    is_by_itself = day == release_day(event, release_days)
    return None if is_by_itself or not any(share["guaranteed"] for share in shares) else day


def release_day(event: Values, release_days: int) -> date:
    """From when promised places are free for all where no day is said."""
    return _first_day(event) - timedelta(days=release_days)


def _first_day(event: Values) -> date:
    return as_instant(event["startsAt"]).date()


def _number(value: int | None) -> list[str]:
    return [] if value is None else [str(value)]
