"""An answer and everything that was judged on the way to it, as the explanations need them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.matching.model.snapshot import Mentee, Mentor, RunSettings, Snapshot
from services.matching.rules.rule import Terms
from services.matching.solver.columns import Numbers
from services.matching.solver.judge import Judged, judge
from services.matching.solver.problem import Problem, Solution, build
from services.matching.solver.solve import solve


@dataclass(frozen=True)
class Answer:
    """One solved run. People go by their place: a `row` is a family, a `column` a mentor."""

    snapshot: Snapshot
    settings: RunSettings
    judged: Judged
    problem: Problem
    solution: Solution

    @cached_property
    def terms(self) -> Terms:
        return Terms.of(self.snapshot, self.settings)

    @cached_property
    def chosen(self) -> dict[int, int]:
        return dict(self.solution.pairs)

    @cached_property
    def worth(self) -> dict[int, dict[int, tuple[int, int]]]:
        """Points and quality of every allowed pair: family, then mentor."""
        found: dict[int, dict[int, tuple[int, int]]] = {}
        judged = self.judged
        columns = (judged.mentee, judged.mentor, judged.points, judged.quality)
        for row, column, points, quality in zip(*(c.tolist() for c in columns), strict=True):
            found.setdefault(row, {})[column] = (points, quality)
        return found

    @cached_property
    def left_free(self) -> Numbers:
        """Points of each mentor that this answer leaves free."""
        return room_left(self.problem, self.solution.pairs)

    @cached_property
    def ties(self) -> dict[tuple[int, int], int]:
        problem = self.problem
        columns = (problem.row, problem.column, problem.tie)
        return {(r, c): tie for r, c, tie in zip(*(n.tolist() for n in columns), strict=True)}

    def tie(self, row: int, column: int) -> int:
        """The draw of a chosen pair; a pinned one needs none."""
        return self.ties.get((row, column), 0)

    def mentee(self, row: int) -> Mentee:
        return self.judged.mentees[row]

    def mentor(self, column: int) -> Mentor:
        return self.judged.mentors[column]

    def points(self, row: int, column: int) -> int:
        return self.worth[row][column][0]

    def quality(self, row: int, column: int) -> int:
        return self.worth[row][column][1]


def answer(snapshot: Snapshot, settings: RunSettings) -> Answer:
    """Judge everybody, solve, and keep what was found. Raises PinRefused."""
    judged = judge(snapshot, settings)
    problem = build(judged, snapshot, settings)
    return Answer(snapshot, settings, judged, problem, solve(problem))


def room_left(problem: Problem, pairs: Sequence[tuple[int, int]]) -> Numbers:
    """Points left free; `problem.free` has the pins taken off already."""
    free = problem.free.copy()
    for row, column in pairs:
        if (row, column) not in problem.pinned:
            free[column] -= problem.need[row]
    return free


def solved_with(found: Answer, row: int, column: int) -> Solution | None:
    """The answer had this pair been pinned, moving as few others as may be; None: no room for it.

    This is what a coordinator would get who pins the pair and runs again.
    """
    step = _one_step_aside(found, row, column)
    return _solved_anew(found, row, column) if step is None else step


def _one_step_aside(found: Answer, row: int, column: int) -> Solution | None:
    """The same answer where it takes only one other family to make room, and one seat for them.

    Nobody is lost and one family moves, which is the least there can be: so only the best such
    step has to be found, by quality and then the draw, and no solver is needed.
    """
    problem = found.problem
    free = found.left_free.copy()
    if row in found.chosen:
        free[found.chosen[row]] += problem.need[row]
    free[column] -= problem.need[row]
    fixed = frozenset(problem.pinned)
    best: tuple[int, int, int, int] | None = None
    for other, now in found.chosen.items():
        frees = now == column and other != row and (other, now) not in fixed
        if not frees or free[column] + problem.need[other] < 0:
            continue
        for edge in np.nonzero((problem.row == other) & (problem.column != column))[0].tolist():
            to = int(problem.column[edge])
            if free[to] >= problem.need[other]:
                step = (int(problem.quality[edge] - found.quality(other, now)), other, to)
                tie = int(problem.tie[edge]) - found.tie(other, now)
                best = max(best or (-1000, 0, 0, 0), (step[0], tie, other, to))
    if best is None or row not in found.chosen:
        return None
    pairs = {**found.chosen, row: column, best[2]: best[3]}
    return Solution(tuple(sorted(pairs.items())))


def _solved_anew(found: Answer, row: int, column: int) -> Solution | None:
    problem = found.problem
    free = problem.free.copy()
    pins = tuple(pin for pin in problem.pinned if pin[0] != row)
    for pin in problem.pinned:
        if pin[0] == row:
            free[pin[1]] += problem.need[row]
    free[column] -= problem.need[row]
    if free[column] < 0:
        return None
    fits = (problem.row != row) & (problem.need[problem.row] <= free[problem.column])
    use = np.nonzero(fits)[0]
    kept = np.array([found.chosen.get(r) for r in problem.row[use].tolist()], object)
    changed = replace(
        problem,
        free=free,
        row=problem.row[use],
        column=problem.column[use],
        quality=problem.quality[use],
        tie=problem.tie[use],
        kept=(kept == problem.column[use]).astype(np.int64),
        pinned=tuple(sorted((*pins, (row, column)))),
    )
    return solve(changed)
