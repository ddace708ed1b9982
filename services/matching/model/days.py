"""Days in England, and the instant by which an answer is due."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")


def day_of(instant: datetime) -> date:
    """The day in England at that instant."""
    return instant.astimezone(ENGLAND).date()


def answer_by(now: datetime, days: int) -> datetime:
    """The first instant that is too late: midnight after the last day to answer, in England."""
    return end_of(day_of(now) + timedelta(days=days))


def end_of(day: date) -> datetime:
    """The first instant after the day, in England."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ENGLAND)


def last_day_to_answer(until: datetime) -> date:
    """The day that people are told, of an instant made by `answer_by`."""
    return day_of(until - timedelta(microseconds=1))
