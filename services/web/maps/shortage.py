"""Where help is short: councils shaded by how few free places stand beside who waits."""

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.web.wording import counted, listed

OUTLINES = Path(__file__).with_name("outlines.json")
DARKEST = 4

Ring = list[list[int]]


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
    councils = tuple(
        Council(
            name=row["council"]["name"],
            waiting=row["waiting"],
            free_places=row["freePlaces"],
            shade=shade(row["waiting"], row["freePlaces"]),
            outline=_path(outlines().get(row["council"]["code"], [])),
        )
        for row in rows
    )
    rings = [ring for row in rows for ring in outlines().get(row["council"]["code"], [])]
    return ShortageMap(councils=councils, view_box=_box(rings), finding=_finding(councils))


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


@cache
def outlines() -> dict[str, list[Ring]]:
    """Rings by council code, in whole units with y upwards; simplified, for a picture only."""
    found: dict[str, list[Ring]] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return found


def _order(row: Mapping[str, Any]) -> tuple[int, int]:
    return -shade(row["waiting"], row["freePlaces"]), row["freePlaces"] - row["waiting"]


def _path(rings: Iterable[Ring]) -> str:
    """SVG counts y downwards, so north is turned up here; each step from the last is short to say.

    >>> _path([[[2, 5], [4, 5], [4, 3]]])
    'M2 -5l2 0 0 2z'
    """
    return "".join(f"M{ring[0][0]} {-ring[0][1]}l{_steps(ring)}z" for ring in rings if ring)


def _steps(ring: Ring) -> str:
    moves = itertools.pairwise(ring)
    return " ".join(f"{after[0] - x} {y - after[1]}" for (x, y), after in moves)


def _box(rings: list[Ring]) -> str:
    if not rings:
        return "0 0 1 1"
    xs = [x for ring in rings for x, _ in ring]
    ys = [-y for ring in rings for _, y in ring]
    margin = 4
    width, height = max(xs) - min(xs) + 2 * margin, max(ys) - min(ys) + 2 * margin
    return f"{min(xs) - margin} {min(ys) - margin} {width} {height}"


def _finding(councils: tuple[Council, ...]) -> str:
    shortest = [each.name for each in councils if each.shade == DARKEST]
    if shortest:
        return f"Somebody waits and no mentor is free in {listed(shortest)}."
    short = [each.name for each in councils if each.shade == DARKEST - 1]
    if short:
        return f"Fewer mentors are free than people wait in {listed(short)}."
    waiting = sum(each.waiting for each in councils)
    return f"Help is near enough everywhere: {counted(waiting, 'person', 'people')} waiting."
