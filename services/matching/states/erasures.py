"""What may happen to a family's asking to be erased (domain.md E49, E50)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.erasure import ErasureState
from services.matching.states.by import By


class ErasureMove(StrEnum):
    AGREE = "agree"
    HOLD = "hold"
    RELEASE = "release"
    CALL_OFF = "call_off"
    RUN = "run"
    FINISH = "finish"


_Is, _Do = ErasureState, ErasureMove

ERASURE = Machine(
    [
        # By another person than who wrote it down.
        (_Is.ASKED, _Do.AGREE, _Is.AGREED, By.KEEPER_OF_RIGHTS),
        (_Is.ASKED, _Do.HOLD, _Is.ON_HOLD, By.KEEPER_OF_RIGHTS),
        (_Is.AGREED, _Do.HOLD, _Is.ON_HOLD, By.KEEPER_OF_RIGHTS),
        # It is agreed to anew, by somebody who has seen that the hold is over.
        (_Is.ON_HOLD, _Do.RELEASE, _Is.ASKED, By.KEEPER_OF_RIGHTS),
        (_Is.ASKED, _Do.CALL_OFF, _Is.CALLED_OFF, By.KEEPER_OF_RIGHTS),
        (_Is.AGREED, _Do.CALL_OFF, _Is.CALLED_OFF, By.KEEPER_OF_RIGHTS),
        (_Is.ON_HOLD, _Do.CALL_OFF, _Is.CALLED_OFF, By.KEEPER_OF_RIGHTS),
        (_Is.AGREED, _Do.RUN, _Is.RUNNING, By.CLOCK),
        (_Is.RUNNING, _Do.FINISH, _Is.DONE, By.SYSTEM),
    ]
)
