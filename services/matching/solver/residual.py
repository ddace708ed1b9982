"""What a solved flow leaves open: how little it costs to push one family more through a mentor.

A mentor with one family too many passes one on: to another mentor, or out of the run. `outward`
and `inward` are the cheapest ways from a mentor to "out" and back, over all pairs, found once. The
way between two mentors costs no more than out of the one and back into the other; a search for a
cheaper one is steered by them, and looks at few mentors. Costs are one whole number: a rank of
waiting, then quality, too small to reach it (as the aims of `flow`). Load and draw, which tell
answers apart that are worth the same, have no price.
"""

from __future__ import annotations

import heapq
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


@dataclass(frozen=True, slots=True)
class Ways:
    """For each mentor the cheapest way to (or from) the outside: its cost, and of the step beside
    the mentor who moves (-1: none) and the mentor at its other end, or OUT.
    """

    cost: Numbers
    who: Numbers
    beside: Numbers


@dataclass(frozen=True, slots=True)
class Moves:
    """Edges that a family with a mentor could move by, in order of where it is; `start` has where
    those of each mentor begin.
    """

    start: Numbers
    origin: Numbers
    goal: Numbers
    who: Numbers
    loss: Numbers


@dataclass(frozen=True)
class Residual:
    """The answer of a flow with its prices; only where all need the same points.

    The problem holds every edge that may be on a cheapest way: one that costs less than the way
    out from where its family is, and from outside to where it leads.
    """

    problem: Problem
    scale: Scale
    home: Numbers
    room: Numbers
    prices: Prices

    @classmethod
    def of(cls, problem: Problem, solution: Solution) -> Residual:
        """Prices of the answer, and the edges that are not held but may be on a cheapest way.

        More edges make no way dearer, so those that are asked for once are all that are needed,
        unless one of them shows that a price was wrong.
        """
        scale = worth.of_aims(len(problem.mentees))
        home = np.full(len(problem.mentees), OUT, np.int64)
        for row, column in frozenset(solution.pairs) - frozenset(problem.fixed):
            home[row] = column
        room = problem.free // max(1, int(problem.need[problem.row[:1]].max(initial=1)))
        while True:
            left = cls(problem, scale, home, room, _prices(problem, scale, home, room))
            if problem.rest is None:
                return left
            useful = left._useful(problem.rest)
            problem = problem.with_edges(useful)
            if (left._loss_of(useful) >= 0).all():
                return cls(problem, scale, home, room, left.prices)

    def _useful(self, rest: Rest) -> Gainers:
        """Edges not held that could be on a cheapest way."""
        inside = self.home >= 0
        out = np.where(inside, self.outward.cost[np.where(inside, self.home, 0)], 0)
        ask = self.prices.paid - flow.ranks(self.problem) * self.scale.rank - out
        return rest.gainers(ask, self.prices.seat - self.inward.cost, self.scale, most=None)

    def _loss_of(self, some: Gainers) -> Numbers:
        rank = flow.ranks(self.problem)[some.row] * self.scale.rank
        paid = self.prices.paid[some.row] + self.prices.seat[some.column]
        loss: Numbers = paid - rank - self.scale.gain(some.quality, some.tie)
        return loss

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

    @cached_property
    def moves(self) -> Moves:
        home, column = self.home[self.problem.row], self.problem.column
        edges = np.nonzero((home >= 0) & (home != column))[0]
        edges = edges[np.argsort(home[edges], kind="stable")]
        origin = home[edges]
        start = np.searchsorted(origin, np.arange(len(self.room) + 1))
        return Moves(start, origin, column[edges], self.problem.row[edges], self.loss[edges])

    @cached_property
    def inward(self) -> Ways:
        """From outside to each mentor: somebody comes, or a seat goes (who: -1), or others move."""
        cost = np.where(self.taken > 0, self.prices.seat, FAR)
        who = np.full(len(self.room), -1, np.int64)
        out = np.nonzero(self.home[self.problem.row] == OUT)[0]
        _least(cost, who, self.problem.column[out], self.loss[out], self.problem.row[out])
        moves = self.moves
        return _spread(Ways(cost, who, np.full_like(who, OUT)), moves, moves.goal, moves.origin)

    @cached_property
    def outward(self) -> Ways:
        """From each mentor to the outside: what one seat fewer would cost here."""
        cost = np.where(self.taken < self.room, 0, FAR)
        who = np.full(len(self.room), -1, np.int64)
        rows = np.nonzero(self.home >= 0)[0]
        _least(cost, who, self.home[rows], self.prices.paid[rows], rows)
        moves = self.moves
        return _spread(Ways(cost, who, np.full_like(who, OUT)), moves, moves.origin, moves.goal)

    def cheapest(self, start: int, goal: int) -> tuple[int, tuple[Step, ...]]:
        """The least cost from a mentor to another or to OUT, and the moves on the way."""
        out, cost = self._outwards(start), int(self.outward.cost[start])
        if goal == OUT:
            return cost, out
        cost += int(self.inward.cost[goal])
        return self._straight(start, goal, cost) or (cost, _without_loops(out + self._back(goal)))

    def _outwards(self, node: int) -> tuple[Step, ...]:
        steps, ways = [], self.outward
        while node != OUT:
            there = int(ways.beside[node])
            steps.append((node, int(ways.who[node]), there))
            node = there
        return tuple(steps)

    def _back(self, node: int) -> tuple[Step, ...]:
        steps, ways = [], self.inward
        while node != OUT:
            origin = int(ways.beside[node])
            steps.append((origin, int(ways.who[node]), node))
            node = origin
        return tuple(reversed(steps))

    def _straight(self, start: int, goal: int, below: int) -> tuple[int, tuple[Step, ...]] | None:
        """A way between two mentors that does not lead outside; None: none costs less."""
        ahead = self._ahead(goal)
        reached = np.full(len(self.room), FAR)
        reached[start] = 0
        steps: dict[int, Step] = {}
        heap, closed = [(int(ahead[start]), start)], set()
        while heap and heap[0][0] < below:
            node = heapq.heappop(heap)[1]
            if node == goal:
                return int(reached[goal]), _way(steps, goal, start)
            if node not in closed:
                closed.add(node)
                self._onward(node, (ahead, reached, steps, heap), below)
        return None

    def _ahead(self, goal: int) -> Numbers:
        """Never more than what is still to pay from each mentor to the goal, and consistent."""
        inward, outward = self.inward.cost, self.outward.cost
        ahead: Numbers = np.maximum(inward[goal] - inward, outward - outward[goal])
        np.maximum(ahead, 0, out=ahead)
        return ahead

    def _onward(self, node: int, search: Search, below: int) -> None:
        ahead, reached, steps, heap = search
        moves, part = self.moves, slice(self.moves.start[node], self.moves.start[node + 1])
        goals = moves.goal[part]
        total = reached[node] + moves.loss[part]
        last = total + ahead[goals]
        use = np.nonzero((total < reached[goals]) & (last < below))[0]
        for at in use.tolist():
            there, cost = int(goals[at]), int(total[at])
            if cost < reached[there]:
                reached[there] = cost
                steps[there] = (node, int(moves.who[part][at]), there)
                heapq.heappush(heap, (int(last[at]), there))


