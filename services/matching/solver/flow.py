"""Min-cost flow: exact, in milliseconds, whenever each family takes one seat of a mentor.

Two solves, each with small whole-number costs, so that no step of one aim can overflow into
another. The first finds how many of each waiting tier can be matched: families that can be matched
together form a matroid, so the best by rank is at once the most people and, among those, the
longest waiting first, tier by tier. The second holds these counts as capacities and finds the
pairs: the best total quality, then the fixed draw.

A large crowd is solved on the best few edges of each side, by quality alone; at first on the best
of these. The prices of the mentors' seats then judge every other edge: those that would gain are
added, with those that nearly would, and it is solved again, until none would. Then the prices add
up to what was reached: no answer is worth more. What was solved once is solved again only on the
edges that came near: those let go are asked for like any other. Every answer as good is made of
edges that cost nothing at these prices: the draw is solved once, on those.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from services.matching.solver import prices, worth
from services.matching.solver.best import rank_down
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.crowd import TIE_STEPS
from services.matching.solver.prices import Answered, Prices
from services.matching.solver.problem import Limits, Places, Problem
from services.matching.solver.worth import Scale


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
    if problem.rest is not None:
        need = problem.need[problem.rest.may]
        return problem.free // max(1, int(need.min(initial=np.iinfo(np.int64).max)))
    least = np.full(len(problem.mentors), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(least, problem.column, problem.need[problem.row])
    return problem.free // np.maximum(1, least)


NEAR = 4
"""Points of quality by which an edge may miss what is asked, and is solved on again."""
NEARLY = 2
"""Points by which an edge not held may miss what is asked, and is added beside those that gain: a
solve takes long by its people and little longer by its edges, so that few rounds are quicker.
"""
FIRST_OF_FAMILY, FIRST_OF_MENTOR = 8, 3
"""So many edges of each are solved on first: an answer twice as soon, and as many rounds after."""
Solver = Callable[[Problem], Numbers]
"""From a problem to the places of the edges chosen."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is solved for, in which numbers; with `tiers` the number matched of each is given."""

    solver: Solver
    scale: Scale
    tiers: bool


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best pairs under `seats`; `gap` 0 when proved, in the solver's numbers.

    `problem` holds every edge that a price had to be proved on.
    """

    pairs: Places
    gap: int
    problem: Problem
    prices: Prices | None = None


def relaxed(problem: Problem, limits: Limits | None = None) -> Relaxed:
    """The best pairs under `seats`. Raises worth.TooLarge."""
    if len(problem.row) == 0 and problem.rest is None:
        return Relaxed((), 0, problem)
    room, rounds = seats(problem), (limits or Limits()).rounds
    levels = int(problem.tier.max(initial=0)) + 1
    most = _proved(problem, Aim(_most(room), worth.RANKS, tiers=False), rounds)
    served = [row for row, _ in most.pairs]
    counts = np.bincount(problem.tier[served], minlength=levels)
    best = _best_of(most.problem, counts, rounds, most.pairs)
    return replace(best, gap=most.gap or best.gap)


def best_score(problem: Problem, limits: Limits | None = None) -> Relaxed:
    """The best quality of all together under `seats`, however many people it places."""
    return _best_of(problem, None, (limits or Limits()).rounds)


def _best_of(problem: Problem, matched: Numbers | None, rounds: int, pairs: Places = ()) -> Relaxed:
    """The best quality and then the draw. In a large crowd first by quality alone: its costs are
    small, and so is what it leaves to draw among. `pairs` are so many as are matched.
    """
    room, scale, tiers = seats(problem), scale_of(problem), matched is not None
    drawn = _best(room, scale, matched)
    if problem.rest is None:
        return _proved(problem, Aim(drawn, scale, tiers), rounds)
    by_quality = Aim(_best(room, worth.POINTS, matched), worth.POINTS, tiers)
    found = _proved(problem, by_quality, rounds, first_few(problem, pairs))
    held, alike = _worth_as_much(found)
    some = held.only(alike)
    return replace(found, problem=held, pairs=_pairs(some, drawn(some)))


def first_few(problem: Problem, pairs: Places = ()) -> Flags:
    """The edges to solve on first: the best of each family and of each mentor, and these pairs."""
    value = problem.quality * TIE_STEPS + problem.tie
    few: Flags = rank_down(problem.row, value) < FIRST_OF_FAMILY
    few |= rank_down(problem.column, value) < FIRST_OF_MENTOR
    many = len(problem.mentors)
    kept = np.array([row * many + column for row, column in pairs], np.int64)
    few |= np.isin(problem.row * many + problem.column, kept)
    return few


def _worth_as_much(found: Relaxed) -> tuple[Problem, Flags]:
    """With the pairs that any answer of the same quality is made of, held before or not: those that
    cost nothing at the prices at which it was proved; and which they are.
    """
    problem, at = found.problem, found.prices
    assert problem.rest is not None, "only a problem that does not hold every edge is priced"
    assert at is not None, "and it was"
    more = problem.rest.gainers(at.paid - 1, at.seat, worth.POINTS, most=None)
    held = problem.with_edges(more)
    return held, at.paid[held.row] + at.seat[held.column] <= held.quality


def _proved(problem: Problem, aim: Aim, rounds: int, begin: Flags | None = None) -> Relaxed:
    """Solve, price the edges left out, add what would gain, until nothing would: then the gap is 0.

    It begins with some of the edges held, or with all. After so many rounds it stops; the gap is
    what the bound at the last prices leaves open.
    """
    room, scale, first = seats(problem), aim.scale, True
    some = problem if begin is None else problem.only(begin)
    rank, short = ranks(problem) * scale.rank, NEARLY * scale.quality
    while True:
        chosen = aim.solver(some)
        pairs = _pairs(some, chosen)
        if problem.rest is None:
            return Relaxed(pairs, 0, problem)
        gain = rank[some.row] + scale.gain(some.quality, some.tie)
        found = prices.of_seats(Answered(some, room, gain, chosen, tiers=aim.tiers))
        gainers = problem.rest.gainers(found.paid - rank - short, found.seat, scale)
        gap = np.zeros(len(problem.mentees), np.int64)
        np.maximum.at(gap, gainers.row, gainers.more - short)
        if not gap.any() or rounds == 0:
            return Relaxed(pairs, int(gap.sum()), problem, found)
        if first:  # once, lest edges come and go for ever
            near = found.paid[some.row] + found.seat[some.column] - gain <= NEAR * scale.quality
            near[chosen] = True
            some = some.only(near)
        problem, some = problem.with_edges(gainers), some.with_edges(gainers)
        first, rounds = False, rounds - 1


def _pairs(problem: Problem, chosen: Numbers) -> Places:
    row, column = problem.row[chosen].tolist(), problem.column[chosen].tolist()
    return tuple(zip(row, column, strict=True))


def ranks(problem: Problem) -> Numbers:
    """1 for the shortest wait, more for each tier that waited longer."""
    found: Numbers = problem.tier.max(initial=0) + 1 - problem.tier
    return found


def scale_of(problem: Problem) -> Scale:
    """Quality, then the draw, within what the solver can hold. Raises worth.TooLarge."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    return worth.of_pairs(people, 2 * people + mentors + 3)


