"""When a desk is open, and by which of its days an answer is due; pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from services.events.model.desks import DayHours, FrontDesk, Openness

ENGLAND = ZoneInfo("Europe/London")
LOOK_AHEAD_DAYS = 30


def day_in_england(instant: datetime) -> date:
    return instant.astimezone(ENGLAND).date()


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's own: not Scotland's second of January, not St Patrick's Day."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_bank_holiday(on: date) -> bool:
    return on in bank_holidays(on.year)


def openness(desk: FrontDesk, now: datetime) -> Openness:
    """Whether the desk is open at that instant. At the closing minute it is closed.

    Source: domain.md A4 row 36.
    """
    local = now.astimezone(ENGLAND)
    for opens, closes in _openings(desk, local.date()):
        if opens <= local < closes:
            return Openness(is_open=True, closes_at=closes, opens_at=None)
        if local < opens:
            return Openness(is_open=False, closes_at=None, opens_at=opens)
    return Openness(is_open=False, closes_at=None, opens_at=None)


def due_on(desk: FrontDesk, received_at: datetime) -> date:
    """The last day on which an answer is in time: so many of the desk's own days after.

    The day of receipt does not count, nor does a bank holiday. Source: domain.md A4 row 37.
    """
    day = day_in_england(received_at)
    left = desk.reply_days
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() in desk.reply_weekdays and not is_bank_holiday(day)
    return day


def _openings(desk: FrontDesk, first: date) -> Iterator[tuple[datetime, datetime]]:
    by_weekday = {hours.weekday: hours for hours in desk.hours}
    for ahead in range(LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        hours = by_weekday.get(day.isoweekday())
        if hours and not is_bank_holiday(day):
            yield _at(day, hours)


def _at(day: date, hours: DayHours) -> tuple[datetime, datetime]:
    return (
        datetime.combine(day, hours.opens, tzinfo=ENGLAND),
        datetime.combine(day, hours.closes, tzinfo=ENGLAND),
    )
