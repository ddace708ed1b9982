"""Dates, times, waits and counts as Kith says them: weekday first, 24-hour clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def measured(value: str | int, unit: str) -> str:
    """A figure with its unit, which the graph names as of several; letters are not counted out.

    >>> measured("1", "days"), measured(14, "days"), measured("Kith", "letters")
    ('1 day', '14 days', 'Kith')
    """
    if not unit or unit == "letters":
        return str(value)
    return f"{value} {unit.removesuffix('s') if str(value) == '1' else unit}"


def as_day(value: date | datetime | str) -> date:
    """The day in England of a date, an instant, or either as the graph writes it."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value


def as_instant(value: datetime | str) -> datetime:
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(LONDON)


def long_day(value: date | datetime | str) -> str:
    """
    >>> long_day("2026-06-08")
    'Monday 8 June 2026'
    """
    on = as_day(value)
    return f"{on:%A} {on.day} {on:%B %Y}"


def day(value: date | datetime | str) -> str:
    """
    >>> day("2026-06-08")
    '8 June 2026'
    """
    on = as_day(value)
    return f"{on.day} {on:%B %Y}"


def weekday(value: date | datetime | str) -> str:
    """A day near enough to need no year.

    >>> weekday("2026-06-08")
    'Monday 8 June'
    """
    on = as_day(value)
    return f"{on:%A} {on.day} {on:%B}"


def month(value: date | datetime | str) -> str:
    """
    >>> month("2019-03-01")
    'March 2019'
    """
    return f"{as_day(value):%B %Y}"


def clock(value: datetime | str) -> str:
    """
    >>> clock("2026-06-08T13:20:00+00:00")
    '14:20'
    """
    return f"{as_instant(value):%H:%M}"


def moment(value: datetime | str) -> str:
    """
    >>> moment("2026-06-11T13:20:00+00:00")
    'Thursday 11 June at 14:20'
    """
    return f"{weekday(value)} at {clock(value)}"


def stamp(value: datetime | str) -> str:
    """For the audit, where the year counts.

    >>> stamp("2026-06-11T13:20:00+00:00")
    'Thursday 11 June 2026, 14:20'
    """
    return f"{long_day(value)}, {clock(value)}"


def number(count: int) -> str:
    """
    >>> number(7), number(12), number(2400)
    ('seven', '12', '2,400')
    """
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def ordinal(place: int) -> str:
    """
    >>> ordinal(3), ordinal(11), ordinal(22)
    ('third', '11th', '22nd')
    """
    if 0 < place <= len(ORDINALS):
        return ORDINALS[place - 1]
    teen = 10 < place % 100 < 14
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def pounds(pence: int) -> str:
    """
    >>> pounds(500), pounds(1250), pounds(360000)
    ('£5', '£12.50', '£3,600')
    """
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """
    >>> counted(1, "proposal"), counted(7, "proposal"), counted(0, "family", "families")
    ('one proposal', 'seven proposals', 'no families')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def days(count: int) -> str:
    """
    >>> days(83), days(1), days(0)
    ('83 days', '1 day', 'today')
    """
    return "today" if count == 0 else f"{count:,} day{'' if count == 1 else 's'}"


def ago(count: int) -> str:
    """
    >>> ago(34), ago(0)
    ('34 days ago', 'today')
    """
    return "today" if count == 0 else f"{days(count)} ago"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """
    >>> listed(["Ana", "Ben"]), listed(["a", "b", "c"]), listed([])
    ('Ana and Ben', 'a, b and c', '')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """Capital letter first, the rest as it was.

    >>> sentence("nine people wait in RG30")
    'Nine people wait in RG30'
    """
    return text[:1].upper() + text[1:]


def percent(part: float, whole: float) -> float:
    """How far a bar goes, 0 to 100, never past its track."""
    return round(min(100.0, max(0.0, 100 * part / whole)), 1) if whole else 0.0
