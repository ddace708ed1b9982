"""A pair's reasons in short: what speaks for it most, and what least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Criterion = dict[str, Any]
BEST = 3


def in_short(criteria: Sequence[Criterion]) -> tuple[list[Criterion], Criterion | None]:
    """The three that bring most points, and the worst of the rest: the one least met.

    What the family did not ask for is in neither.
    """
    used = [each for each in criteria if each["used"]]
    best = sorted(used, key=lambda each: -each["points"])[:BEST]
    rest = [each for each in used if each not in best and each["points"] < each["weight"]]
    worst = min(rest, key=lambda each: each["points"] / each["weight"], default=None)
    return best, worst
