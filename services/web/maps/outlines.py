"""The shapes of councils and places on them: SVG paths, boxes, points of the National Grid."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

OUTLINES = Path(__file__).with_name("outlines.json")
MARGIN = 4
STEPS = 150  # of the longer side of a map: as fine as the eye tells on a desk

Ring = list[list[int]]


@cache
def outlines() -> dict[str, list[Ring]]:
    """Rings by council code, in whole units with y upwards; simplified, for a picture only."""
    found: dict[str, list[Ring]] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return found


def rings_of(code: str) -> list[Ring]:
    return outlines().get(code, [])


def path(rings: Iterable[Ring]) -> str:
    """SVG counts y downwards, so north is turned up here; each step from the last is short to say.

    >>> path([[[2, 5], [4, 5], [4, 3]]])
    'M2 -5l2 0 0 2z'
    """
    return "".join(f"M{ring[0][0]} {-ring[0][1]}l{_steps(ring)}z" for ring in rings if ring)


def shapes(codes: Iterable[str]) -> dict[str, str]:
    """The path of each council that has a shape, once for all maps of a page."""
    return {code: path(rings_of(code)) for code in sorted(set(codes)) if rings_of(code)}


def _steps(ring: Ring) -> str:
    moves = itertools.pairwise(ring)
    return " ".join(f"{after[0] - x} {y - after[1]}" for (x, y), after in moves)


def view_box(rings: Iterable[Ring], points: Iterable[tuple[int, int]] = ()) -> str:
    """The box that holds all of it; points are as `point` gives them."""
    given = list(points)
    xs = [x for ring in rings for x, _ in ring] + [x for x, _ in given]
    ys = [-y for ring in rings for _, y in ring] + [y for _, y in given]
    if not xs:
        return "0 0 1 1"
    width, height = max(xs) - min(xs) + 2 * MARGIN, max(ys) - min(ys) + 2 * MARGIN
    return f"{min(xs) - MARGIN} {min(ys) - MARGIN} {width} {height}"


def point(easting_m: int, northing_m: int) -> tuple[int, int]:
    """Where a point of the National Grid stands among the outlines, y downwards.

    Fitted to the centres of England's outward codes; at most 1.5 units (330 m) beside the mark,
    less than a line is wide.

    >>> point(471_000, 173_000)
    (-295, -25726)
    """
    east, north = (easting_m - 400_000) / 100_000, (northing_m - 300_000) / 100_000
    x = -602.289 + 444.672 * east + 8.990 * east * north
    y = 26298.815 + 449.402 * north - 4.409 * east * east
    return round(x), -round(y)


def on_one_grid(codes: Iterable[str]) -> dict[str, list[Ring]]:
    """The outlines on one grid as coarse as the whole of them is wide, so that borders that two
    councils share stay shared, and a large area weighs no more than a small one.
    """
    found = {code: rings_of(code) for code in codes}
    points = [point for rings in found.values() for ring in rings for point in ring]
    if not points:
        return found
    spans = [max(side) - min(side) for side in zip(*points, strict=True)]
    step = max(1, round(max(spans) / STEPS))
    snapped = {code: [_snapped(ring, step) for ring in rings] for code, rings in found.items()}
    return {code: [ring for ring in rings if len(ring) > 2] for code, rings in snapped.items()}


def _snapped(ring: Ring, step: int) -> Ring:
    """
    >>> _snapped([[0, 0], [1, 1], [9, 0], [11, 8], [0, 9]], 5)
    [[0, 0], [2, 0], [2, 2], [0, 2]]
    """
    points = [[round(x / step), round(y / step)] for x, y in ring]
    return [point for before, point in zip([[], *points], points, strict=False) if point != before]
