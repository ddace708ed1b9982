"""Looking a move up in a state table, and asking whether the asker is who may make it."""

from enum import StrEnum
from typing import TypeVar

from kernel.access import Actor
from kernel.refusal import Refused
from kernel.states import Machine
from services.matching.access import makes
from services.matching.refusals import Why
from services.matching.states.by import By

State = TypeVar("State", bound=StrEnum)
Move = TypeVar("Move", bound=StrEnum)


def require_move(
    machine: Machine[State, Move, By],
    move: Move,
    state: State,
    *,
    asker: tuple[Actor, object],
    not_now: Why,
) -> State:
    """Where the move leads from here. `asker` is who asks, and of what thing.

    Refuses: `not_now` when the table has no such move from here, NOT_ALLOWED when it is
    somebody else's to make.
    """
    row = next((row for row in machine.rows if (row.source, row.move) == (state, move)), None)
    if row is None:
        raise Refused(not_now, now=state.replace("_", " "))
    if not makes(row.who, *asker):
        raise Refused(Why.NOT_ALLOWED)
    return row.target


def moves_open(
    machine: Machine[State, Move, By], state: State, asker: tuple[Actor, object]
) -> list[Move]:
    """The moves from here that this asker may make, so that a page offers no other."""
    return [row.move for row in machine.rows if row.source == state and makes(row.who, *asker)]
