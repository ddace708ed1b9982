"""The solver's model without its front door: what is proved, what it works with, what it loads."""

import subprocess
import sys
from itertools import pairwise

import pytest

from services.matching.solver.choices import Choices

pytestmark = pytest.mark.fast


def model() -> Choices:
    found = Choices()
    first, second, third = found.add(), found.add(), found.add()
    found.at_most_one([first, second])
    found.at_most({second: 2, third: 2}, 3)
    return found


def test_the_best_choices_are_found_and_proved() -> None:
    goal = {0: 3, 1: 5, 2: 4}

    settled = model().best(goal, dict.fromkeys(goal, False), work=1.0)

    assert (settled.chosen, settled.proved, settled.bound) == (frozenset({0, 2}), True, 7)


def test_what_an_aim_reached_is_held_for_the_next() -> None:
    choices = model()
    choices.at_least({1: 1}, 1)

    settled = choices.best({0: 3, 1: 0, 2: 4}, {}, work=1.0)

    assert settled.chosen == frozenset({1})


def test_without_time_nothing_is_claimed() -> None:
    choices = Choices()
    many = [choices.add() for _ in range(60)]
    for one, other in pairwise(many):
        choices.at_most({one: 3, other: 2}, 4)

    settled = choices.best({one: 1 + one % 7 for one in many}, {}, work=0.0)

    assert not settled.proved


def test_packing_does_not_load_pandas() -> None:
    """It took two seconds of each preview's process, and five on a loaded machine."""
    said = "import sys; import services.matching.solver.cpsat; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0
