"""CP-SAT for the components that are no flow: different needs of points, rules across mentors.

Whether a mentor's free points hold a light and a heavy need is a knapsack, which no flow sees; nor
does it see that two adults share a mentor, or that an agency lends so many places and no more.
Each aim is a solve of its own, and what it reached is held while the next is improved. One worker,
a fixed seed and a deterministic limit: the same input ends in the same answer on any machine. The
draw among equals comes last and need not be proved: any answer that it leaves is as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from services.matching.model.run import Result
from services.matching.solver.across import Bounds, exceeded
from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Limits, Problem, Solution

LARGEST_AIM = 1 << 10


@dataclass(frozen=True, slots=True)
class Task:
    """Some `edges` of a problem (places in it), and what reaches across their mentors."""

    problem: Problem
    edges: Numbers
    bounds: Bounds = ()


def solve(
    task: Task,
    *,
    hint: Sequence[tuple[int, int]] = (),
    ceiling: bool = False,
    limits: Limits | None = None,
) -> Solution:
    """The best pairs among the edges, under the free points of each mentor and every bound.

    `ceiling` says that the hint is the proved best where points and bounds are not looked at: then
    no aim can come to more than it does there, as long as the aims before it come to as much.
    """
    problem, limits = task.problem, limits or Limits()
    model = cp_model.CpModel()
    chosen = _variables(model, task)
    _constrain(model, task, chosen)
    hinted = _hinted(task, frozenset(hint))
    known = _repaired(task, [edge for edge in hinted if edge in chosen])
    gap, left, level = 0, limits.work, ceiling
    for each in _aims(problem, task.edges):
        aim = {edge: each[edge] for edge in chosen}
        most = sum(each[edge] for edge in hinted) if level else sum(aim.values())
        found = _improve(model, chosen, Aim(aim, most), known, max(0.0, left))
        known, left = found.edges, left - found.work
        gap = gap or found.gap
        level = level and sum(aim[edge] for edge in known) == most
    if not gap:
        draw = {edge: int(problem.tie[edge]) for edge in chosen}
        known = _improve(model, chosen, Aim(draw, sum(draw.values())), known, limits.draw).edges
    result = Result.OUT_OF_TIME if gap else Result.OPTIMAL
    return Solution(_pairs(problem, known), gap=gap, result=result)


def _variables(model: cp_model.CpModel, task: Task) -> dict[int, cp_model.IntVar]:
    """One for each edge that the bounds leave; edges that are chosen only together share one.

    What the solver would find out for itself, at the beginning of each aim: of two adults who share
    a mentor half the variables go, and nearly all the bounds.
    """
    closed, at_most = set[int](), set[tuple[int, int]]()
    for bound in task.bounds:
        if bound.most == 0 and all(times > 0 for times in bound.times.values()):
            closed |= set(bound.times)
        elif bound.most == 0 and sorted(bound.times.values()) == [-1, 1]:
            first, other = sorted(bound.times, key=lambda edge: bound.times[edge])
            at_most.add((first, other))
    same = {one: other for one, other in at_most if one > other and (other, one) in at_most}
    found: dict[int, cp_model.IntVar] = {}
    for edge in sorted(set(map(int, task.edges)) - closed):
        shared = found.get(same.get(edge, edge))
        found[edge] = model.new_bool_var("") if shared is None else shared
    return found


def _constrain(model: cp_model.CpModel, task: Task, chosen: dict[int, cp_model.IntVar]) -> None:
    problem = task.problem
    by_row: dict[int, list[int]] = {}
    by_column: dict[int, list[int]] = {}
    for edge in chosen:
        by_row.setdefault(int(problem.row[edge]), []).append(edge)
        by_column.setdefault(int(problem.column[edge]), []).append(edge)
    for edges in by_row.values():
        model.add_at_most_one(chosen[edge] for edge in edges)
    for column, edges in by_column.items():
        needs = [int(problem.need[problem.row[edge]]) for edge in edges]
        load = cp_model.LinearExpr.weighted_sum([chosen[edge] for edge in edges], needs)
        model.add(load <= int(problem.free[column]))
    for bound in task.bounds:
        times = {edge: count for edge, count in bound.times.items() if edge in chosen}
        counts: dict[int, int] = {}
        for edge, count in times.items():
            counts[chosen[edge].index] = counts.get(chosen[edge].index, 0) + count
        if any(counts.values()):
            counted = [chosen[edge] for edge in times]
            model.add(cp_model.LinearExpr.weighted_sum(counted, list(times.values())) <= bound.most)


def _hinted(task: Task, hint: frozenset[tuple[int, int]]) -> list[int]:
    """The hinted edges, longest waiting first."""
    row, column, tier = task.problem.row, task.problem.column, task.problem.tier
    edges = [int(edge) for edge in task.edges]
    wanted = [edge for edge in edges if (int(row[edge]), int(column[edge])) in hint]
    return sorted(wanted, key=lambda edge: (int(tier[row[edge]]), edge))


def _repaired(task: Task, hinted: Sequence[int]) -> frozenset[int]:
    """A first answer that keeps every rule: the hinted edges while there is room, less those that
    break a bound, the shortest wait first.
    """
    problem = task.problem
    free = problem.free.copy()
    taken: list[int] = []
    for edge in hinted:
        need, column = problem.need[problem.row[edge]], problem.column[edge]
        if need <= free[column]:
            free[column] -= need
            taken.append(edge)
    while broken := [one for one in task.bounds if exceeded(one, frozenset(taken))]:
        taken.remove(next(e for e in reversed(taken) if broken[0].times.get(e, 0) > 0))
    return frozenset(taken)


def _aims(problem: Problem, edges: Numbers) -> list[dict[int, int]]:
    """What to improve, first to last, as a weight for each edge."""
    places = [int(edge) for edge in edges]
    aims = [dict.fromkeys(places, 1), *_waiting_aims(problem, places)]
    aims.append({edge: int(problem.quality[edge]) for edge in places})
    return aims


def _waiting_aims(problem: Problem, places: list[int]) -> list[dict[int, int]]:
    """Strict tiers, longest first; small ones share an aim, which is quicker than all or none."""
    rows = np.unique(problem.row[places])
    levels, counts = np.unique(problem.tier[rows], return_counts=True)
    groups: list[list[tuple[int, int]]] = []
    size = 1
    for level, count in zip(levels.tolist(), counts.tolist(), strict=True):
        if not groups or size * (count + 1) > LARGEST_AIM:
            groups.append([])
            size = 1
        groups[-1].append((level, count))
        size *= count + 1
    return [_tier_weights(problem, places, group) for group in groups] if len(levels) > 1 else []


def _tier_weights(
    problem: Problem, places: list[int], group: list[tuple[int, int]]
) -> dict[int, int]:
    weights: dict[int, int] = {}
    step = 1
    for level, count in reversed(group):
        weights[level] = step
        step *= count + 1
    return {edge: weights.get(int(problem.tier[problem.row[edge]]), 0) for edge in places}


@dataclass(frozen=True, slots=True)
class Found:
    """The edges that an aim reached, what its bound leaves open, and the work that it took."""

    edges: frozenset[int]
    gap: int
    work: float


@dataclass(frozen=True, slots=True)
class Aim:
    """What each edge counts for an aim, and the most that it is known to come to."""

    weight: dict[int, int]
    most: int


def _improve(
    model: cp_model.CpModel,
    chosen: dict[int, cp_model.IntVar],
    aim: Aim,
    known: frozenset[int],
    work: float,
) -> Found:
    """Maximise one aim and hold what it reached. Out of time, what was known stays the answer."""
    weight = aim.weight
    counted = [chosen[edge] for edge in weight]
    goal = cp_model.LinearExpr.weighted_sum(counted, list(weight.values()))
    if sum(weight[edge] for edge in known) == aim.most:
        model.add(goal >= aim.most)
        return Found(known, 0, 0.0)
    model.maximize(goal)
    model.add(goal <= aim.most)
    untyped: Any = model
    untyped.clear_hints()
    hinted = {one.index: (one, edge in known) for edge, one in chosen.items()}
    for variable, value in hinted.values():
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = work
    # The whole linear relaxation: with less of it, three hundred families took two minutes.
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    answered = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if answered:
        known = frozenset(edge for edge, one in chosen.items() if solver.boolean_value(one))
    reached = sum(weight[edge] for edge in known)
    model.add(goal >= reached)
    bound = min(aim.most, int(solver.best_objective_bound)) if answered else aim.most
    gap = 0 if status == cp_model.OPTIMAL or reached == aim.most else max(1, bound - reached)
    proto: Any = solver.response_proto
    return Found(known, gap, float(proto.deterministic_time))


def _pairs(problem: Problem, edges: frozenset[int]) -> tuple[tuple[int, int], ...]:
    return tuple((int(problem.row[edge]), int(problem.column[edge])) for edge in sorted(edges))