Search = tuple[Numbers, Numbers, dict[int, Step], list[tuple[int, int]]]
"""What is ahead of each mentor, the least cost to reach each, by which step; whom to look at."""


def _least(cost: Numbers, who: Numbers, key: Numbers, each: Numbers, rows: Numbers) -> Numbers:
    """Write where `each` is less than the cost at its key; returns which they were, one a key."""
    better = np.nonzero(each < cost[key])[0]
    order = better[np.lexsort((rows[better], each[better], key[better]))]
    first = order[np.nonzero(np.diff(key[order], prepend=-1))[0]]
    cost[key[first]], who[key[first]] = each[first], rows[first]
    found: Numbers = first
    return found


def _spread(ways: Ways, moves: Moves, near: Numbers, far: Numbers) -> Ways:
    """Through any number of others: each round lets a way be one move longer, where it is less."""
    while True:
        through = ways.cost[far] + moves.loss
        first = _least(ways.cost, ways.who, near, through, moves.who)
        if not len(first):
            return ways
        ways.beside[near[first]] = far[first]


def _without_loops(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A way that comes by the same place twice goes on from there: it costs as much at the most."""
    found: list[Step] = []
    places = [steps[0][0]] if steps else []
    for step in steps:
        if step[2] in places:
            keep = places.index(step[2])
            del found[keep:], places[keep + 1 :]
        else:
            found.append(step)
            places.append(step[2])
    return tuple(found)


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
