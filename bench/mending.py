"""Answers of a generalised assignment: found by walking, mended a few agents at a time."""

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from bench.instances import Agents, Numbers

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEVER = np.inf
NO_SWAPS = np.full((1, 1), NEVER)
SWAPPED_MOST = 2_000
"""Jobs up to which every two are looked at in each step."""
PIECE_S = 1.0
FEWEST, MOST = 3, 10


class Clock:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.perf_counter())

    def part(self, share: float) -> "Clock":
        """A share of what is left."""
        return Clock(self.left * share)


@dataclass
class Walk:
    """One answer under way: loads may exceed the room, for a penalty that rises until none does."""

    problem: Agents
    home: Numbers
    penalty: Reals
    load: Numbers = field(init=False)
    until: Numbers = field(init=False)

    def __post_init__(self) -> None:
        agents, jobs = self.problem.worth.shape
        use = self.problem.use[self.home, np.arange(jobs)]
        self.load = np.bincount(self.home, weights=use, minlength=agents).astype(np.int64)
        self.until = np.zeros((agents, jobs), np.int64)

    @property
    def over(self) -> Numbers:
        over: Numbers = np.maximum(0, self.load - self.problem.capacity)
        return over

    @property
    def cost(self) -> int:
        return int(self.problem.worth[self.home, np.arange(len(self.home))].sum())

    def shifts(self) -> Reals:
        """By agent and job: what it changes if the job goes there."""
        cost, use, jobs = self.problem.worth, self.problem.use, np.arange(len(self.home))
        own, capacity = use[self.home, jobs], self.problem.capacity
        there = np.maximum(0, self.load[:, np.newaxis] + use - capacity[:, np.newaxis])
        here = np.maximum(0, self.load[self.home] - own - capacity[self.home])
        change: Reals = (cost - cost[self.home, jobs]).astype(np.float64)
        change += self.penalty[:, np.newaxis] * (there - self.over[:, np.newaxis])
        change += self.penalty[self.home] * (here - self.over[self.home])
        change[self.home, jobs] = NEVER
        return change

    def swaps(self, closed: Flags) -> Reals:
        """By two jobs: what it changes if each goes where the other is."""
        cost, use, jobs = self.problem.worth, self.problem.use, np.arange(len(self.home))
        home, capacity = self.home, self.problem.capacity
        kept = self.load[home] - use[home, jobs] - capacity[home]
        over = np.maximum(0, kept[:, np.newaxis] + use[home]) - self.over[home][:, np.newaxis]
        half = cost[home] - cost[home, jobs] + self.penalty[home][:, np.newaxis] * over
        change: Reals = half + half.T
        barred = closed[home]
        change[(home[:, np.newaxis] == home) | barred | barred.T] = NEVER
        return change

    def step(self, now: int, chance: np.random.Generator) -> None:
        """The best change that does not go back to where a job has just been."""
        closed = self.until > now
        shifts = np.where(closed, NEVER, self.shifts())
        swaps = self.swaps(closed) if len(self.home) <= SWAPPED_MOST else NO_SWAPS
        one, other = int(shifts.argmin()), int(swaps.argmin())
        jobs = len(self.home)
        if shifts.flat[one] <= swaps.flat[other]:
            moves = [(one % jobs, one // jobs)]
        else:
            first, second = other % jobs, other // jobs
            moves = [(first, int(self.home[second])), (second, int(self.home[first]))]
        for job, there in moves:
            self._move(job, there, now + int(chance.integers(8, 20)))

    def _move(self, job: int, there: int, until: int) -> None:
        here = int(self.home[job])
        self.load[here] -= self.problem.use[here, job]
        self.load[there] += self.problem.use[there, job]
        self.home[job] = there
        self.until[here, job] = until


def walk(problem: Agents, room: Reals, clock: Clock) -> Numbers | None:
    """The cheapest answer within all capacities that a walk from the prices of room comes by."""
    paid = problem.worth + room[:, np.newaxis] * problem.use
    least = np.maximum(room, max(1e-3, float(room.mean())))
    walking = Walk(problem, paid.argmin(axis=0), least.copy())
    chance, now = np.random.default_rng(1), 0
    best: tuple[int, Numbers] | None = None
    while clock.left:
        now += 1
        walking.step(now, chance)
        full = walking.over > 0
        if full.any():
            walking.penalty[full] *= 1.05
            continue
        walking.penalty = np.maximum(0.7 * walking.penalty, 0.3 * least)
        if best is None or walking.cost < best[0]:
            best = walking.cost, walking.home.copy()
    return best[1] if best else None


@dataclass(frozen=True, slots=True)
class Mending:
    """Solves all jobs of a few agents anew, those first who pay most above the prices."""

    problem: Agents
    room: Reals

    def mended(self, home: Numbers, clock: Clock) -> Numbers:
        agents, jobs = self.problem.worth.shape
        paid = self.problem.worth + self.room[:, np.newaxis] * self.problem.use
        chance, size, idle = np.random.default_rng(2), min(agents, FEWEST), 0
        while clock.left:
            loss = (paid - paid.min(axis=0))[home, np.arange(jobs)]
            by_agent = np.bincount(home, weights=loss, minlength=agents)
            share = by_agent + 0.3 * by_agent.mean() + 1e-9
            some = chance.choice(agents, size, replace=False, p=share / share.sum())
            better, proved = self._piece(home, some, min(PIECE_S, clock.left))
            if self._cost(better) > self._cost(home):
                better = home
            idle = 0 if (better != home).any() else idle + 1
            home = better
            if not proved:
                size = max(min(agents, FEWEST), size - 1)
            elif idle > 2 * FEWEST:
                size, idle = min(agents, MOST, size + 1), 0
        return home

    def _cost(self, home: Numbers) -> int:
        return int(self.problem.worth[home, np.arange(len(home))].sum())

    def _piece(self, home: Numbers, some: Numbers, seconds: float) -> tuple[Numbers, bool]:
        """The answer with the jobs of these agents placed anew among them; whether it is proved."""
        cost, use = self.problem.worth, self.problem.use
        model = cp_model.CpModel()
        jobs = np.nonzero(np.isin(home, some))[0].tolist()
        given = {(i, j): model.new_bool_var("") for i in some.tolist() for j in jobs}
        for job in jobs:
            model.add_exactly_one(given[agent, job] for agent in some.tolist())
        for agent in some.tolist():
            own = [given[agent, job] for job in jobs]
            load = cp_model.LinearExpr.weighted_sum(own, use[agent, jobs].tolist())
            model.add(load <= int(self.problem.capacity[agent]))
        costs = [int(cost[pair]) for pair in given]
        model.minimize(cp_model.LinearExpr.weighted_sum(list(given.values()), costs))
        for (agent, job), variable in given.items():
            model.add_hint(variable, bool(home[job] == agent))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.linearization_level = 2
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return home, False
        mended = home.copy()
        for (agent, job), variable in given.items():
            if solver.boolean_value(variable):
                mended[job] = agent
        return mended, status == cp_model.OPTIMAL
