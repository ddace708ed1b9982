"""Public assignment problems as text files: read, with every fault said in a sentence."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
LARGEST = 1 << 40
"""Beyond this a cost might overflow the solver once it is scaled by the number of nodes."""


MOST_ROWS = 5_000_000
"""A file may name more in one line than any machine holds."""


class Kind(StrEnum):
    ASSIGNMENT = "assignment"
    SPARSE = "sparse"
    GENERALISED = "generalised"


class Malformed(Exception):
    """What is wrong with the file, in a sentence."""


@dataclass(frozen=True)
class Edges:
    """Rows to columns, each used at most once; the least cost over as many as can be."""

    size: int
    row: Numbers
    column: Numbers
    cost: Numbers


@dataclass(frozen=True)
class Agents:
    """Every job goes to one agent; `worth` and `use` are agents x jobs."""

    worth: Numbers
    use: Numbers
    capacity: Numbers


def read(path: Path, kind: Kind | None = None) -> Edges | Agents:
    """The problem in the file. The kind is told from its shape unless given."""
    numbers, first, second = _numbers(path)
    kind = kind or _kind(numbers, first, second)
    if kind is Kind.GENERALISED:
        return _agents(numbers)
    size = int(numbers[0])
    if size < 1:
        raise Malformed(f"The size must be at least 1; the file says {size}.")
    if size > MOST_ROWS:
        raise Malformed(f"The size must be at most {MOST_ROWS}; the file says {size}.")
    return _dense(numbers[1:], size) if kind is Kind.ASSIGNMENT else _sparse(numbers[1:], size)


def _numbers(path: Path) -> tuple[Numbers, int, int]:
    """Every number of the file, and how many stand in its first line and in the second."""
    try:
        text = path.read_text("ascii")
        numbers = np.array([int(word) for word in text.split()], np.int64)
    except (OSError, UnicodeDecodeError) as fault:
        raise Malformed(f"{path} cannot be read as text: {fault}") from fault
    except (ValueError, OverflowError) as fault:
        raise Malformed(f"Only whole numbers may stand in the file: {fault}.") from fault
    if not len(numbers):
        raise Malformed("The file is empty.")
    if np.abs(numbers).max() > LARGEST:
        raise Malformed(f"A number is beyond {LARGEST}: the solver could overflow.")
    first, second = (len(line.split()) for line in [*text.lstrip().split("\n", 2), ""][:2])
    return numbers, first, second


def _kind(numbers: Numbers, first: int, second: int) -> Kind:
    if first == 2:
        return Kind.GENERALISED
    size = int(numbers[0])
    if len(numbers) == 1 + size * size and not second == 3 != size:
        return Kind.ASSIGNMENT
    if second not in (0, 3):
        raise Malformed(
            f"{size} x {size} costs are needed, or lines of row, column and cost; the file has"
            f" {len(numbers) - 1} numbers after the first."
        )
    return Kind.SPARSE


def _dense(costs: Numbers, size: int) -> Edges:
    if len(costs) != size * size:
        raise Malformed(f"{size} x {size} costs are needed; the file has {len(costs)}.")
    row, column = np.divmod(np.arange(size * size), size)
    return Edges(size, row, column, costs)


def _sparse(numbers: Numbers, size: int) -> Edges:
    if len(numbers) % 3:
        raise Malformed("Each line after the first needs three numbers: row, column and cost.")
    row, column, cost = numbers.reshape(-1, 3).T
    if len(row) and not (1 <= min(row.min(), column.min()) <= max(row.max(), column.max()) <= size):
        raise Malformed(f"Rows and columns are counted from 1 to {size}.")
    return Edges(size, row - 1, column - 1, cost)


def _agents(numbers: Numbers) -> Agents:
    if len(numbers) < 2:
        raise Malformed("The first line needs two numbers: agents and jobs.")
    agents, jobs = int(numbers[0]), int(numbers[1])
    cells = agents * jobs
    if agents < 1 or jobs < 1 or len(numbers) != 2 + 2 * cells + agents:
        raise Malformed(
            f"{agents} agents and {jobs} jobs need {2 * cells + agents} numbers after the first"
            f" line; the file has {len(numbers) - 2}."
        )
    body = numbers[2:]
    use = body[cells : 2 * cells].reshape(agents, jobs)
    if use.min() < 0 or body[2 * cells :].min() < 0:
        raise Malformed("A job cannot use, nor an agent have, less than nothing.")
    return Agents(body[:cells].reshape(agents, jobs), use, body[2 * cells :])
