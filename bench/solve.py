"""Solves one public instance and prints one line of JSON: `python -m bench.solve FILE`.

Assignment by the product's network flow, generalised assignment by CP-SAT, as in a run.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from bench.instances import Agents, Edges, Kind, Malformed, read
from services.matching.model.run import Result
from services.matching.solver.flow import Arcs

NEARLY = 1e-6
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
    agents, jobs = problem.worth.shape
    model = cp_model.CpModel()
    given = [[model.new_bool_var("") for _ in range(jobs)] for _ in range(agents)]
    for job in range(jobs):
        model.add_exactly_one(row[job] for row in given)
    for row, use, capacity in zip(given, problem.use, problem.capacity, strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(row, use.tolist()) <= int(capacity))
    every = [variable for row in given for variable in row]
    goal = cp_model.LinearExpr.weighted_sum(every, problem.worth.ravel().tolist())
    model.minimize(goal) if minimise else model.maximize(goal)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.linearization_level = 2
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return _answer(Result.IMPOSSIBLE, 0, None, None)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _answer(Result.OUT_OF_TIME, 0, None, None)
    bound = solver.best_objective_bound  # no better answer than this, so round towards the answer
    whole = math.ceil(bound - NEARLY) if minimise else math.floor(bound + NEARLY)
    result = Result.OPTIMAL if status == cp_model.OPTIMAL else Result.OUT_OF_TIME
    return _answer(result, jobs, round(solver.objective_value), whole)


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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.solve", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", type=Kind, choices=list(Kind), help="told from the file if not")
    parser.add_argument("--minimise", action="store_true", help="generalised assignment: least")
    parser.add_argument("--seconds", type=float, default=60.0, help="for CP-SAT; 60 unless given")
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