def _most(room: Numbers) -> Solver:
    """The flow by rank alone: most people, and the longest waiting among them."""

    def solver(problem: Problem) -> Numbers:
        if not problem.tier.any():
            return _most_alike(problem, room)
        people = len(problem.mentees)
        sink = people + len(problem.mentors) + 1
        arcs = Arcs([], [], [], [])
        _middle(arcs, problem, room, np.zeros(len(problem.row), np.int64))
        ones = np.ones(people, np.int64)
        arcs.add(np.full(people, sink - 1), np.arange(people), ones, -ranks(problem))
        network = arcs.solver()
        network.set_node_supply(sink - 1, people)
        network.set_node_supply(sink, -people)
        status = network.solve_max_flow_with_min_cost()
        assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of ranks ended as {status}"
        return _taken(network, problem)

    return solver


def _most_alike(problem: Problem, room: Numbers) -> Numbers:
    """Most people where all count alike: without costs, which is several times quicker."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    sink, arcs = people + mentors + 1, Arcs([], [], [], [])
    _middle(arcs, problem, room, np.zeros(len(problem.row), np.int64))
    ones = np.ones(people, np.int64)
    arcs.add(np.full(people, sink - 1), np.arange(people), ones, ones)
    network: Any = SimpleMaxFlow()
    network.add_arcs_with_capacity(
        np.concatenate(arcs.tails).astype(np.int32),
        np.concatenate(arcs.heads).astype(np.int32),
        np.concatenate(arcs.capacities),
    )
    status = network.solve(sink - 1, sink)
    assert status == SimpleMaxFlow.OPTIMAL, f"the flow of people ended as {status}"
    return _taken(network, problem)


def _best(room: Numbers, scale: Scale, matched: Numbers | None) -> Solver:
    """The flow by value, with the numbers matched as capacities from the source to each tier.

    Without such numbers anybody may go without a place, for nothing.
    """

    def solver(problem: Problem) -> Numbers:
        people, mentors = len(problem.mentees), len(problem.mentors)
        counts = np.bincount(problem.tier) if matched is None else matched
        source, sink, first = people + mentors, people + mentors + 1, people + mentors + 2
        levels, total = len(counts), int(counts.sum())
        no_cost = np.zeros(max(people, levels), np.int64)
        arcs = Arcs([], [], [], [])
        _middle(arcs, problem, room, -scale.gain(problem.quality, problem.tie))
        arcs.add(np.full(levels, source), first + np.arange(levels), counts, no_cost[:levels])
        ones = np.ones(people, np.int64)
        arcs.add(first + problem.tier, np.arange(people), ones, no_cost[:people])
        if matched is None:
            arcs.add(np.arange(people), np.full(people, sink), ones, no_cost[:people])
        network = arcs.solver()
        network.set_node_supply(source, total)
        network.set_node_supply(sink, -total)
        status = network.solve()
        assert status == SimpleMinCostFlow.OPTIMAL, f"the flow of pairs ended as {status}"
        return _taken(network, problem)

    return solver


def _middle(arcs: Arcs, problem: Problem, room: Numbers, costs: Numbers) -> None:
    """Families to mentors, one place an edge, and mentors to the sink by their room."""
    people, mentors = len(problem.mentees), len(problem.mentors)
    ones, free = np.ones(len(costs), np.int64), np.zeros(mentors, np.int64)
    arcs.add(problem.row, people + problem.column, ones, costs)
    sink = np.full(mentors, people + mentors + 1)
    arcs.add(people + np.arange(mentors), sink, room, free)


def _taken(network: Any, problem: Problem) -> Numbers:
    """The edges stand first in the network."""
    taken = network.flows(np.arange(len(problem.row), dtype=np.int32)) > 0
    return np.nonzero(taken)[0]
