"""One trial of our own engine, in a process of its own so that its memory can be told.

python -m bench.trial SIZE compiled|columns RUNS [tiers] prints one line of JSON: seconds of each
step for every run after a first one that warms up, pairs, score, bound, gap and memory.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.instance import MATCHES_THEN_SCORE, STRICT_TIERS, joint
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.places.places import Places
from services.matching.rules.rule import Terms
from services.matching.solver import crowd as crowds
from services.matching.solver.crowd import CLOSED, Crowd, crowd
from services.matching.solver.flow import relaxed
from services.matching.solver.judge import judge
from services.matching.solver.lists import by_wait
from services.matching.solver.problem import Limits, Problem, Solution, build
from services.matching.solver.solve import solve


def timed(steps: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    steps[name] = time.perf_counter() - start
    return found


def trial(people: Snapshot, settings: RunSettings) -> tuple[dict[str, float], Problem, Solution]:
    """Read, judge, a first answer on the pairs held, and the answer with its proof."""
    steps: dict[str, float] = {}
    judged = timed(steps, "judge", lambda: judge(people, settings))
    problem = timed(steps, "build", lambda: build(judged, people, settings))
    if problem.rest is not None:
        timed(steps, "pairs", lambda: relaxed(problem, Limits(rounds=0)))
    solution = timed(steps, "solve", lambda: solve(problem))
    steps["total"] = steps["judge"] + steps["build"] + steps["solve"]
    steps["first pairs"] = steps["judge"] + steps["build"] + steps.get("pairs", steps["solve"])
    return steps, problem, solution


def score(of: Crowd, pairs: list[tuple[int, int]]) -> int:
    """Quality of all pairs together, judged again one family at a time."""
    places = np.array(pairs, np.int64).reshape(-1, 2)
    points = of.points(places[:, 0], places[:, 1])
    asked = of.left.weights.sum(axis=1)[places[:, 0]]
    return int(((200 * points + asked) // np.maximum(1, 2 * asked)).sum())


def scoring_s(of: Crowd) -> float:
    """Seconds to judge and score every pair that agency and distance leave."""
    start = time.perf_counter()
    allowed = sum(of.each(lambda block, quality: int((quality != CLOSED).sum())))
    assert allowed > 0
    return time.perf_counter() - start


def longest_wait_left(people: Crowd, pairs: list[tuple[int, int]]) -> int:
    placed = {row for row, _ in pairs}
    left = [one.waiting_days for row, one in enumerate(people.families) if row not in placed]
    return max(left, default=0)


def main(size: int, how: str, runs: int, settings: RunSettings) -> None:
    if how == "columns":
        crowds.MANY_PAIRS = 1 << 62
    people = joint(size, Places.load())
    of = crowd(people, Terms.of(people, settings))
    trial(people, settings) if size <= 10_000 else None
    trials = [trial(people, settings) for _ in range(runs)]
    _, problem, solution = trials[-1]
    pairs = list(solution.pairs)
    queue = list(by_wait(problem)) if how == "compiled" else []
    print(
        json.dumps(
            {
                "size": size,
                "how": "compiled" if of.compiled else "columns",
                "steps": [steps for steps, _, _ in trials],
                "scoring_s": scoring_s(of),
                "places": int(of.right.free.sum()),
                "matched": len(pairs),
                "score": score(of, pairs),
                "gap": solution.gap,
                "result": solution.result.value,
                "longest_wait_left_days": longest_wait_left(of, pairs),
                "by_wait": {"matched": len(queue), "score": score(of, queue)},
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    tiers = STRICT_TIERS if sys.argv[4:] == ["tiers"] else MATCHES_THEN_SCORE
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), tiers)
