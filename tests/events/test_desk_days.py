"""When a desk is open and by which day it answers (domain.md A4 rows 36 and 37)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.events.model.desks import DayHours, FrontDesk, Openness
from services.events.rules.desk_days import due_on, is_bank_holiday, openness

ENGLAND = ZoneInfo("Europe/London")
HOURS = tuple(
    DayHours(weekday, time(8, 30), time(16 if weekday == 5 else 17)) for weekday in range(1, 6)
)
ATV = FrontDesk(
    code="ATV",
    agency="ATV",
    name="Adopt Thames Valley",
    website="",
    telephone="",
    email="",
    hours=HOURS,
    reply_weekdays=frozenset({1, 2, 4, 5}),
    reply_days=5,
    signposts=(),
    version=1,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ENGLAND)


@pytest.mark.parametrize(
    ("when", "is_open", "closes", "opens"),
    [
        ("2026-06-12T15:59", True, "2026-06-12T16:00", None),
        ("2026-06-12T16:00", False, None, "2026-06-15T08:30"),
        ("2026-06-12T16:01", False, None, "2026-06-15T08:30"),
        ("2026-06-15T08:29", False, None, "2026-06-15T08:30"),
        ("2026-06-15T08:30", True, "2026-06-15T17:00", None),
        # Good Friday and Easter Monday; the clocks went forward on 29 March.
        ("2026-04-02T17:00", False, None, "2026-04-07T08:30"),
        # The second of January is a holiday in Scotland only.
        ("2026-01-01T12:00", False, None, "2026-01-02T08:30"),
    ],
)
def test_open_now_or_the_next_opening(
    when: str, is_open: bool, closes: str | None, opens: str | None
) -> None:
    assert openness(ATV, at(when)) == Openness(
        is_open=is_open,
        closes_at=at(closes) if closes else None,
        opens_at=at(opens) if opens else None,
    )


def test_hours_are_by_the_wall_in_summer_and_in_winter() -> None:
    utc = ZoneInfo("UTC")

    assert openness(ATV, datetime(2026, 6, 15, 7, 30, tzinfo=utc)).is_open
    assert not openness(ATV, datetime(2026, 12, 14, 8, 29, tzinfo=utc)).is_open
    assert openness(ATV, datetime(2026, 12, 14, 8, 30, tzinfo=utc)).is_open


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-06-12T10:00", date(2026, 6, 22)),
        ("2026-06-12T23:30", date(2026, 6, 22)),
        ("2026-06-10T10:00", date(2026, 6, 18)),
        # Over Christmas Day, and Boxing Day's holiday on Monday 28 December.
        ("2026-12-23T10:00", date(2027, 1, 5)),
    ],
)
def test_an_answer_is_due_in_the_desks_own_days(received: str, due: date) -> None:
    assert due_on(ATV, at(received)) == due


def test_england_keeps_its_own_bank_holidays() -> None:
    assert is_bank_holiday(date(2026, 12, 28))
    assert not is_bank_holiday(date(2026, 1, 2))
    assert not is_bank_holiday(date(2026, 7, 13))
