"""Min-cost flow: exact, in milliseconds, whenever each family takes one seat of a mentor.

Two solves, each with small whole-number costs, so that no step of one aim can overflow into
another. The first finds how many of each waiting tier can be matched: families that can be matched
together form a matroid, so the best by rank is at once the most people and, among those, the
longest waiting first, tier by tier. The second holds these counts as capacities and finds the
pairs: the best total quality, then the fixed draw.

A large crowd is solved on the best few edges of each side. The prices of the mentors' seats then
judge every edge that was left out: those that would gain are added, and it is solved again, until
none would. The prices are the proof: no answer is worth more than they add up to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from services.matching.solver import prices
from services.matching.solver.columns import Numbers
from services.matching.solver.prices import Answered, rank_within
from services.matching.solver.problem import TIE_STEPS, Problem

LARGEST = 1 << 60
"""OR-Tools scales costs by the number of nodes; beyond this it answers BAD_COST_RANGE."""
FEW_EDGES = 2_000_000
BEST_OF_FAMILY, BEST_OF_MENTOR = 20, 5


@dataclass(frozen=True, slots=True)
class Arcs:
    """A network under construction; nodes are numbered by the caller."""

    tails: list[Numbers]
    heads: list[Numbers]
    capacities: list[Numbers]
    costs: list[Numbers]

    def add(self, tails: Numbers, heads: Numbers, capacities: Numbers, costs: Numbers) -> None:
        self.tails.append(tails)
        self.heads.append(heads)
        self.capacities.append(capacities)
        self.costs.append(costs)

    def solver(self) -> Any:  # the binding has no types
        network: Any = SimpleMinCostFlow()
        network.add_arcs_with_capacity_and_unit_cost(
            np.concatenate(self.tails).astype(np.int32),
            np.concatenate(self.heads).astype(np.int32),
            np.concatenate(self.capacities),
            np.concatenate(self.costs),
        )
        return network


def seats(problem: Problem) -> Numbers:
    """How many families each mentor could take if all needed as little as the least of them.

    Exact where all who may come need the same; else an upper bound (`solve` looks again).
    """
    least = np.full(len(problem.mentors), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(least, problem.column, problem.need[problem.row])
    return problem.free // np.maximum(1, least)


Solver = Callable[[Numbers], Numbers]
"""From the places of the edges in use to the places of those chosen."""


def relaxed(problem: Problem, *, few: int = FEW_EDGES) -> tuple[tuple[int, int], ...]:
    """The best pairs under `seats`; with more than `few` edges by candidates and prices."""
    if len(problem.row) == 0:
        return ()
    room, value = seats(problem), worth(problem)
    every = np.arange(len(problem.row))
    use = every if len(every) <= few else candidates(problem, value)
    ranks = (problem.tier.max(initial=0) + 1 - problem.tier)[problem.row]
    first = _proved(problem, (room, ranks, use), tiers=False, solver=_most(problem, room))
    levels = int(problem.tier.max(initial=0)) + 1
    counts = np.bincount(problem.tier[problem.row[first.chosen]], minlength=levels)
    best = _proved(
        problem,
        (room, value, first.use),
        tiers=True,
        solver=_best(problem, room, value, counts),
    )
    rows, columns = problem.row[best.chosen].tolist(), problem.column[best.chosen].tolist()
    return tuple(zip(rows, columns, strict=True))


def _proved(
    problem: Problem, given: tuple[Numbers, Numbers, Numbers], *, tiers: bool, solver: Solver
) -> Answered:
    """Solve, price what was left out, add what would gain, until the bound is reached."""
    room, gain, use = given
    while True:
        answer = Answered(problem, room, gain, use, solver(use), tiers)
        if len(use) == len(problem.row):
            return answer
        judged = prices.judge(answer, prices.of_seats(answer))
        if judged.bound == answer.objective:
            return answer
        wider = np.union1d(use, judged.gainers)
        assert len(wider) > len(use), "prices that prove less than is reached name an edge"
        use = wider


def candidates(problem: Problem, value: Numbers) -> Numbers:
    """The best edges of each family, and the best of each mentor."""
    of_family = _best_of(problem.row, value, BEST_OF_FAMILY)
    of_mentor = _best_of(problem.column, value, BEST_OF_MENTOR)
    return np.union1d(of_family, of_mentor)


def _best_of(side: Numbers, value: Numbers, best: int) -> Numbers:
    order = np.lexsort((-value, side))
    found: Numbers = order[rank_within(side[order]) < best]
    return found


def _most(problem: Problem, room: Numbers) -> Solver:
    """The flow by rank alone: most people, and the longest waiting among them."""
    people = len(problem.mentees)
    sink = people + len(problem.mentors) + 1
    ranks = problem.tier.max(initial=0) + 1 - problem.tier

    def solver(use: Numbers) -> Numbers:
        arcs = Arcs([], [], [], [])
        _middle(arcs, problem, room, use, np.zeros(len(use), np.int64))
        arcs.add(np.full(people, sink - 1), np.arange(people), np.ones(people, np.int64), -ranks)
        network = arcs.solver()
        network.set_node_supply(sink - 1, people)
        network.set_node_supply(sink, -people)
        status = network.solve_max_flow_with_min_cost()
        assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of ranks ended as {status}"
        return _taken(network, use)

    return solver


def _best(problem: Problem, room: Numbers, value: Numbers, counts: Numbers) -> Solver:
    """The flow by value, with the counts as capacities from the source to each tier."""
    people, mentors, levels = len(problem.mentees), len(problem.mentors), len(counts)
    source, sink, first = people + mentors, people + mentors + 1, people + mentors + 2
    total, no_cost = int(counts.sum()), np.zeros(max(people, levels), np.int64)

    def solver(use: Numbers) -> Numbers:
        arcs = Arcs([], [], [], [])
        _middle(arcs, problem, room, use, -value[use])
        arcs.add(np.full(levels, source), first + np.arange(levels), counts, no_cost[:levels])
        ones = np.ones(people, np.int64)
        arcs.add(first + problem.tier, np.arange(people), ones, no_cost[:people])
        network = arcs.solver()
        network.set_node_supply(source, total)
        network.set_node_supply(sink, -total)
        status = network.solve()
        assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of pairs ended as {status}"
        return _taken(network, use)

    return solver


def _middle(arcs: Arcs, problem: Problem, room: Numbers, use: Numbers, costs: Numbers) -> None:
    """Families to mentors, one place an edge, and mentors to the sink by their room."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    ones, free = np.ones(len(use), np.int64), np.zeros(mentors, np.int64)
    arcs.add(problem.row[use], people + problem.column[use], ones, costs)
    sink = np.full(mentors, people + mentors + 1)
    arcs.add(people + np.arange(mentors), sink, room, free)


def _taken(network: Any, use: Numbers) -> Numbers:
    """The edges in use stand first in the network."""
    taken: Numbers = use[network.flows(np.arange(len(use), dtype=np.int32)) > 0]
    return taken


def worth(problem: Problem, *, people: int | None = None, nodes: int | None = None) -> Numbers:
    """Quality, then the draw, as one whole number an edge: all draws together make no point.

    The draw is made coarser when the numbers would grow too large for the solver. `people` and
    `nodes` are for trying how it would be with more.
    """
    count = people or max(1, len(problem.mentees))
    size = (nodes or 2 * count + len(problem.mentors)) + 3
    draws = TIE_STEPS
    while draws > 1 and 101 * count * draws * size > LARGEST:
        draws //= 2
    assert 101 * count * draws * size <= LARGEST, "too many people for one flow"
    return problem.quality * (count * draws) + problem.tie * draws // TIE_STEPS
