"""Figures beside the table: `python -m bench.again SIZE` prints one line of JSON.

"Why not this mentor?" of pairs that were not chosen, with the exact price, as a page is answered
from a run that its process holds; a run after two in a hundred adopters and mentors came and went,
as it is, looked at afresh, and with the best swaps taken until one pair in two hundred changed.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from bench.instance import MATCHES_THEN_SCORE, joint
from services.matching.model.snapshot import Pair, Snapshot
from services.matching.model.why_not import WhyNotKind
from services.matching.places.places import Places as AllPlaces
from services.matching.solver.answer import Answer, answer
from services.matching.solver.flow import best_score
from services.matching.solver.judge import judge
from services.matching.solver.problem import Places, Problem, arrange, build, places
from services.matching.solver.solve import solve
from services.matching.solver.swaps import swaps
from services.matching.solver.why_not import why_not

PRICES = 200
CHURN = 0.02
IMPROVED = 0.005
COSTS_OF_A_CHANGE = (40, 60, 70, 80)


def held_again(found: Answer) -> Answer:
    """What a process makes of a stored run that somebody asks about first."""
    judged = judge(found.snapshot, found.settings)
    problem = build(judged, found.snapshot, found.settings)
    again = Answer(found.snapshot, found.settings, judged, problem, found.solution)
    _ = again.residual.outward, again.residual.inward, again.residual.moves
    return again


def prices(found: Answer) -> dict[str, Any]:
    """Milliseconds for each answer, once the run is held; beside them a whole solve, as a price
    would take that is found by solving again.
    """
    chance = random.Random(1)
    start = time.perf_counter()
    found = held_again(found)
    first = time.perf_counter() - start
    times: list[float] = []
    while len(times) < PRICES:
        row = chance.randrange(len(found.judged.mentees))
        columns = found.problem.edges_of(row)[0].tolist()
        others = [column for column in columns if column != found.chosen.get(row)]
        if others:
            who = found.mentee(row).request_id, found.mentor(chance.choice(others)).mentor_id
            start = time.perf_counter()
            said = why_not(found, *who)
            times.append(1000 * (time.perf_counter() - start))
            assert said.kind is WhyNotKind.PRICED
    cuts = statistics.quantiles(times, n=20)
    start = time.perf_counter()
    assert len(solve(found.problem).pairs) == len(found.solution.pairs)
    return {
        "held_s": first,
        "price_median_ms": cuts[9],
        "price_p95_ms": cuts[18],
        "solved_again_ms": 1000 * (time.perf_counter() - start),
    }


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


def improved(now: Answer, afresh: Answer, most: int) -> dict[str, int]:
    """The best swaps taken one by one, while no more than so many pairs change."""
    quality = {now.mentee(row).request_id: now.quality(row, at) for row, at in now.chosen.items()}
    changes = 0
    for swap in swaps(afresh, named(now)):
        moved = sum(move.before is not None for move in swap.moves)
        if changes + moved <= most:
            changes += moved
            quality |= {move.request_id: move.quality_after for move in swap.moves}
            for move in swap.moves:
                if move.after is None:
                    del quality[move.request_id]
    return {
        "improved_changes": changes,
        "improved_matched": len(quality),
        "improved_score": sum(quality.values()),
    }


def bound(people: Snapshot, before: Mapping[Any, Any], changes: int) -> int:
    """The most that any answer with so few changes can score, however many it matches.

    Whatever a change is made to cost, the best answer at that cost plus what the allowed changes
    would have paid is a bound; the least over some costs is given.
    """
    judged = judge(replace(people, kept=frozenset(before.items())), MATCHES_THEN_SCORE)
    problem = arrange(judged, MATCHES_THEN_SCORE, pins=(), kept=())
    row, column = places(judged)
    stay = {(row[a], column[b]) for a, b in before.items() if a in row and b in column}
    edges = zip(problem.row.tolist(), problem.column.tolist(), strict=True)
    stays = np.array([edge in stay for edge in edges])
    bounds = []
    for cost in COSTS_OF_A_CHANGE:
        dear = replace(problem, quality=problem.quality + cost * stays)
        best = best_score(dear)
        assert best.gap == 0
        bounds.append(total(best.problem, best.pairs) - cost * (len(stay) - changes))
    return min(bounds)


def total(problem: Problem, pairs: Places) -> int:
    edges = zip(problem.row.tolist(), problem.column.tolist(), strict=True)
    worth = dict(zip(edges, problem.quality.tolist(), strict=True))
    return sum(worth[pair] for pair in pairs)


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

    most = int(IMPROVED * len(could_stay))
    return {
        "could_stay": len(could_stay),
        "most_changes": most,
        "most_score": bound(people, before, most),
        "kept_changes": moved(as_it_is),
        "kept_matched": len(as_it_is.chosen),
        "kept_score": score(as_it_is),
        **improved(as_it_is, afresh, most),
        "afresh_changes": moved(afresh),
        "afresh_matched": len(afresh.chosen),
        "afresh_score": score(afresh),
    }


def main(size: int) -> None:
    all_places = AllPlaces.load()
    people = joint(size, all_places)
    found = answer(people, MATCHES_THEN_SCORE)
    more = joint(max(100, size // 10), all_places, seed=2)
    print(json.dumps({**prices(found), **again(found, churned(people, more))}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
