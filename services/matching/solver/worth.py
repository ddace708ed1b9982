"""How the aims are laid into one whole number a pair, small enough for the solver."""

from __future__ import annotations

from dataclasses import dataclass

from services.matching.solver.columns import Numbers
from services.matching.solver.crowd import TIE_STEPS

LARGEST = 1 << 60
"""OR-Tools scales costs by the number of nodes; beyond this it answers BAD_COST_RANGE."""


class TooLarge(Exception):
    """The worth of all pairs together would overflow the solver: so many people, or such points."""

    def __init__(self, people: int) -> None:
        super().__init__(f"{people} families are too many for one run: their points would overflow")
        self.people = people


@dataclass(frozen=True, slots=True)
class Scale:
    """Steps of a rank of waiting, of quality and of the draw; 0 where an aim does not count."""

    rank: int
    quality: int
    draws: int

    def gain(self, quality: Numbers, tie: Numbers) -> Numbers:
        """Quality, then the draw: all draws of a run together make no point."""
        gain: Numbers = quality * self.quality + tie * self.draws // TIE_STEPS
        return gain


RANKS = Scale(1, 0, 0)
POINTS = Scale(0, 1, 0)


def of_pairs(people: int, nodes: int) -> Scale:
    """The draw is made coarser when the numbers would grow too large. Raises TooLarge."""
    count, draws = max(1, people), TIE_STEPS
    while draws > 1 and 101 * count * draws * nodes > LARGEST:
        draws //= 2
    if 101 * count * draws * nodes > LARGEST:
        raise TooLarge(people)
    return Scale(0, count * draws, draws)


def of_aims(people: int) -> Scale:
    """A step of rank is more than all quality together; the draw does not count."""
    return Scale(101 * (people + 1), 1, 0)
