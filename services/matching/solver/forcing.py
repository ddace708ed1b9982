"""The exact price of a pair that was not chosen: what the best answer with it would come to.

Where everybody needs the same points the answer is a flow, and the price is the cheapest way to
push one family more through the mentor (`residual`): no second solve, and true of all pairs. Where
needs differ, a rule reaches across mentors, a kept pair is in the way, or the best score came
first, the run is solved again with the pair pinned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.matching.model.snapshot import FirstAim
from services.matching.solver import residual
from services.matching.solver.aims import decide
from services.matching.solver.problem import (
    Places,
    Problem,
    Solution,
    arrange,
    pinned,
    places,
    stands,
)
from services.matching.solver.residual import OUT, Residual

if TYPE_CHECKING:
    from services.matching.solver.answer import Answer


@dataclass(frozen=True, slots=True)
class Forced:
    """What the best answer with the pair comes to, against the answer as it is.

    `people_lost` are matches fewer (negative: more, when the pair is below the floor that the run
    keeps), `points_lost` the quality given up by all together, in points of each 100 that count
    for each family. `moves` says for each family that would change where it went and where it
    would go (None: nowhere); the forced pair is one of them.
    """

    people_lost: int
    points_lost: int
    moves: Mapping[int, tuple[int | None, int | None]]

    @property
    def who_loses(self) -> tuple[int, ...]:
        """Rows of the families who would have no mentor and have one now."""
        return tuple(row for row, (_, now) in sorted(self.moves.items()) if now is None)


def cost_of_pair(found: Answer, row: int, column: int) -> Forced | None:
    """The price of making one allowed pair, all others free to move but pins and kept pairs.

    None: the pair cannot be made beside the pins (or the rules do not allow it).
    """
    if found.worth.of_pair(row, column) is None:
        return None
    if found.chosen.get(row) == column:
        return Forced(0, 0, {})
    if is_a_flow(found, row, column):
        return _priced(found, row, column)
    return _solved_again(found, row, column)


def beside_the_rest(found: Answer, row: int, column: int) -> Forced | None:
    """What a person gets who pins one allowed pair and runs again: the rest stays where it fits.

    Found in a moment, since only those who lose their place are placed anew. None: other pins take
    the room.
    """
    judged, settings = found.judged, found.settings
    pins = _pins_with(found, row, column)
    if pins is None:
        return None
    problem = arrange(judged, settings, pins=pins, kept=found.solution.pairs)
    if not stands(problem):
        return None
    return _told(found, _differences(found, problem, decide(problem, settings.first_aim)))


def is_a_flow(found: Answer, row: int, column: int) -> bool:
    """Whether nothing but the families still to be placed would have to move."""
    problem = found.problem
    if found.settings.first_aim is not FirstAim.PEOPLE:
        return False
    fixed = any(row == one for one, _ in problem.fixed)
    need, all_need = problem.need[row], problem.need[problem.row[:1]]
    alike = residual.even(problem) and (all_need == need).all()
    return not problem.ties and not fixed and bool(alike) and bool(need <= problem.free[column])


def _priced(found: Answer, row: int, column: int) -> Forced:
    left: Residual = found.residual
    home = int(left.home[row])
    _, steps = left.cheapest(column, home)
    moves: dict[int, tuple[int | None, int | None]] = {
        who: (_place(origin), _place(there)) for origin, who, there in steps if who >= 0
    }
    moves[row] = (_place(home), column)
    return _told(found, moves, left.problem)


def _place(node: int) -> int | None:
    return None if node == OUT else node


def _solved_again(found: Answer, row: int, column: int) -> Forced | None:
    judged, snapshot, settings = found.judged, found.snapshot, found.settings
    pins = _pins_with(found, row, column)
    if pins is None:
        return None
    rows, columns = places(judged)
    kept = [(rows[a], columns[b]) for a, b in snapshot.kept if a in rows and b in columns]
    problem = arrange(judged, settings, pins=pins, kept=kept)
    if not stands(problem):
        return None
    return _told(found, _differences(found, problem, decide(problem, settings.first_aim)))


def _pins_with(found: Answer, row: int, column: int) -> Places | None:
    """The pins and the pair, and with it the adult who asked to share the mentor; None where that
    one may not have them.
    """
    judged = found.judged
    pins = dict(pinned(judged, found.snapshot, found.settings))
    pins[row] = column
    for partner in found.ties.partners(row):
        if not may_share(found, partner, column):
            return None
        pins[partner] = column
    return tuple(sorted(pins.items()))


def may_share(found: Answer, partner: int, column: int) -> bool:
    """The rules and every person's word allow the mentor to the other adult of a household too."""
    pair = (found.mentee(partner).request_id, found.mentor(column).mentor_id)
    return column in found.worth.get(partner, {}) and pair not in found.snapshot.forbidden


def _differences(
    found: Answer, problem: Problem, solution: Solution
) -> dict[int, tuple[int | None, int | None]]:
    now: dict[int, int] = dict(_pairs(problem, solution))
    rows = sorted(found.chosen.keys() | now.keys())
    return {
        one: (found.chosen.get(one), now.get(one))
        for one in rows
        if found.chosen.get(one) != now.get(one)
    }


def _pairs(problem: Problem, solution: Solution) -> Places:
    return tuple({*solution.pairs, *problem.fixed})


def _told(
    found: Answer,
    moves: Mapping[int, tuple[int | None, int | None]],
    held: Problem | None = None,
) -> Forced:
    """`held` has most of the pairs, where judging each again would take longer than the way."""

    def quality(row: int, column: int | None) -> int:
        if column is None:
            return 0
        known = None if held is None else _held_quality(held, row, column)
        return found.quality(row, column) if known is None else known

    people = sum((before is not None) - (now is not None) for before, now in moves.values())
    points = sum(quality(r, before) - quality(r, now) for r, (before, now) in moves.items())
    return Forced(people, points, moves)


def _held_quality(problem: Problem, row: int, column: int) -> int | None:
    columns, quality, _ = problem.held_of(row)
    at = np.nonzero(columns == column)[0]
    return int(quality[at[0]]) if len(at) else None
