"""Courses and groups that an organiser may begin from: their usual length, size and words."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("courses.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`kind` is a code of the graph; `dates` how many belong together; `least` and `most` people.

    Sizes are planning estimates. Source: services/web/catalogue/ATTRIBUTION.md.
    """

    code: str
    kind: str
    title: str
    dates: int
    minutes: int
    least: int
    most: int
    summary: str


@cache
def courses() -> tuple[Course, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Course(
                code=row["code"],
                kind=row["kind"],
                title=row["title"],
                dates=int(row["dates"] or 1),
                minutes=int(row["minutes"]),
                least=int(row["least"] or 0),
                most=int(row["most"] or 0),
                summary=row["summary"],
            )
            for row in csv.DictReader(file)
        )


def of_kind(kind: str) -> tuple[tuple[str, str], ...]:
    """(code, title) of those of a kind, by title."""
    found = [(one.code, one.title) for one in courses() if one.kind == kind]
    return tuple(sorted(found, key=lambda one: one[1].lower()))


def begun_from(code: str) -> dict[str, str]:
    """What a form begins with, where a course was chosen; nothing else is decided by it.

    >>> begun_from("none")
    {}
    """
    one = next((each for each in courses() if each.code == code), None)
    if one is None:
        return {}
    begins = {"title": one.title, "summary": one.summary, "minutes": str(one.minutes)}
    begins["ruleMinutes"] = begins["minutes"]
    sizes = {"capacity": one.most, "numbersMin": one.least if one.kind == "COURSE" else 0}
    return {**begins, **{name: str(size) for name, size in sizes.items() if size}}
