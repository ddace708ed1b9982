"""Times on the wall in England and the instants that they are; series by rule; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import DAILY, WEEKLY, rrule

ENGLAND = ZoneInfo("Europe/London")
SERIES_MAX = 60
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)


class OnBankHoliday(StrEnum):
    """What a series does with a date that falls on a bank holiday of England (E03)."""

    SKIP = "skip"
    MOVE = "move"  # to the next day that is neither a weekend nor a bank holiday
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """A rule: every so many weeks, on these weekdays (0 is Monday), so many times."""

    first: date
    at: time
    weekdays: tuple[int, ...]
    every_weeks: int = 1
    times: int
    on_bank_holiday: OnBankHoliday = OnBankHoliday.SKIP


def instant_of(wall: datetime) -> datetime | None:
    """The instant (UTC) of a time on the wall; of two in October, the first.

    None for a time in the hour that the clocks skip in March: no clock ever shows it (E02).

    >>> instant_of(datetime(2026, 7, 1, 18, 30))
    datetime.datetime(2026, 7, 1, 17, 30, tzinfo=datetime.timezone.utc)
    >>> instant_of(datetime(2026, 3, 29, 1, 30)) is None
    True
    """
    assert wall.tzinfo is None, "a time on the wall has no zone"
    instant = wall.replace(tzinfo=ENGLAND).astimezone(UTC)
    return instant if wall_of(instant) == wall else None


def wall_of(instant: datetime) -> datetime:
    """What clocks in England show at an instant."""
    return instant.astimezone(ENGLAND).replace(tzinfo=None)


def hours_before(instant: datetime, hours: int) -> datetime:
    """So many hours before: whole days by the wall, so that noon stays noon when the clocks change.

    >>> hours_before(datetime(2026, 10, 26, 12, tzinfo=UTC), 72)
    datetime.datetime(2026, 10, 23, 11, 0, tzinfo=datetime.timezone.utc)
    """
    days, rest = divmod(hours, 24)
    on_the_wall = instant_of(wall_of(instant) - timedelta(days=days))
    return (on_the_wall or instant - timedelta(days=days)) - timedelta(hours=rest)


def days_before(instant: datetime, days: int, hour: int) -> datetime:
    """So many whole days before, at an hour on the wall in England, whatever the clocks did since.

    >>> days_before(datetime(2026, 10, 26, 18, 30, tzinfo=UTC), 3, 12)
    datetime.datetime(2026, 10, 23, 11, 0, tzinfo=datetime.timezone.utc)
    >>> days_before(datetime(2026, 10, 26, 18, 30, tzinfo=UTC), 0, 12)
    datetime.datetime(2026, 10, 26, 12, 0, tzinfo=datetime.timezone.utc)
    """
    day = wall_of(instant).date() - timedelta(days=days)
    wall = datetime.combine(day, time(hour))
    return instant_of(wall) or wall.replace(tzinfo=ENGLAND).astimezone(UTC)


def midnight(day: date) -> datetime:
    """When a day begins in England, UTC."""
    return datetime.combine(day, time(), tzinfo=ENGLAND).astimezone(UTC)


def is_bank_holiday(day: date) -> bool:
    """In England: not the days of Scotland or Northern Ireland alone."""
    return day in holidays.country_holidays("GB", subdiv="ENG", years=day.year)


def clocks_change_within(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether it lasts longer or shorter than clocks on the wall show (E02).

    >>> starts = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    >>> clocks_change_within(starts, starts + timedelta(hours=2))
    True
    """
    return wall_of(ends_at) - wall_of(starts_at) != ends_at - starts_at


def series(rule: Weekly) -> list[datetime]:
    """Times on the wall, in order, each once. The first is the first day that the rule names (E06).

    A date that is skipped counts as one of `times`: a term has so many weeks, free ones too.
    """
    days = rrule(
        WEEKLY,
        dtstart=datetime.combine(rule.first, rule.at),
        byweekday=sorted(set(rule.weekdays)),
        interval=rule.every_weeks,
        count=min(rule.times, SERIES_MAX),
    )
    return sorted(set(_observed(days, rule.on_bank_holiday)))


def _observed(days: rrule, rule: OnBankHoliday) -> Iterator[datetime]:
    for wall in days:
        if rule is OnBankHoliday.KEEP or not is_bank_holiday(wall.date()):
            yield wall
        elif rule is OnBankHoliday.MOVE:
            yield next(
                later
                for later in rrule(DAILY, dtstart=wall + timedelta(days=1), byweekday=range(5))
                if not is_bank_holiday(later.date())
            )


def quiet_ends_at(instant: datetime) -> datetime | None:
    """When tonight's quiet (21:00 to 08:00) ends, or None by day. Source: domain.md E57, D7."""
    wall = wall_of(instant)
    if QUIET_UNTIL <= wall.time() < QUIET_FROM:
        return None
    day = wall.date() if wall.time() < QUIET_UNTIL else wall.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=ENGLAND).astimezone(UTC)


def quiet_begins_at(instant: datetime) -> datetime:
    """When the evening's quiet begins on the day of an instant."""
    day = wall_of(instant).date()
    return datetime.combine(day, QUIET_FROM, tzinfo=ENGLAND).astimezone(UTC)
