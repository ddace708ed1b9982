"""Solves one public instance and prints one line of JSON: `python -m bench.solve FILE`.

Assignment by the product's network flow; generalised assignment by CP-SAT, piece by piece where it
is large, with a bound of its own (`generalised`).
"""

import argparse
import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.generalised import least
from bench.instances import Agents, Edges, Kind, Malformed, read
from services.matching.model.run import Result
from services.matching.solver.flow import Arcs

Answer = dict[str, Any]  # one JSON object


def assign(problem: Edges) -> Answer:
    """The most pairs, at the least cost: exact, so the bound is the objective."""
    size, edges = problem.size, len(problem.row)
    source, sink = 2 * size, 2 * size + 1
    ones, free = np.ones(size, np.int64), np.zeros(size, np.int64)
    arcs = Arcs([], [], [], [])
    arcs.add(problem.row, size + problem.column, np.ones(edges, np.int64), problem.cost)
    arcs.add(np.full(size, source), np.arange(size), ones, free)
    arcs.add(size + np.arange(size), np.full(size, sink), ones, free)
    network = arcs.solver()
    network.set_node_supply(source, size)
    network.set_node_supply(sink, -size)
    status = network.solve_max_flow_with_min_cost()
    if status == network.BAD_COST_RANGE:
        raise Malformed("The costs are too large for so many rows: the solver would overflow.")
    assert status == network.OPTIMAL, f"the flow ended as {status}"
    chosen = network.flows(np.arange(edges, dtype=np.int32)) > 0
    objective = int(problem.cost[chosen].sum())
    return _answer(Result.OPTIMAL, int(chosen.sum()), objective, objective)


def assign_generalised(problem: Agents, *, minimise: bool, seconds: float) -> Answer:
    """Every job to one agent within capacities; the best that was found, and its bound."""
    sign = 1 if minimise else -1
    found = least(replace(problem, worth=sign * problem.worth), seconds)
    if found.impossible:
        return _answer(Result.IMPOSSIBLE, 0, None, None)
    bound = None if found.bound is None else sign * found.bound
    if found.home is None:
        return _answer(Result.OUT_OF_TIME, 0, None, bound)
    jobs = np.arange(len(found.home))
    objective = int(problem.worth[found.home, jobs].sum())
    result = Result.OPTIMAL if objective == bound else Result.OUT_OF_TIME
    return _answer(result, len(jobs), objective, bound)


def _answer(result: Result, matched: int, objective: int | None, bound: int | None) -> Answer:
    gap = None if objective is None or bound is None else abs(bound - objective)
    return {
        "result": result.value,
        "matched": matched,
        "objective": objective,
        "bound": bound,
        "gap": gap,
    }


def solve(path: Path, *, kind: Kind | None, minimise: bool, seconds: float) -> Answer:
    """Read and solve; `seconds` counts both. Raises Malformed."""
    start = time.perf_counter()
    problem = read(path, kind)
    if isinstance(problem, Edges):
        answer = assign(problem)
    else:
        answer = assign_generalised(problem, minimise=minimise, seconds=seconds)
    return {**answer, "seconds": round(time.perf_counter() - start, 3)}


def _seconds(text: str) -> float:
    """Raises ValueError for what is no time."""
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise ValueError(text)
    return seconds


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.solve", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", type=Kind, choices=list(Kind), help="told from the file if not")
    parser.add_argument("--minimise", action="store_true", help="generalised assignment: least")
    parser.add_argument("--seconds", type=_seconds, default=60.0, help="at most; 60 unless given")
    given = parser.parse_args(arguments)
    try:
        answer = solve(
            given.file, kind=given.format, minimise=given.minimise, seconds=given.seconds
        )
    except Malformed as fault:
        print(fault, file=sys.stderr)
        return 2
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
