"""What somebody has typed so far, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PARTS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Answers:
    """Raw fields by name, each a list, as a form sends them. A date is three of them."""

    raw: Mapping[str, list[str]]

    def text(self, name: str) -> str:
        return next(iter(self.raw.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        return [value for value in self.raw.get(name, ()) if value]

    def parts(self, name: str) -> dict[str, str]:
        """Day, month and year as typed, to be shown again."""
        return {part: self.text(f"{name}-{part}") for part in PARTS}

    def day(self, name: str) -> date | None:
        """The date typed; None when it is empty or no date. A month alone means its first day."""
        parts = self.parts(name)
        try:
            return date(int(parts["year"]), _month(parts["month"]), int(parts["day"] or "1"))
        except ValueError:
            return None

    def number(self, name: str) -> int | None:
        """A whole number of up to four figures; None when it is none."""
        typed = self.text(name)
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None

    def is_empty(self, name: str) -> bool:
        return not (self.many(name) or any(self.parts(name).values()))

    def with_text(self, name: str, value: str) -> Answers:
        return Answers({**self.raw, name: [value]})

    @staticmethod
    def dated(name: str, on: str | None) -> dict[str, list[str]]:
        """The three fields of a date that is kept, for a form that corrects it."""
        if not on:
            return {}
        year, month, day = on.split("-")
        return {
            f"{name}-{part}": [str(int(value))]
            for part, value in zip(PARTS, (day, month, year), strict=True)
        }


def _month(typed: str) -> int:
    """
    >>> _month("6"), _month("june"), _month("Jun")
    (6, 6, 6)
    """
    if typed.isdecimal():
        return int(typed)
    names = [f"{date(2000, number, 1):%B}".lower() for number in range(1, 13)]
    found = [number for number, name in enumerate(names, 1) if name.startswith(typed.lower())]
    if len(typed) < 3 or len(found) != 1:
        raise ValueError(typed)
    return found[0]
