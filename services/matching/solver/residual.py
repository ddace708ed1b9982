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

from services.matching.solver import flow, prices, worth
from services.matching.solver.best import Gainers, Rest
from services.matching.solver.columns import Flags, Numbers
from services.matching.solver.prices import Answered, Prices
from services.matching.solver.problem import Problem, Solution
from services.matching.solver.worth import Scale

FAR = np.int64(1) << 60
"""Further than any way of moves costs; two of them still fit into a number."""
OUT = -1
"""The node outside: families without a mentor, and seats that nobody takes."""
Step = tuple[int, int, int]
"""From a mentor or OUT, the family that moves (-1: none), to a mentor or OUT."""


@dataclass(frozen=True)
class Residual:
    """The answer of a flow with its prices; only where all need the same points.

    The problem holds every edge that a cheapest way to the outside or back may take.
    """

    problem: Problem
    scale: Scale
    home: Numbers
    room: Numbers
    prices: Prices

    @classmethod
    def of(cls, problem: Problem, solution: Solution) -> Residual:
        """Prices of the answer; edges that are not held are asked for until none is cheaper."""
        scale = worth.of_aims(len(problem.mentees))
        home = np.full(len(problem.mentees), OUT, np.int64)
        for row, column in frozenset(solution.pairs) - frozenset(problem.fixed):
            home[row] = column
        room = problem.free // max(1, int(problem.need[problem.row[:1]].max(initial=1)))
        while True:
            left = cls(problem, scale, home, room, _prices(problem, scale, home, room))
            if problem.rest is None:
                return left
            cheaper = left._cheaper(problem.rest)
            if cheaper is None:
                return left
            problem = problem.with_edges(cheaper)

    def _cheaper(self, rest: Rest) -> Gainers | None:
        """Edges not held that make a price wrong, or a way outward or inward cheaper."""
        paid = self.prices.paid - flow.ranks(self.problem) * self.scale.rank
        seat, inside = self.prices.seat, self.home >= 0
        origin = np.where(inside, self.home, 0)
        outward = np.where(inside, paid - self.outward[origin], FAR)
        inward = np.where(inside, paid + self.inward[origin], paid)
        for ask, price in (
            (paid, seat),
            (outward, seat + self.outward),
            (inward, seat - self.inward),
        ):
            found = rest.gainers(ask, price, self.scale)
            if len(found.row):
                return found
        return None

    @cached_property
    def gain(self) -> Numbers:
        rank = flow.ranks(self.problem)[self.problem.row] * self.scale.rank
        gain: Numbers = rank + self.scale.gain(self.problem.quality, self.problem.tie)
        return gain

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

    def losses(self, row: int) -> tuple[Numbers, Numbers]:
        """Every mentor whom a family could have, and what going there costs at these prices."""
        column, quality, tie = self.problem.edges_of(row)
        rank = int(flow.ranks(self.problem)[row]) * self.scale.rank
        paid = self.prices.paid[row] + self.prices.seat[column]
        return column, np.maximum(paid - rank - self.scale.gain(quality, tie), 0)

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
            columns, costs = (each.tolist() for each in self.losses(row))
            for there, cost in zip(columns, costs, strict=True):
                if there != node:
                    yield cost, (node, row, there)


def _prices(problem: Problem, scale: Scale, home: Numbers, room: Numbers) -> Prices:
    rank = flow.ranks(problem)[problem.row] * scale.rank
    gain = rank + scale.gain(problem.quality, problem.tie)
    (chosen,) = np.nonzero(home[problem.row] == problem.column)
    return prices.of_seats(Answered(problem, room, gain, chosen, tiers=False))


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
