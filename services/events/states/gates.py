"""What may become of a gate for one family (domain.md D7)."""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.gate import GateState
from services.events.states.by import By


class GateMove(StrEnum):
    MEET = "meet"
    FAIL = "fail"
    EXPIRE = "expire"
    CORRECT = "correct"


_Is, _Do = GateState, GateMove

GATE = Machine(
    [
        (_Is.NEEDED, _Do.MEET, _Is.MET, By.ORGANISER),
        (_Is.NEEDED, _Do.FAIL, _Is.FAILED, By.ORGANISER),
        (_Is.NEEDED, _Do.EXPIRE, _Is.EXPIRED, By.CLOCK),
        (_Is.MET, _Do.CORRECT, _Is.NEEDED, By.ORGANISER),
        (_Is.FAILED, _Do.CORRECT, _Is.NEEDED, By.ORGANISER),
        (_Is.EXPIRED, _Do.CORRECT, _Is.NEEDED, By.ORGANISER),
    ]
)
