"""What is worked out beside the loop, by name: a question and its answer as plain values.

The same work is done in a thread of the process that asks, or in a process of its own (`apart`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.matching.model.improving import Better, Swap
from services.matching.model.run import Outcome, Tell
from services.matching.model.what_if import Compared
from services.matching.solver import trying
from services.matching.solver.contradiction import contradiction
from services.matching.solver.run import match
from services.matching.solver.trying import Asked, Changed, Insisted, Running, Standing

Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[Question, Answer]):
    """`question` and `answer` are read by `model.plain.typed` on the other side."""

    name: str
    question: type[Question]
    answer: type[Answer]
    work: Callable[[Question, Tell], Answer]


def _matched(asked: Asked, tell: Tell) -> Outcome:
    return match(asked.snapshot, asked.settings, tell=tell)


def _compared(asked: Changed, _tell: Tell) -> Compared:
    return trying.compared(asked)


def _swaps(asked: Standing, _tell: Tell) -> tuple[Swap, ...]:
    return trying.best_swaps(asked)


def _better(asked: Running, _tell: Tell) -> tuple[Better, ...]:
    return trying.better_than_running(asked)


def _against(asked: Insisted, _tell: Tell) -> tuple[str, ...]:
    return contradiction(asked.snapshot, asked.settings, asked.programme)


MATCH = Task(name="match", question=Asked, answer=Outcome, work=_matched)
COMPARE = Task(name="compare", question=Changed, answer=Compared, work=_compared)
SWAPS = Task(name="swaps", question=Standing, answer=tuple[Swap, ...], work=_swaps)
BETTER = Task(name="better", question=Running, answer=tuple[Better, ...], work=_better)
AGAINST = Task(name="against", question=Insisted, answer=tuple[str, ...], work=_against)
TASKS: dict[str, Task[Any, Any]] = {
    task.name: task for task in (MATCH, COMPARE, SWAPS, BETTER, AGAINST)
}
