"""When an event is, in one phrase: by what clocks in England show, a course as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.web.wording import clock, counted, number, weekday

Sitting = Mapping[str, Any]


def when(event: Mapping[str, Any]) -> str:
    """One date, or a course of several.

    >>> first = {"startsAt": "2026-06-25T09:00:00Z", "endsAt": "2026-06-25T11:30:00Z"}
    >>> when({"sittings": [first | {"isOff": False}], **first})
    'Thursday 25 June, 10:00 to 12:30'
    """
    sittings = on(event["sittings"])
    if len(sittings) < 2:
        return one_date(sittings[0] if sittings else event)
    return f"{_how_many(sittings)} from {weekday(sittings[0]['startsAt'])}, {_hours(sittings)}"


def one_date(sitting: Sitting) -> str:
    """
    >>> one_date({"startsAt": "2026-12-04T18:30:00Z", "endsAt": "2026-12-04T20:30:00Z"})
    'Friday 4 December, 18:30 to 20:30'
    """
    starts, ends = sitting["startsAt"], sitting["endsAt"]
    return f"{weekday(starts)}, {clock(starts)} to {clock(ends)}"


def on(sittings: Sequence[Sitting]) -> list[Sitting]:
    """Those that have not been called off."""
    return [one for one in sittings if not one["isOff"]]


def _how_many(sittings: Sequence[Sitting]) -> str:
    days = {f"{datetime.fromisoformat(one['wallStart']):%A}" for one in sittings}
    if len(days) == 1:
        return f"{number(len(sittings)).capitalize()} {days.pop()}s"
    return counted(len(sittings), "date").capitalize()


def _hours(sittings: Sequence[Sitting]) -> str:
    hours = {f"{clock(one['startsAt'])} to {clock(one['endsAt'])}" for one in sittings}
    return hours.pop() if len(hours) == 1 else "times differ"


def where(event: Mapping[str, Any]) -> str:
    """The town, and no more, to whoever has no place yet (domain.md E21).

    >>> where({"isOnline": True, "town": ""}), where({"isOnline": False, "town": "Reading"})
    ('Online', 'Reading area')
    """
    if event["isOnline"]:
        return "Online"
    is_of_others = event.get("kind") == "LISTING"  # who run it say where
    return str(event["town"]) if is_of_others else f"{event['town']} area"


def dated(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event as the graph gave it, with its words: `when`, `where`."""
    return {**event, "when": when(event), "where": where(event)}
