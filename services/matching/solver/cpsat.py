"""CP-SAT for the components that are no flow: different needs of points, rules across mentors.

Whether a mentor's free points hold a light and a heavy need is a knapsack, which no flow sees; nor
does it see that two adults share a mentor, or that an agency lends so many places and no more.
Each aim is a solve of its own, and what it reached is held while the next is improved. One worker,
a fixed seed and a deterministic limit: the same input ends in the same answer on any machine. The
draw among equals comes last and need not be proved: any answer that it leaves is as good.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from services.matching.model.run import Result
from services.matching.solver import filled
from services.matching.solver.across import Bounds, exceeded
from services.matching.solver.choices import Choice, Choices, Row
from services.matching.solver.columns import Numbers
from services.matching.solver.problem import Limits, Problem, Solution
from services.matching.solver.proving import prove

LARGEST_AIM = 1 << 10
MANY_CHOICES = 75_000
"""Beyond so many the solver spends minutes on each aim before it begins: such a part is filled."""


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
    hinted = _hinted(task, frozenset(hint))
    if _choices(task) > MANY_CHOICES:
        return _filled(task, hinted if ceiling else None)
    model = Choices()
    chosen = _variables(model, task)
    cuts = _constrain(model, task, chosen)
    aims = [{edge: each[edge] for edge in chosen} for each in _aims(problem, task.edges)]
    proof = prove(model, cuts, [_by_choice(aim, chosen) for aim in aims], limits.work)
    if proof.answer is not None:
        known = frozenset(edge for edge, one in chosen.items() if one in proof.answer)
    else:
        known = _repaired(task, [edge for edge in hinted if edge in chosen])
    gap, left, level = 0, proof.left, True
    for aim, top in zip(aims, proof.ceilings, strict=True):
        most = top if level else sum(aim.values())
        found = _improve(model, chosen, Aim(aim, most), known, max(0.0, left))
        known, left = found.edges, left - found.work
        gap = gap or found.gap
        level = level and sum(aim[edge] for edge in known) == most
    if not gap:
        draw = {edge: int(problem.tie[edge]) for edge in chosen}
        known = _improve(model, chosen, Aim(draw, sum(draw.values())), known, limits.draw).edges
    result = Result.OUT_OF_TIME if gap else Result.OPTIMAL
    return Solution(_pairs(problem, known), gap=gap, result=result)


def _choices(task: Task) -> int:
    """About how many variables: edges that a bound counts mostly share one with another."""
    bound = {edge for each in task.bounds for edge in each.times}
    return len(task.edges) - len(bound) // 2


def _filled(task: Task, hinted: Sequence[int] | None) -> Solution:
    chosen = filled.fill(task.problem, task.edges, task.bounds)
    gap = filled.open_after(task.problem, task.edges, chosen, hinted)
    return Solution(_pairs(task.problem, chosen), gap=gap, result=Result.OUT_OF_TIME)


def _variables(model: Choices, task: Task) -> dict[int, Choice]:
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
    found: dict[int, Choice] = {}
    for edge in sorted(set(map(int, task.edges)) - closed):
        shared = found.get(same.get(edge, edge))
        found[edge] = model.add() if shared is None else shared
    return found


def _constrain(model: Choices, task: Task, chosen: dict[int, Choice]) -> list[Row]:
    """Bound the model. Returns what follows for whole choices and not for parts of them: of needs
    of two points and more, a mentor with three free takes one.
    """
    problem, cuts = task.problem, list[Row]()
    by_row: dict[int, list[int]] = {}
    by_column: dict[int, list[int]] = {}
    for edge in chosen:
        by_row.setdefault(int(problem.row[edge]), []).append(edge)
        by_column.setdefault(int(problem.column[edge]), []).append(edge)
    for edges in by_row.values():
        model.at_most_one(chosen[edge] for edge in edges)
    for column, edges in by_column.items():
        needs = {edge: int(problem.need[problem.row[edge]]) for edge in edges}
        free = int(problem.free[column])
        model.at_most(_by_choice(needs, chosen), free)
        for counted, most in packed_into(set(needs.values()), free):
            whole = {edge: counted[need] for edge, need in needs.items() if counted[need]}
            cuts.append(Row(_by_choice(whole, chosen), most=most))
    for bound in task.bounds:
        counts = _by_choice(bound.times, chosen)
        if any(counts.values()):
            model.at_most(counts, bound.most)
    return cuts


def packed_into(needs: Set[int], free: int) -> Iterator[tuple[dict[int, int], int]]:
    """What each need counts at a mentor with so much free, and up to how much, where whole people
    are counted: of needs of two, room for three takes one; beside a need of three, room for four
    takes none of two. Source: dual feasible functions (Fekete and Schepers, 2001).
    """
    for size in needs - {1}:
        yield {need: need // size for need in needs}, free // size
    for small in range(2, free // 2 + 1):
        large = {need: free if need > free - small else need for need in needs}
        yield {need: 0 if need < small else counted for need, counted in large.items()}, free


def _by_choice(times: Mapping[int, int], chosen: dict[int, Choice]) -> dict[Choice, int]:
    """What is counted by edge, counted by variable: edges chosen only together share one."""
    counts: dict[Choice, int] = {}
    for edge, count in times.items():
        if edge in chosen:
            counts[chosen[edge]] = counts.get(chosen[edge], 0) + count
    return counts


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
    model: Choices, chosen: dict[int, Choice], aim: Aim, known: frozenset[int], work: float
) -> Found:
    """Maximise one aim and hold what it reached. Out of time, what was known stays the answer."""
    weight, goal = aim.weight, _by_choice(aim.weight, chosen)
    if sum(weight[edge] for edge in known) == aim.most:
        model.at_least(goal, aim.most)
        return Found(known, 0, 0.0)
    model.at_most(goal, aim.most)
    hinted = {one: edge in known for edge, one in chosen.items()}
    settled = model.best(goal, hinted, work=work)
    if settled.chosen is not None:
        known = frozenset(edge for edge, one in chosen.items() if one in settled.chosen)
    reached = sum(weight[edge] for edge in known)
    model.at_least(goal, reached)
    bound = aim.most if settled.chosen is None else min(aim.most, settled.bound)
    gap = 0 if settled.proved or reached == aim.most else max(1, bound - reached)
    return Found(known, gap, settled.work)


def _pairs(problem: Problem, edges: frozenset[int]) -> tuple[tuple[int, int], ...]:
    return tuple((int(problem.row[edge]), int(problem.column[edge])) for edge in sorted(edges))
