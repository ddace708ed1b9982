"""What may happen to a mentor, from applying to retiring (domain.md D3)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.mentor import MentorState
from services.matching.states.by import By


class MentorMove(StrEnum):
    CHECK = "check"
    TRAIN = "train"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    BLOCK = "block"
    LAPSE = "lapse"
    UNBLOCK = "unblock"
    RETIRE = "retire"
    DECLINE = "decline"


_Is, _Do = MentorState, MentorMove

MENTOR = Machine(
    [
        (_Is.APPLIED, _Do.CHECK, _Is.CHECKING, By.COORDINATOR),
        (_Is.CHECKING, _Do.TRAIN, _Is.IN_TRAINING, By.COORDINATOR),
        (_Is.IN_TRAINING, _Do.ACTIVATE, _Is.ACTIVE, By.COORDINATOR),
        (_Is.ACTIVE, _Do.PAUSE, _Is.PAUSED, By.MENTOR_OR_COORDINATOR),
        (_Is.PAUSED, _Do.RESUME, _Is.ACTIVE, By.MENTOR_OR_COORDINATOR),
        (_Is.ACTIVE, _Do.BLOCK, _Is.BLOCKED, By.SAFEGUARDING_LEAD),
        (_Is.PAUSED, _Do.BLOCK, _Is.BLOCKED, By.SAFEGUARDING_LEAD),
        (_Is.ACTIVE, _Do.LAPSE, _Is.BLOCKED, By.CLOCK),
        (_Is.BLOCKED, _Do.UNBLOCK, _Is.ACTIVE, By.COORDINATOR_OR_SAFEGUARDING_LEAD),
        (_Is.APPLIED, _Do.DECLINE, _Is.DECLINED, By.COORDINATOR),
        (_Is.CHECKING, _Do.DECLINE, _Is.DECLINED, By.COORDINATOR),
        (_Is.IN_TRAINING, _Do.RETIRE, _Is.RETIRED, By.MENTOR_OR_COORDINATOR),
        (_Is.ACTIVE, _Do.RETIRE, _Is.RETIRED, By.MENTOR_OR_COORDINATOR),
        (_Is.PAUSED, _Do.RETIRE, _Is.RETIRED, By.MENTOR_OR_COORDINATOR),
        (_Is.BLOCKED, _Do.RETIRE, _Is.RETIRED, By.COORDINATOR_OR_SAFEGUARDING_LEAD),
    ]
)
