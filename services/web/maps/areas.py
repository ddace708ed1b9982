"""A run's councils in five shades: how long people wait there, and how much room is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.web.maps.outlines import rings_of, view_box
from services.web.wording import counted, days, listed

WAIT_STARTS = (1, 28, 56, 84)  # days: some wait, from 4 weeks, from 8, from 12
ROOM_STARTS = (1, 3, 6, 11)  # families that could be taken on
NAMED = 3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaded:
    """One council: its figures for the list, as words, in the order of the map's heads."""

    name: str
    figures: tuple[str, ...]
    shade: int
    code: str  # of the shape that the page holds once; empty where it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadedMap:
    """`heads` stand over the figures; `few` and `many` are said beside the ends of the shades."""

    title: str
    heads: tuple[str, ...]
    councils: tuple[Shaded, ...]
    few: str
    many: str
    view_box: str
    finding: str


def shade_of(number: int, starts: tuple[int, ...]) -> int:
    """How many of the starts are reached.

    >>> [shade_of(number, ROOM_STARTS) for number in (0, 1, 2, 3, 10, 11)]
    [0, 1, 1, 2, 3, 4]
    """
    return sum(number >= start for start in starts)


def wait_map(areas: Iterable[Row]) -> ShadedMap:
    """Where people wait longest, worst first, on the day of the run."""
    rows = sorted(areas, key=lambda row: (-row["longestWaitDays"], -row["waiting"], _name(row)))
    longest = [row for row in rows if row["waiting"]]
    if longest and not longest[0]["longestWaitDays"]:
        finding = "Nobody had waited longer than a day."
    elif longest:
        first = longest[0]
        finding = f"The longest wait was {days(first['longestWaitDays'])}, in {_name(first)}."
    else:
        finding = "Nobody waited anywhere."
    return ShadedMap(
        title="Where people waited",
        heads=("Waited", "Left", "Longest"),
        councils=_shaded(
            rows,
            shade=lambda row: (
                shade_of(row["longestWaitDays"], WAIT_STARTS) if row["waiting"] else 0
            ),
            figures=lambda row: (
                str(row["waiting"]),
                str(row["left"]),
                f"{row['longestWaitDays']} d" if row["waiting"] else "–",
            ),
        ),
        few="nobody",
        many="12 weeks and more",
        view_box=_box(rows),
        finding=finding,
    )


def room_map(areas: Iterable[Row]) -> ShadedMap:
    """Where mentors still have room after the run, the shortest of it first."""
    rows = sorted(areas, key=lambda row: (row["freePlacesLeft"], -row["left"], _name(row)))
    total = sum(row["freePlacesLeft"] for row in rows)
    short = [_name(row) for row in rows if row["left"] and not row["freePlacesLeft"]]
    finding = f"{counted(total, 'place is', 'places are').capitalize()} left."
    if short:
        named = listed(short[:NAMED]) + (" and elsewhere" if len(short) > NAMED else "")
        finding += f" None of it in {named}, where somebody still waits."
    return ShadedMap(
        title="Where mentors still have room",
        heads=("Before", "Left"),
        councils=_shaded(
            rows,
            shade=lambda row: shade_of(row["freePlacesLeft"], ROOM_STARTS),
            figures=lambda row: (str(row["freePlaces"]), str(row["freePlacesLeft"])),
        ),
        few="no room",
        many="11 places and more",
        view_box=_box(rows),
        finding=finding,
    )


def _shaded(
    rows: Iterable[Row], *, shade: Callable[[Row], int], figures: Callable[[Row], tuple[str, ...]]
) -> tuple[Shaded, ...]:
    return tuple(
        Shaded(
            name=_name(row),
            figures=figures(row),
            shade=shade(row),
            code=row["council"]["code"] if rings_of(row["council"]["code"]) else "",
        )
        for row in rows
    )


def _box(rows: Iterable[Row]) -> str:
    return view_box([ring for row in rows for ring in rings_of(row["council"]["code"])])


def _name(row: Row) -> str:
    name: str = row["council"]["name"]
    return name
