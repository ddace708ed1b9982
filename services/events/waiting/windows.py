"""How long an offer stands, and when it may be made; pure.

Source: domain.md D7 (offer window).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.events.calendar import quiet_begins_at, quiet_ends_at
from services.events.model.place import PlaceSettings

FAR, NEAR, CLOSE = timedelta(days=14), timedelta(days=4), timedelta(days=1)


class How(StrEnum):
    ONE_BY_ONE = "one_by_one"  # each is held a place until the deadline
    TOGETHER = "together"  # all who said "at short notice too" are asked; the first has it
    LATER = "later"  # not at night
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True)
class Window:
    """`until` is the deadline of an offer, or when to look again, UTC."""

    how: How
    until: datetime


def last_moment(
    settings: PlaceSettings, *, starts_at: datetime, offers_until: datetime
) -> datetime:
    """Until when an offer can be answered at all: see `window`."""
    if offers_until > starts_at:
        return offers_until
    return min(offers_until, starts_at - timedelta(minutes=settings.cut_off_minutes))


def window(
    settings: PlaceSettings, *, starts_at: datetime, offers_until: datetime, now: datetime
) -> Window:
    """The deadline is never after the last moment for offers (event-scenarios.md B28): a while
    before it begins, or the late-joining point of a course that one may join later (F01).

    A short window is not begun unless it ends before the quiet of the night: whoever is asked at
    20:00 with four hours to answer would sleep through half of them.
    """
    last = last_moment(settings, starts_at=starts_at, offers_until=offers_until)
    left = (starts_at if now < starts_at else last) - now
    if now >= last:
        return Window(How.NO_LONGER, last)
    if left > NEAR:
        hours = settings.far_hours if left > FAR else settings.near_hours
        return Window(How.ONE_BY_ONE, min(now + timedelta(hours=hours), last))
    if (ends := quiet_ends_at(now)) is not None:
        return Window(How.LATER, ends)
    if left <= CLOSE:
        return Window(How.TOGETHER, last)
    until = min(now + timedelta(hours=settings.close_hours), last)
    if until <= quiet_begins_at(now):
        return Window(How.ONE_BY_ONE, until)
    ends = quiet_ends_at(quiet_begins_at(now))
    assert ends is not None, "the quiet that has begun ends"
    return Window(How.LATER, ends)
