"""A part too large for CP-SAT is filled need by need: rules kept, nothing claimed as proved."""

import numpy as np
import pytest

from services.matching.model.run import Result
from services.matching.solver import cpsat, flow
from tests.matching.crowd import open_world
from tests.matching.test_solver import problem_of

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("seed", range(12))
def test_filling_keeps_the_room_and_its_gap_is_true(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = problem_of(open_world(seed, 14, 6, needs=3))
    task = cpsat.Task(problem, np.arange(len(problem.row)))
    hint = flow.relaxed(problem).pairs
    best = cpsat.solve(task, hint=hint, ceiling=True)

    monkeypatch.setattr(cpsat, "MANY_CHOICES", 0)
    filled = cpsat.solve(task, hint=hint, ceiling=True)

    load = np.zeros(len(problem.mentors), np.int64)
    for row, column in filled.pairs:
        load[column] += problem.need[row]
    assert (load <= problem.free).all()
    assert len({row for row, _ in filled.pairs}) == len(filled.pairs)
    assert filled.result is Result.OUT_OF_TIME
    assert best.gap == 0
    assert len(filled.pairs) <= len(best.pairs) <= len(filled.pairs) + filled.gap
