"""The pairs of a run as lines between outward codes, on the councils where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.web.maps.outlines import point, rings_of, view_box
from services.web.wording import counted, sentence

WIDEST = 4
LISTED = 12

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A line from a family's outward code to a mentor's; `width` grows with the pairs, 1-4."""

    x: int
    y: int
    to_x: int
    to_y: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    family: str
    mentor: str
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMap:
    """`grounds` are councils by code. `rows` are the same pairs by council, most first; `more` of
    them are not listed.
    """

    grounds: tuple[str, ...]
    threads: tuple[Thread, ...]
    rows: tuple[Between, ...]
    more: int
    view_box: str
    finding: str


def thread_map(threads: Sequence[Row], areas: Iterable[Row]) -> ThreadMap:
    """`threads` and `areas` are the graph's; a pair within one outward code is a dot."""
    codes = [area["council"]["code"] for area in areas]
    codes += [each[side]["council"]["code"] for each in threads for side in ("family", "mentor")]
    known = sorted(set(codes))
    lines = tuple(_thread(each) for each in threads)
    ends = [(line.x, line.y) for line in lines] + [(line.to_x, line.to_y) for line in lines]
    rows = _by_council(threads)
    return ThreadMap(
        grounds=tuple(code for code in known if rings_of(code)),
        threads=lines,
        rows=rows[:LISTED],
        more=sum(row.pairs for row in rows[LISTED:]),
        view_box=view_box([ring for code in known for ring in rings_of(code)], ends),
        finding=_finding(threads),
    )


def _thread(each: Row) -> Thread:
    (x, y), (to_x, to_y) = (
        point(each[side]["eastingM"], each[side]["northingM"]) for side in ("family", "mentor")
    )
    return Thread(x=x, y=y, to_x=to_x, to_y=to_y, width=min(WIDEST, each["pairs"]))


def _by_council(threads: Iterable[Row]) -> tuple[Between, ...]:
    count: Counter[tuple[str, str]] = Counter()
    for each in threads:
        ends = each["family"]["council"]["name"], each["mentor"]["council"]["name"]
        count[ends] += each["pairs"]
    order = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Between(family=ends[0], mentor=ends[1], pairs=pairs) for ends, pairs in order)


def _finding(threads: Sequence[Row]) -> str:
    every = sum(each["pairs"] for each in threads)
    within = sum(
        each["pairs"]
        for each in threads
        if each["family"]["council"]["code"] == each["mentor"]["council"]["code"]
    )
    if not every:
        return "There is no pair to show."
    return sentence(f"{counted(within, 'pair')} of {every:,} lie within one council.")
