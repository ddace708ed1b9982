"""Generalised assignment: an answer mended piece by piece, and a bound that holds of itself.

The linear relaxation gives a price for each job and for each agent's room. Whatever the prices are,
what the agents could do at best under them adds up to a bound, in whole numbers: no rounding of the
relaxation can make it false. The prices also start the search, and tell which pairs no better
answer can hold.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from bench.instances import Agents, Numbers
from bench.mending import Clock, Mending, walk

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
SCALE = 1_000
SMALL = 1_000
"""Agents x jobs up to which CP-SAT alone is quicker."""
FEW_LEFT = 4_000
"""Pairs left by their prices from which CP-SAT is not worth a try at the whole."""
CELLS_MOST = 40_000_000
STEPS = 40
NEARLY = 1e-6
WHOLE = 1 - NEARLY
CHOICES = 6
"""Agents among which a job is placed at first."""


@dataclass(frozen=True, slots=True)
class Found:
    """`home` is the agent of each job, None where no answer was found. No answer costs less than
    `bound`; None: no bound is known. `impossible` is proved.
    """

    home: Numbers | None
    bound: int | None
    impossible: bool = False


def least(problem: Agents, seconds: float) -> Found:
    """Every job to one agent at the least `worth`, within the capacities, as time allows."""
    clock = Clock(seconds)
    every = np.ones(problem.worth.shape, bool)
    prices = None if problem.worth.size <= SMALL else _prices(problem, clock.left)
    if prices is None:
        return _by_cpsat(problem, every, None, clock.left)
    share, job, room = prices
    bound = _bound(problem, job, clock.part(0.1))
    home = _cheaper(
        problem,
        _rounded(problem, share, room, clock.part(0.2)),
        walk(problem, room, clock.part(0.25)),
    )
    if home is None:
        found = _by_cpsat(problem, every, None, clock.left)
        best = bound if found.bound is None else max(bound, found.bound)
        return Found(found.home, best, found.impossible)
    mending = Mending(problem, room)
    home = mending.mended(home, clock.part(0.5))
    bound = max(bound, _plain_bound(problem, room))
    could = _could_help(problem, room, _cost(problem, home))
    if could.sum() > FEW_LEFT or _cost(problem, home) <= bound:
        return Found(mending.mended(home, clock), bound)
    could[home, np.arange(len(home))] = True
    found = _by_cpsat(problem, could, home, clock.left)
    if found.home is not None:
        home = found.home
    best = min(_cost(problem, home), found.bound if found.bound is not None else bound)
    return Found(home, max(bound, best))


def _cheaper(problem: Agents, one: Numbers | None, other: Numbers | None) -> Numbers | None:
    if one is None or other is None:
        return other if one is None else one
    return one if _cost(problem, one) <= _cost(problem, other) else other


def _rounded(problem: Agents, share: Reals, room: Reals, clock: Clock) -> Numbers | None:
    """The relaxation's answer where it gives a job to one agent whole; the other jobs, and those
    that mind least, are placed anew among the few agents where they cost least.
    """
    paid = problem.worth + room[:, np.newaxis] * problem.use
    jobs = np.arange(share.shape[1])
    order, home = np.argsort(paid, axis=0)[:CHOICES], share.argmax(axis=0)
    minds = np.diff(np.sort(paid, axis=0)[:2], axis=0)[0] if len(paid) > 1 else jobs
    minds = np.where(share.max(axis=0) < WHOLE, -1.0, minds)
    for freed in (len(jobs) // 5, len(jobs) // 3, len(jobs)):
        could = np.zeros(share.shape, bool)
        free = np.argsort(minds, kind="stable")[:freed]
        could[order[:, free], free] = True
        could[home, jobs] = True
        found = _by_cpsat(problem, could, None, clock.part(0.5).left)
        if found.home is not None:
            return found.home
    return None


def _cost(problem: Agents, home: Numbers) -> int:
    return int(problem.worth[home, np.arange(len(home))].sum())


def _prices(problem: Agents, seconds: float) -> tuple[Reals, Reals, Reals] | None:
    """How much of each job goes to each agent in the relaxation, what a job is worth being done,
    and what a unit of each agent's room costs (never below 0); None without an answer in time.
    """
    agents, jobs = problem.worth.shape
    total: Any = model_builder.LinearExpr.weighted_sum
    made: Any = model_builder.Model  # the binding has no types
    model = made()
    share = [[model.new_num_var(0, 1, "") for _ in range(jobs)] for _ in range(agents)]
    done = [model.add(sum(row[job] for row in share) == 1) for job in range(jobs)]
    rooms = [
        model.add(total(row, use.tolist()) <= int(capacity))
        for row, use, capacity in zip(share, problem.use, problem.capacity, strict=True)
    ]
    model.minimize(total([each for row in share for each in row], problem.worth.ravel().tolist()))
    solver = model_builder.Solver("GLOP")
    solver.set_time_limit_in_seconds(seconds)
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        return None
    parts = np.array([[solver.value(each) for each in row] for row in share])
    job = np.array([solver.dual_value(each) for each in done])
    room = np.array([-solver.dual_value(each) for each in rooms])
    return parts, job, np.maximum(room, 0.0)


def _scaled(problem: Agents, room: Reals) -> tuple[Numbers, int]:
    """Every pair's cost with its room paid for, and what all rooms come to: whole, times SCALE."""
    price = np.rint(room * SCALE).astype(np.int64)
    paid: Numbers = problem.worth * SCALE + price[:, np.newaxis] * problem.use
    return paid, int(price @ problem.capacity)


