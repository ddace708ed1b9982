"""One trial of our own engine, in a process of its own so that its memory can be told.

python -m bench.trial SIZE compiled|columns RUNS [tiers] prints one line of JSON: seconds of each
step for every run after a first one that warms up (of WARM people, where there are more), pairs,
score, bound, gap and memory.
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bench.instance import MATCHES_THEN_SCORE, STRICT_TIERS, joint
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.places.places import Places
from services.matching.rules.rule import Terms
from services.matching.solver import crowd as crowds
from services.matching.solver.crowd import Crowd, crowd
from services.matching.solver.flow import first_few, seats
from services.matching.solver.judge import judge
from services.matching.solver.lists import by_wait
from services.matching.solver.problem import Problem, Solution, build
from services.matching.solver.solve import solve

WARM = 3_000
"""Enough for the compiled code to be asked for, and for the best few of each to be held."""


def timed(steps: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    steps[name] = time.perf_counter() - start
    return found


def trial(people: Snapshot, settings: RunSettings) -> tuple[dict[str, float], Problem, Solution]:
    """Read the people, judge them, a first answer on few of the pairs, and the one with its proof.

    "first pairs" and "proof" count from when the people are read: what the trials that the targets
    come from began with. "total" counts all but the first answer, which a run does without.
    """
    steps: dict[str, float] = {}
    of = timed(steps, "read", lambda: crowd(people, Terms.of(people, settings)))
    judged = timed(steps, "judge", lambda: judge(people, settings, of))
    problem = timed(steps, "build", lambda: build(judged, people, settings))
    if problem.rest is not None:
        few = replace(problem, rest=None)
        timed(steps, "pairs", lambda: solve(few.only(first_few(few))))
    solution = timed(steps, "solve", lambda: solve(problem))
    scored = steps["judge"] + steps["build"]
    steps["first pairs"] = scored + steps.get("pairs", steps["solve"])
    steps["proof"] = scored + steps["solve"]
    steps["total"] = steps["read"] + steps["proof"]
    return steps, problem, solution


def score(of: Crowd, pairs: list[tuple[int, int]]) -> int:
    """Quality of all pairs together, judged again one family at a time."""
    places = np.array(pairs, np.int64).reshape(-1, 2)
    points = of.points(places[:, 0], places[:, 1])
    asked = of.left.weights.sum(axis=1)[places[:, 0]]
    return int(((200 * points + asked) // np.maximum(1, 2 * asked)).sum())


def scoring_s(of: Crowd) -> float:
    """Seconds to judge and score every pair that agency and distance leave; the middle of three."""
    seconds = []
    for anew in (replace(of) for _ in range(3)):  # a crowd keeps what it has judged
        start = time.perf_counter()
        allowed = sum(len(part.place) for part in anew.opened())
        seconds.append(time.perf_counter() - start)
        assert allowed > 0
    return statistics.median(seconds)


def waits_left(problem: Problem, pairs: list[tuple[int, int]]) -> dict[str, int]:
    """The longest wait left, of all and of those who may have any mentor; and why the latter cannot
    be less: families who all waited as long or longer, with fewer places between them.
    """
    left = sorted(set(range(len(problem.mentees))) - {row for row, _ in pairs})
    waits = [one.waiting_days for one in problem.mentees]
    could = [row for row in left if len(problem.held_of(row)[0])]
    if not could:
        return {"longest_left_days": max((waits[row] for row in left), default=0)}
    longest = max(could, key=lambda row: waits[row])
    rows, columns = reached(problem, pairs, longest)
    return {
        "longest_left_days": max(waits[row] for row in left),
        "nobody_allowed": len(left) - len(could),
        "longest_could_days": waits[longest],
        "as_long_families": len(rows),
        "as_long_least_days": min(waits[row] for row in rows),
        "as_long_places": int(seats(problem)[sorted(columns)].sum()),
    }


def reached(
    problem: Problem, pairs: list[tuple[int, int]], row: int
) -> tuple[frozenset[int], frozenset[int]]:
    """Families who would have to give way, one for another, and every mentor they may have."""
    at: dict[int, list[int]] = {}
    for other, column in pairs:
        at.setdefault(column, []).append(other)
    rows, columns, to_see = {row}, set[int](), [row]
    while to_see:
        new = set(problem.edges_of(to_see.pop())[0].tolist()) - columns
        columns |= new
        more = {other for column in new for other in at.get(column, [])} - rows
        rows |= more
        to_see.extend(more)
    return frozenset(rows), frozenset(columns)


def other_ways(problem: Problem, of: Crowd, longest_days: int) -> dict[str, int]:
    """The score if no wait counted, and if only the longest wait were held to what it can be."""
    waits = np.array([one.waiting_days for one in problem.mentees])
    scores = [
        score(of, list(solve(replace(problem, tier=tier)).pairs))
        for tier in (np.zeros_like(problem.tier), (waits <= longest_days).astype(np.int64))
    ]
    return {"score_no_waits": scores[0], "score_longest_only": scores[1]}


def main(size: int, how: str, runs: int, settings: RunSettings) -> None:
    if how == "columns":
        crowds.MANY_PAIRS = 1 << 62
    trial(joint(min(size, WARM), Places.load()), settings)
    people = joint(size, Places.load())
    gc.freeze()  # as `actions.apart` does with a question
    of = crowd(people, Terms.of(people, settings))
    steps = [trial(people, settings)[0] for _ in range(runs - 1)]
    last, problem, solution = trial(people, settings)
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    pairs = list(solution.pairs)
    told: dict[str, int] = {}
    if settings is STRICT_TIERS:
        told = waits_left(problem, pairs)
        told |= other_ways(problem, of, told.get("longest_could_days", 0))
    queue = list(by_wait(problem)) if how == "compiled" else []
    print(
        json.dumps(
            {
                "size": size,
                "how": "compiled" if of.compiled else "columns",
                "steps": [*steps, last],
                "scoring_s": scoring_s(of),
                "places": int(of.right.free.sum()),
                "matched": len(pairs),
                "score": score(of, pairs),
                "gap": solution.gap,
                "result": solution.result.value,
                **told,
                "by_wait": {"matched": len(queue), "score": score(of, queue)},
                "peak_mb": peak_mb,
            }
        )
    )


if __name__ == "__main__":
    tiers = STRICT_TIERS if sys.argv[4:] == ["tiers"] else MATCHES_THEN_SCORE
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), tiers)
