"""Figures beside the table: `python -m bench.again SIZE` prints one line of JSON.

The exact price of a pair that was not chosen, against solving again; a run after two in a hundred
adopters and mentors came and went, as it is and looked at afresh.
"""

import json
import random
import statistics
import sys
import time
from dataclasses import replace
from typing import Any

from bench.instance import MATCHES_THEN_SCORE, joint
from services.matching.model.snapshot import Pair, Snapshot
from services.matching.places.places import Places
from services.matching.solver.answer import Answer, answer
from services.matching.solver.forcing import cost_of_pair

PRICES = 200
CHURN = 0.02


def prices(found: Answer) -> dict[str, Any]:
    """Milliseconds for the exact price of a pair, once the first one has been asked for."""
    chance = random.Random(1)
    start = time.perf_counter()
    _ = found.residual.outward, found.residual.inward
    first = time.perf_counter() - start
    times = []
    while len(times) < PRICES:
        row = chance.randrange(len(found.judged.mentees))
        others = [column for column in found.worth[row] if column != found.chosen.get(row)]
        if others:
            column = chance.choice(others)
            start = time.perf_counter()
            assert cost_of_pair(found, row, column) is not None
            times.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(times, n=20)
    return {"first_price_s": first, "price_median_ms": cuts[9], "price_p95_ms": cuts[18]}


def named(found: Answer) -> dict[Any, Any]:
    return {
        found.mentee(row).request_id: found.mentor(column).mentor_id
        for row, column in found.chosen.items()
    }


def churned(people: Snapshot, more: Snapshot) -> Snapshot:
    """Two in a hundred of each side leave, and as many others come."""
    chance = random.Random(2)

    def turned(those: tuple[Any, ...], others: tuple[Any, ...], key: str) -> tuple[Any, ...]:
        count = round(CHURN * len(those))
        gone = set(chance.sample(range(len(those)), count))
        known = {getattr(one, key) for one in those}
        new = [one for one in others if getattr(one, key) not in known][:count]
        return (*(one for at, one in enumerate(those) if at not in gone), *new)

    return replace(
        people,
        mentees=turned(people.mentees, more.mentees, "request_id"),
        mentors=turned(people.mentors, more.mentors, "mentor_id"),
    )


def score(found: Answer) -> int:
    return sum(found.quality(row, column) for row, column in found.chosen.items())


def again(found: Answer, people: Snapshot) -> dict[str, Any]:
    before = named(found)
    kept: frozenset[Pair] = frozenset(before.items())
    as_it_is = answer(replace(people, kept=kept), found.settings)
    afresh = answer(people, found.settings)
    waiting = {one.request_id for one in people.mentees}
    there = {one.mentor_id for one in people.mentors}
    could_stay = {r: m for r, m in before.items() if r in waiting and m in there}

    def moved(now: Answer) -> int:
        pairs = named(now)
        return sum(pairs.get(request) != mentor for request, mentor in could_stay.items())

    return {
        "could_stay": len(could_stay),
        "kept_changes": moved(as_it_is),
        "kept_matched": len(as_it_is.chosen),
        "kept_score": score(as_it_is),
        "afresh_changes": moved(afresh),
        "afresh_matched": len(afresh.chosen),
        "afresh_score": score(afresh),
    }


def main(size: int) -> None:
    places = Places.load()
    people = joint(size, places)
    found = answer(people, MATCHES_THEN_SCORE)
    more = joint(max(100, size // 10), places, seed=2)
    print(json.dumps({**prices(found), **again(found, churned(people, more))}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
