"""A state machine as a table: written once, used to decide, to guard SQL, to test and to draw."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State", bound=StrEnum)
Move = TypeVar("Move", bound=StrEnum)
By = TypeVar("By", bound=StrEnum)


class Row(NamedTuple, Generic[State, Move, By]):
    """One allowed move: from a state, by somebody, to a state."""

    source: State
    move: Move
    target: State
    who: By


class Machine(Generic[State, Move, By]):
    """What may happen to one kind of thing. A move that is not in the table cannot be made."""

    def __init__(self, rows: Iterable[tuple[State, Move, State, By]]) -> None:
        self.rows = tuple(Row(*row) for row in rows)
        pairs = [(row.source, row.move) for row in self.rows]
        assert len(pairs) == len(set(pairs)), "one state and move lead to one state"
        self._after = {(row.source, row.move): row.target for row in self.rows}

    def after(self, state: State, move: Move) -> State | None:
        """The state that the move leads to, or None when it is not allowed from here."""
        return self._after.get((state, move))

    def starts(self, move: Move) -> list[str]:
        """The states that the move may start from: the `$n` of a conditional UPDATE."""
        return [row.source.value for row in self.rows if row.move == move]

    def target(self, move: Move) -> str:
        """The one state that the move leads to; two would be a fault of the table."""
        (only,) = {row.target.value for row in self.rows if row.move == move}
        return only

    def states(self) -> frozenset[str]:
        """Every state named in the table: the migration's CHECK is tested to equal this."""
        return frozenset(state.value for row in self.rows for state in (row.source, row.target))

    def who(self, move: Move) -> frozenset[By]:
        """Who may make the move, from any state."""
        return frozenset(row.who for row in self.rows if row.move == move)