def _plain_bound(problem: Agents, room: Reals) -> int:
    """Each job at the agent where it costs least, room paid for, less what the rooms come to."""
    paid, rooms = _scaled(problem, room)
    return math.ceil((int(paid.min(axis=0).sum()) - rooms) / SCALE)


def _could_help(problem: Agents, room: Reals, cost: int) -> Flags:
    """The pairs that an answer of less than `cost` may hold: with any other it costs that, or more,
    whatever else it holds.
    """
    paid, rooms = _scaled(problem, room)
    cheapest = paid.min(axis=0)
    could: Flags = int(cheapest.sum()) - rooms + paid - cheapest <= SCALE * (cost - 1)
    return could


def _bound(problem: Agents, job: Reals, clock: Clock) -> int:
    """The best of some steps along the prices of jobs, each proved by every agent's knapsack."""
    agents, jobs = problem.worth.shape
    room = int(problem.capacity.max()) + 1
    if agents * jobs * room > CELLS_MOST:
        return -(1 << 62)
    price = np.rint(job * SCALE).astype(np.int64)
    best, target, step = -(1 << 62), int(job.sum() * SCALE), 1.0
    for _ in range(STEPS):
        gained, taken = _knapsacks(problem, price)
        value = int(price.sum()) - gained
        best, step = max(best, value), step if value > best else step * 0.8
        over = 1 - taken
        if clock.left == 0 or not over.any():
            break
        length = step * max(1.0, 0.002 * abs(target)) / float((over * over).sum())
        price = price + np.rint(length * over).astype(np.int64)
    return math.ceil(best / SCALE)


def _knapsacks(problem: Agents, price: Numbers) -> tuple[int, Numbers]:
    """What all agents gain at most at these prices of jobs, and how many take each job."""
    agents, jobs = problem.worth.shape
    size = np.arange(int(problem.capacity.max()) + 1)
    gain = price - problem.worth * SCALE
    best = np.zeros((agents, len(size)), np.int64)
    best[size > problem.capacity[:, np.newaxis]] = -(1 << 60)
    took = np.zeros((jobs, agents, len(size)), bool)
    # `best` is by room that is still free: a job takes its use off what was free before it.
    for job in range(jobs):
        use = problem.use[:, job, np.newaxis]
        before = np.minimum(size + use, len(size) - 1)
        fits = size + use <= problem.capacity[:, np.newaxis]
        with_it = np.take_along_axis(best, before, axis=1) + gain[:, job, np.newaxis]
        took[job] = fits & (with_it > best)
        best = np.where(took[job], with_it, best)
    at, count = best.argmax(axis=1), np.zeros(jobs, np.int64)
    everybody = np.arange(agents)
    gained = int(best[everybody, at].sum())
    for job in range(jobs - 1, -1, -1):
        taking = took[job, everybody, at]
        count[job] = taking.sum()
        at = np.where(taking, at + problem.use[:, job], at)
    return gained, count


def _chosen(
    model: cp_model.CpModel, problem: Agents, could: Flags
) -> dict[tuple[int, int], cp_model.IntVar]:
    """The pairs that could be, each job once and every agent within its capacity."""
    pairs = [(agent, job) for agent, job in np.argwhere(could).tolist()]
    chosen = {pair: model.new_bool_var("") for pair in pairs}
    agents, jobs = could.shape
    for job in range(jobs):
        model.add_exactly_one(chosen[each, job] for each in np.nonzero(could[:, job])[0].tolist())
    for agent in range(agents):
        own = np.nonzero(could[agent])[0].tolist()
        use = problem.use[agent, own].tolist()
        load = cp_model.LinearExpr.weighted_sum([chosen[agent, job] for job in own], use)
        model.add(load <= int(problem.capacity[agent]))
    return chosen


def _by_cpsat(problem: Agents, could: Flags, hint: Numbers | None, seconds: float) -> Found:
    """By CP-SAT, among the pairs that could be."""
    model = cp_model.CpModel()
    chosen = _chosen(model, problem, could)
    pairs, jobs = list(chosen), could.shape[1]
    cost = [int(problem.worth[pair]) for pair in pairs]
    model.minimize(cp_model.LinearExpr.weighted_sum(list(chosen.values()), cost))
    if hint is not None:
        for agent, job in pairs:
            model.add_hint(chosen[agent, job], bool(hint[job] == agent))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.linearization_level = 2
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Found(None, None, impossible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, None)
    home = np.zeros(jobs, np.int64)
    for (agent, job), variable in chosen.items():
        if solver.boolean_value(variable):
            home[job] = agent
    return Found(home, math.ceil(solver.best_objective_bound - NEARLY))
