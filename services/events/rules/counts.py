"""What reports may say of small numbers (domain.md E43); pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from services.events.model.topics import HIDDEN_BELOW

ROUNDED_TO = 5
Cell = TypeVar("Cell")


def without_few(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """Those cells that are five or more, of a table without sums: with none to take them from, no
    other cell tells one that is left out.

    >>> without_few({"one": 5, "two": 4, "three": 0})
    {'one': 5}
    """
    return {cell: count for cell, count in cells.items() if count >= HIDDEN_BELOW}


def for_reports(cells: Sequence[int]) -> tuple[list[int | None], int | None]:
    """Cells as reports show them, and their total.

    A cell under five is hidden (None), and with a single one the next smallest, so that the total
    less the others does not tell it; a total of which a cell is hidden is rounded to fives, and
    hidden where it is under five itself.

    >>> for_reports([12, 7])
    ([12, 7], 19)
    >>> for_reports([12, 3, 8])
    ([12, None, None], 25)
    >>> for_reports([3])
    ([None], None)
    """
    total = sum(cells)
    shown: list[int | None] = [cell if cell >= HIDDEN_BELOW else None for cell in cells]
    if shown.count(None) == 1 and len(shown) > 1:
        left = [(cell, place) for place, cell in enumerate(shown) if cell is not None]
        shown[min(left)[1]] = None
    if total < HIDDEN_BELOW:
        return shown, None
    if None in shown:
        return shown, ROUNDED_TO * round(total / ROUNDED_TO)
    return shown, total
