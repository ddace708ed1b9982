"""What a solved flow leaves open: how little it costs to push one family more through a mentor.

A mentor with one family too many passes one on: to another mentor, or out of the run. `outward`
and `inward` are the cheapest ways from a mentor to "out" and back, over all pairs; a search for
one pair is steered by them and looks at few mentors. Costs are one whole number: a rank of waiting,
then quality, too small to reach it (as the aims of `flow`). Load and draw, which tell answers apart
that are worth the same, have no price.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.matching.solver import prices
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.prices import Answered, Prices
from services.matching.solver.problem import Problem, Solution

FAR = np.int64(1) << 61
OUT = -1
"""The node outside: families without a mentor, and seats that nobody takes."""
Step = tuple[int, int, int]
"""From a mentor or OUT, the family that moves (-1: none), to a mentor or OUT."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the aims are laid into one number: a step of `rank` is more than all quality together."""

    rank: int

    @classmethod
    def of(cls, problem: Problem) -> Scale:
        return cls(101 * (len(problem.mentees) + 1))

    def gain(self, rank: Numbers, quality: Numbers) -> Numbers:
        gain: Numbers = rank * self.rank + quality
        return gain


@dataclass(frozen=True)
class Residual:
    """The answer of a flow on all its edges, with prices; only where all need the same points."""

    problem: Problem
    scale: Scale
    gain: Numbers
    home: Numbers
    room: Numbers
    prices: Prices

    @classmethod
    def of(cls, problem: Problem, solution: Solution) -> Residual:
        scale = Scale.of(problem)
        gain = scale.gain(ranks(problem)[problem.row], problem.quality)
        home = np.full(len(problem.mentees), OUT, np.int64)
        for row, column in frozenset(solution.pairs) - frozenset(problem.fixed):
            home[row] = column
        chosen = np.nonzero(home[problem.row] == problem.column)[0]
        every = np.arange(len(problem.row))
        room = problem.free // max(1, int(problem.need[problem.row[:1]].max(initial=1)))
        answered = Answered(problem, room, gain, every, chosen, tiers=False)
        return cls(problem, scale, gain, home, room, prices.of_seats(answered))

    @cached_property
    def taken(self) -> Numbers:
        """Families at each mentor, beside the fixed ones."""
        return np.bincount(self.home[self.home >= 0], minlength=len(self.room)).astype(np.int64)

    @cached_property
    def loss(self) -> Numbers:
        """For each edge, what taking it costs at these prices; never below 0."""
        problem = self.problem
        paid = self.prices.paid[problem.row] + self.prices.seat[problem.column]
        loss: Numbers = np.maximum(paid - self.gain, 0)
        return loss

    @cached_property
    def starts(self) -> Numbers:
        """Where each family's edges begin, and the end of the last."""
        rows = np.arange(len(self.problem.mentees) + 1)
        found: Numbers = np.searchsorted(self.problem.row, rows)
        return found

    @cached_property
    def families(self) -> dict[int, list[int]]:
        """The families at each mentor, beside the fixed ones."""
        found: dict[int, list[int]] = {}
        for row in np.nonzero(self.home >= 0)[0].tolist():
            found.setdefault(int(self.home[row]), []).append(row)
        return found

    @cached_property
    def first_in(self) -> tuple[Numbers, Numbers]:
        """Straight from outside to each mentor: the least cost, and who comes (-1: a seat goes)."""
        cost = np.where(self.taken > 0, self.prices.seat, FAR)
        who = np.full(len(self.room), -1, np.int64)
        out = self.home[self.problem.row] == OUT
        order = np.nonzero(out)[0][np.argsort(-self.loss[out], kind="stable")]
        row, column = self.problem.row[order], self.problem.column[order]
        better = self.loss[order] < cost[column]
        cost[column[better]] = self.loss[order][better]  # the cheapest comes last, and stays
        who[column[better]] = row[better]
        return cost, who

    @cached_property
    def inward(self) -> Numbers:
        """The least cost from outside to each mentor, through any number of others."""
        home, column = self.home[self.problem.row], self.problem.column
        moves = home >= 0
        origin, goal, loss = home[moves], column[moves], self.loss[moves]
        reach = self.first_in[0].copy()
        while True:
            nearer = reach.copy()
            np.minimum.at(nearer, goal, reach[origin] + loss)
            if (nearer == reach).all():
                return reach
            reach = nearer

    @cached_property
    def outward(self) -> Numbers:
        """The least cost from each mentor to the outside: what one seat fewer would cost here."""
        home, column = self.home[self.problem.row], self.problem.column
        moves = home >= 0
        origin, goal, loss = home[moves], column[moves], self.loss[moves]
        reach = np.where(self.taken < self.room, 0, FAR)
        inside = self.home >= 0
        np.minimum.at(reach, self.home[inside], self.prices.paid[inside])
        while True:
            nearer = reach.copy()
            np.minimum.at(nearer, origin, reach[goal] + loss)
            if (nearer == reach).all():
                return reach
            reach = nearer

    def cheapest(self, start: int, goal: int) -> tuple[int, tuple[Step, ...]]:
        """The least cost from a mentor to a mentor or OUT, and the moves on the way."""
        reached = {start: 0}
        steps: dict[int, Step] = {}
        closed: set[int] = set()
        heap = [(self._left(start, goal), start)]
        while heap:
            node = heapq.heappop(heap)[1]
            if node == goal:
                return reached[node], _way(steps, goal, start)
            if node in closed:
                continue
            closed.add(node)
            for cost, step in self._onward(node):
                there, total = step[2], reached[node] + cost
                if total < reached.get(there, int(FAR)):
                    reached[there], steps[there] = total, step
                    heapq.heappush(heap, (total + self._left(there, goal), there))
        raise AssertionError("out of the run there is always a way, and back")

    def _left(self, node: int, goal: int) -> int:
        """Never more than what is still to pay from a node to the goal, and consistent."""
        if node == goal:
            return 0
        if goal == OUT:
            return int(self.outward[node])
        if node == OUT:
            return int(self.inward[goal])
        near = max(self.inward[goal] - self.inward[node], self.outward[node] - self.outward[goal])
        return max(0, int(near))

    def _onward(self, node: int) -> Iterator[tuple[int, Step]]:
        if node == OUT:
            costs, who = self.first_in
            for there in np.nonzero(costs < FAR)[0].tolist():
                yield int(costs[there]), (OUT, int(who[there]), there)
            return
        if self.taken[node] < self.room[node]:
            yield 0, (node, -1, OUT)
        for row in self.families.get(node, ()):
            yield int(self.prices.paid[row]), (node, row, OUT)
            edges = slice(self.starts[row], self.starts[row + 1])
            there = self.problem.column[edges].tolist()
            for column, cost in zip(there, self.loss[edges].tolist(), strict=True):
                if column != node:
                    yield cost, (node, row, column)


def ranks(problem: Problem) -> Numbers:
    """1 for the shortest wait, more for each tier that waited longer."""
    found: Numbers = problem.tier.max(initial=0) + 1 - problem.tier
    return found


def even(problem: Problem) -> bool:
    """Whether all who are to be placed need the same, so that the flow is the whole truth."""
    needs: Flags = problem.need[problem.row] != problem.need[problem.row[:1]].max(initial=0)
    return not bool(needs.any())


def _way(steps: dict[int, Step], goal: int, start: int) -> tuple[Step, ...]:
    way, node = [], goal
    while node != start:
        way.append(steps[node])
        node = steps[node][0]
    return tuple(reversed(way))
