"""Where help is short: councils shaded by how few free places stand beside who waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.web.maps.outlines import on_one_grid, path, view_box
from services.web.wording import counted, listed

DARKEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """One council in the list and on the map; `shade` is 0 (enough) to 4 (short)."""

    name: str
    waiting: int
    free_places: int
    shade: int
    outline: str  # of an SVG path


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageMap:
    """`councils` stand in order of shortage; `finding` says in a sentence what the map shows."""

    councils: tuple[Council, ...]
    view_box: str
    finding: str


def shortage_map(supply: Iterable[Mapping[str, Any]]) -> ShortageMap:
    """`supply` is the graph's: each a council {code, name}, `waiting` and `freePlaces`."""
    rows = sorted(supply, key=lambda row: (*_order(row), row["council"]["name"]))
    drawn = on_one_grid(row["council"]["code"] for row in rows)
    councils = tuple(
        Council(
            name=row["council"]["name"],
            waiting=row["waiting"],
            free_places=row["freePlaces"],
            shade=shade(row["waiting"], row["freePlaces"]),
            outline=path(drawn[row["council"]["code"]]),
        )
        for row in rows
    )
    rings = [ring for each in drawn.values() for ring in each]
    return ShortageMap(councils=councils, view_box=view_box(rings), finding=_finding(councils))


def shade(waiting: int, free_places: int) -> int:
    """How short help is, 0 to 4: by free places for each person who waits.

    >>> [shade(1, 0), shade(3, 2), shade(1, 1), shade(1, 2), shade(1, 3), shade(0, 0)]
    [4, 3, 2, 1, 0, 0]
    """
    if waiting == 0:
        return 0
    if free_places == 0:
        return DARKEST
    if free_places < waiting:
        return 3
    if free_places == waiting:
        return 2
    return 1 if free_places <= 2 * waiting else 0


def _order(row: Mapping[str, Any]) -> tuple[int, int]:
    return -shade(row["waiting"], row["freePlaces"]), row["freePlaces"] - row["waiting"]


def _finding(councils: tuple[Council, ...]) -> str:
    shortest = [each.name for each in councils if each.shade == DARKEST]
    if shortest:
        return f"Somebody waits and no mentor is free in {listed(shortest)}."
    short = [each.name for each in councils if each.shade == DARKEST - 1]
    if short:
        return f"Fewer mentors are free than people wait in {listed(short)}."
    waiting = sum(each.waiting for each in councils)
    return f"Help is near enough everywhere: {counted(waiting, 'person', 'people')} waiting."
