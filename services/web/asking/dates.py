"""Dates typed one on each line, and times of day, as people write them."""

from __future__ import annotations

import re
from datetime import datetime, time

from services.web.asking.answers import Answers
from services.web.gateway import Refusal

NOT_A_TIME = "Give a time such as 18:30."
LINE = re.compile(
    r"(?:[A-Za-z]+day,? +)?(\d{1,2})[ ./-]+([A-Za-z]+|\d{1,2})[ ./-]+(\d{4})"
    r"(?:,? +(?:at +)?(\d{1,2}[:.]\d{2}))?"
)
DATES_MAX = 60


def time_of(typed: str) -> time | None:
    """A time of day, by a clock of 24 hours.

    >>> time_of("18:30"), time_of("9.05"), time_of("half six")
    (datetime.time(18, 30), datetime.time(9, 5), None)
    """
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", typed.strip())
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def dates_of(answers: Answers) -> list[datetime] | Refusal:
    """Every date typed, by the wall, in the order given; or the line that is none.

    >>> typed = Answers({"time": ["18:30"], "dates": ["5 12 2026\\nFriday 4 June 2027 13:00"]})
    >>> [f"{one:%d.%m. %H:%M}" for one in dates_of(typed)]
    ['05.12. 18:30', '04.06. 13:00']
    >>> dates_of(Answers({"time": ["18:30"], "dates": ["31 2 2027"]})).message
    '“31 2 2027” is no date. Write a day, a month and a year, such as 4 6 2027.'
    """
    lines = [line.strip() for line in answers.text("dates").splitlines() if line.strip()]
    found: list[datetime] = []
    for line in lines:
        one = _date(line, answers.text("time"))
        if one is None:
            said = f"“{line[:40]}” is no date. Write a day, a month and a year, such as 4 6 2027."
            return Refusal("NOT_A_DAY", said, "dates")
        found.append(one)
    if not 0 < len(found) <= DATES_MAX:
        return Refusal("DATES_NEEDED", f"Give from one to {DATES_MAX} dates.", "dates")
    return found


def _date(line: str, usual: str) -> datetime | None:
    parts = LINE.fullmatch(line)
    if parts is None:
        return None
    day, month, year, own = parts.groups()
    raw = {"on-day": [day], "on-month": [month], "on-year": [year]}
    on, at = Answers(raw).day("on"), time_of(own or usual)
    return datetime.combine(on, at) if on and at else None


def line_of(wall: datetime, usual: time) -> str:
    """As `dates_of` reads it back.

    >>> line_of(datetime(2027, 6, 4, 13), time(18, 30)), line_of(datetime(2027, 6, 4, 13), time(13))
    ('4 June 2027 13:00', '4 June 2027')
    """
    own = "" if wall.time() == usual else f" {wall:%H:%M}"
    return f"{wall.day} {wall:%B %Y}{own}"
