"""Times and quality of mentor pairing on invented people all over England: `make bench`.

The floor is what an agency does without us: the longest wait first takes the best mentor that is
still free, and what a person does who takes the best pair of a sorted list, then the next. Each
size is run three times; the middle time is shown, with the least and the most. Nothing here is a
test: no figure fails a build.
"""

import statistics
import sys
import time
from dataclasses import dataclass
from datetime import date

import numpy as np

from dev.crowd import england
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.places.places import Places
from services.matching.solver.judge import judge
from services.matching.solver.lists import by_score
from services.matching.solver.problem import Problem, Solution, build
from services.matching.solver.solve import solve

ON = date(2026, 11, 23)
SIZES = (1_000, 10_000)
MIXED_NEEDS_SIZE = 300
RUNS = 3


@dataclass(frozen=True)
class Trial:
    judge_s: float
    solve_s: float
    problem: Problem
    solution: Solution
    possible: int


def trial(snapshot: Snapshot, settings: RunSettings) -> Trial:
    start = time.perf_counter()
    judged = judge(snapshot, settings)
    problem = build(judged, snapshot, settings)
    middle = time.perf_counter()
    solution = solve(problem)
    end = time.perf_counter()
    return Trial(middle - start, end - middle, problem, solution, len(judged.mentee))


def first_come_first_served(problem: Problem) -> int:
    """How many are matched when the longest wait takes the best free mentor, and so on down."""
    free = problem.free.copy()
    order = np.lexsort((problem.tie, -problem.quality, problem.row, problem.tier[problem.row]))
    placed: set[int] = set()
    for edge in order.tolist():
        row, column = int(problem.row[edge]), int(problem.column[edge])
        if row not in placed and problem.need[row] <= free[column]:
            free[column] -= problem.need[row]
            placed.add(row)
    return len(placed)


def seconds(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} ({min(times):.2f}-{max(times):.2f})"


def line(label: str, snapshot: Snapshot) -> str:
    trials = [trial(snapshot, RunSettings()) for _ in range(RUNS)]
    last = trials[-1]
    cells = (
        f"{label:<24}",
        f"{last.possible:>10,}",
        f"{len(last.problem.row):>10,}",
        f"{seconds([one.judge_s for one in trials]):>18}",
        f"{seconds([one.solve_s for one in trials]):>18}",
        f"{seconds([one.judge_s + one.solve_s for one in trials]):>18}",
        f"{len(last.solution.pairs):>8,}",
        f"{last.solution.gap:>5}",
        f"{first_come_first_served(last.problem):>8,}",
        f"{len(by_score(last.problem)):>8,}",
    )
    return " ".join(cells)


def main(sizes: tuple[int, ...]) -> None:
    places = Places.load()
    heads = ("families, mentors", "possible", "at floor", "judge s", "solve s", "both s")
    tails = ("matched", "gap", "by wait", "by best")
    widths = (24, 10, 10, 18, 18, 18, 8, 5, 8, 8)
    print(" ".join(f"{text:>{w}}" for text, w in zip((*heads, *tails), widths, strict=True)))
    for size in sizes:
        crowd = england(size, places, on=ON)
        print(line(f"{size:,}, {len(crowd.mentors):,}", crowd), flush=True)
    mixed = england(MIXED_NEEDS_SIZE, places, on=ON, needs=3)
    print(line(f"{MIXED_NEEDS_SIZE:,}, needs of 1 to 3", mixed))


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
