"""How far along the road of adoption a family is, and how far apart two homes are."""

import math
from calendar import monthrange
from datetime import date

from services.matching.model.family import Stage
from services.matching.model.snapshot import Home
from services.matching.model.words import AgeBand

# Months from enquiry at which each stage usually begins, and the month at which it usually ends.
# From domain.md D2's order; lengths are proposals shaped by published times (assessment about six
# months, decision to match eight, a year from moving in to the order).
ROAD: dict[Stage, tuple[int, int | None]] = {
    Stage.ENQUIRING: (0, 2),
    Stage.IN_ASSESSMENT: (2, 8),
    Stage.APPROVED: (8, 16),
    Stage.MATCHED: (16, 18),
    Stage.PLACED: (18, 30),
    Stage.PLACEMENT_ENDED: (18, 30),
    Stage.ORDER_GRANTED: (30, None),
    Stage.CHILD_NOW_ADULT: (240, None),
}
CAN_GUIDE = frozenset(
    {Stage.APPROVED, Stage.MATCHED, Stage.PLACED, Stage.ORDER_GRANTED, Stage.CHILD_NOW_ADULT}
)
"""Stages from which somebody may guide another; a placement that ended needs care, not duty."""

SET_OUT_MINUTES = 5
BANDS = tuple(AgeBand)
_BAND_STARTS = (0, 2, 4, 6, 9, 12, 16)


def whole_months(start: date, end: date) -> int:
    """Whole months from one day to the other; negative when `end` comes first.

    >>> whole_months(date(2026, 1, 31), date(2026, 3, 30))
    1
    >>> whole_months(date(2026, 3, 1), date(2026, 1, 1))
    -2
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def months_earlier(day: date, months: int) -> date:
    """The day so many months before, or the last of that month where it has no such day.

    >>> months_earlier(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_along(home: Home, on: date) -> int | None:
    """Months along the usual road; None for a stage that is off it.

    A stage counts at most its usual length, so that a long wait for a match does not put an
    approved family ahead of one whose child has moved in.
    """
    span = ROAD.get(home.stage)
    if span is None:
        return None
    start, end = span
    along = start + max(0, whole_months(home.stage_on, on))
    return along if end is None else min(along, end)


def age_band(birth_month: date, on: date) -> int:
    """Index of the child's band in `BANDS`; 0 also for a child not born yet."""
    years = max(0, whole_months(birth_month, on)) // 12
    return sum(start <= years for start in _BAND_STARTS) - 1


def square_metres_apart(one: Home, other: Home) -> int:
    """Square of the straight line between the centres of the outward codes: exact in integers."""
    return (one.easting_m - other.easting_m) ** 2 + (one.northing_m - other.northing_m) ** 2


def km_apart(one: Home, other: Home) -> int:
    """Whole kilometres of straight line, rounded down."""
    return math.isqrt(square_metres_apart(one, other)) // 1000


def travel_minutes(one: Home, other: Home) -> int:
    """An estimate by rule: five minutes to set out, then two a kilometre of straight line.

    Two minutes a kilometre is a road a third longer than the line, driven at 40 km an hour.
    """
    doubled = 4 * square_metres_apart(one, other)
    return SET_OUT_MINUTES + (math.isqrt(doubled - 1) // 1000 + 1 if doubled else 0)
