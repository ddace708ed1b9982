"""Calendar files in neutral words: times and nothing that says what for (domain.md E23)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

SUMMARY = "Your booking"
NAME = "Bookings"
PRODUCT = "-//Kith//Bookings//EN"
LOOK_AGAIN = timedelta(hours=6)
MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_file(slots: Iterable[dict[str, Any]], *, at: datetime) -> bytes:
    """Dates as RFC 5545 has them; each keeps its UID for good, and its SEQUENCE rises as it moves.

    `slots`: `id`, `startsAt`, `endsAt`, `isOff`, `sequence`, as the graph names them. Instants are
    in UTC, so that whoever reads them needs no table of our clocks.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    for slot in slots:
        calendar.add_component(_event(slot, at))
    return bytes(calendar.to_ical())


def _event(slot: dict[str, Any], at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{slot['id']}@bookings")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", datetime.fromisoformat(slot["startsAt"]).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(slot["endsAt"]).astimezone(UTC))
    event.add("sequence", slot["sequence"])
    event.add("summary", SUMMARY)
    event.add("status", "CANCELLED" if slot["isOff"] else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
