"""Needs of one to three points in one agency: no flow, so that each aim is proved by packing.

python -m bench.mixed [FAMILIES ...] prints one line for each size: seconds from people to proved
pairs, measured once, the matched, and the gap. Not part of `make bench`.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date

from bench.crowding import crowd
from dev.crowd import agency_snapshot
from services.matching.model.snapshot import RunSettings
from services.matching.places.places import Places
from services.matching.solver.answer import answer

SIZES = (60, 250, 500)
AGENCY, ON = "ATV", date(2026, 11, 23)


def main(sizes: list[int]) -> None:
    places = Places.load()
    for size in sizes:
        people = agency_snapshot(crowd(size, ON), AGENCY, places)
        needs = Counter(one.need_points for one in people.mentees)
        began = time.perf_counter()
        found = answer(people, RunSettings())
        took = time.perf_counter() - began
        of = ", ".join(f"{many} of {points}" for points, many in sorted(needs.items()))
        print(
            f"{size:6,} families (points: {of}), {len(people.mentors):,} mentors: {took:.1f} s,"
            f" {len(found.solution.pairs):,} matched, gap {found.solution.gap}",
            flush=True,
        )


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or list(SIZES))
