"""Min-cost flow: exact, in milliseconds, whenever each family takes one seat of a mentor.

Two solves, each with small whole-number costs, so that no step of one aim can overflow into
another. The first finds how many of each waiting tier can be matched: families that can be matched
together form a matroid, so the best by rank is at once the most people and, among those, the
longest waiting first, tier by tier. The second holds these counts as capacities and finds the
pairs: the best total quality, then the fixed draw.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from services.matching.solver.columns import Numbers
from services.matching.solver.problem import TIE_STEPS, Problem

LARGEST = 1 << 60
"""OR-Tools scales costs by the number of nodes; beyond this it answers BAD_COST_RANGE."""


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


def relaxed(problem: Problem) -> tuple[tuple[int, int], ...]:
    """The best pairs under `seats`: rows and columns, in order."""
    if len(problem.row) == 0:
        return ()
    room = seats(problem)
    return _best_pairs(problem, room, _tier_counts(problem, room))


def _tier_counts(problem: Problem, room: Numbers) -> Numbers:
    """How many of each tier are matched when most are, and the longest waiting first."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    source, sink = people + mentors, people + mentors + 1
    ranks = problem.tier.max(initial=0) + 1 - problem.tier
    arcs = Arcs([], [], [], [])
    ones = np.ones(people, np.int64)
    arcs.add(np.full(people, source), np.arange(people), ones, -ranks)
    _middle(arcs, problem, room, sink, np.zeros(len(problem.row), np.int64))
    network = arcs.solver()
    network.set_node_supply(source, people)
    network.set_node_supply(sink, -people)
    status = network.solve_max_flow_with_min_cost()
    assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of ranks ended as {status}"
    matched = network.flows(np.arange(people, dtype=np.int32)) > 0
    return np.bincount(problem.tier[matched], minlength=int(problem.tier.max(initial=0)) + 1)


def _middle(arcs: Arcs, problem: Problem, room: Numbers, sink: int, costs: Numbers) -> None:
    """Families to mentors, one place an edge, and mentors to the sink by their room."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    edge_ones = np.ones(len(problem.row), np.int64)
    arcs.add(problem.row, people + problem.column, edge_ones, costs)
    free = np.zeros(mentors, np.int64)
    arcs.add(people + np.arange(mentors), np.full(mentors, sink), room, free)


def _best_pairs(
    problem: Problem, room: Numbers, tier_counts: Numbers
) -> tuple[tuple[int, int], ...]:
    """The pairs, with `tier_counts` held as capacities from the source to each tier."""
    people, mentors, levels = len(problem.mentees), len(problem.mentors), len(tier_counts)
    source, sink, first = people + mentors, people + mentors + 1, people + mentors + 2
    arcs = Arcs([], [], [], [])
    no_cost = np.zeros(max(people, levels), np.int64)
    arcs.add(np.full(levels, source), first + np.arange(levels), tier_counts, no_cost[:levels])
    ones = np.ones(people, np.int64)
    arcs.add(first + problem.tier, np.arange(people), ones, no_cost[:people])
    _middle(arcs, problem, room, sink, -worth(problem, nodes=first + levels))
    network = arcs.solver()
    total = int(tier_counts.sum())
    network.set_node_supply(source, total)
    network.set_node_supply(sink, -total)
    status = network.solve()
    assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of pairs ended as {status}"
    edges = np.arange(len(problem.row), dtype=np.int32) + np.int32(levels + people)
    chosen = network.flows(edges) > 0
    return tuple(zip(problem.row[chosen].tolist(), problem.column[chosen].tolist(), strict=True))


def worth(problem: Problem, *, nodes: int) -> Numbers:
    """Quality, then the draw, as one whole number an edge: all draws together make no point.

    The draw is made coarser when the numbers would grow too large for the solver.
    """
    people = max(1, len(problem.mentees))
    draws = TIE_STEPS
    while draws > 1 and _largest(people, draws) * (nodes + 1) > LARGEST:
        draws //= 2
    assert _largest(people, draws) * (nodes + 1) <= LARGEST, "too many people for one flow"
    tie = problem.tie * draws // TIE_STEPS
    return problem.quality * (people * draws) + tie


def _largest(people: int, draws: int) -> int:
    return 101 * people * draws
