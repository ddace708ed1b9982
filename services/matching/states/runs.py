"""What may happen to a run of the engine."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.run import RunState
from services.matching.states.by import By


class RunMove(StrEnum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


RUN = Machine(
    [
        (RunState.QUEUED, RunMove.START, RunState.RUNNING, By.SYSTEM),
        # Taken up again by another worker once the first one's lease has run out.
        (RunState.RUNNING, RunMove.START, RunState.RUNNING, By.SYSTEM),
        (RunState.RUNNING, RunMove.FINISH, RunState.DONE, By.SYSTEM),
        (RunState.RUNNING, RunMove.FAIL, RunState.FAILED, By.SYSTEM),
        (RunState.QUEUED, RunMove.CANCEL, RunState.CANCELLED, By.COORDINATOR),
        (RunState.RUNNING, RunMove.CANCEL, RunState.CANCELLED, By.COORDINATOR),
    ]
)
