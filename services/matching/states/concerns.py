"""What may happen to a concern; its raiser is told "received" and "seen", no more (D7)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.concern import ConcernState
from services.matching.states.by import By


class ConcernMove(StrEnum):
    SEE = "see"
    REFER = "refer"
    ADVISE = "advise"
    TAKE_NO_ACTION = "take_no_action"
    CLOSE = "close"


_Is, _Do = ConcernState, ConcernMove

CONCERN = Machine(
    [
        (_Is.RAISED, _Do.SEE, _Is.SEEN, By.SAFEGUARDING_LEAD),
        (_Is.SEEN, _Do.REFER, _Is.REFERRED, By.SAFEGUARDING_LEAD),
        (_Is.SEEN, _Do.ADVISE, _Is.ADVISED, By.SAFEGUARDING_LEAD),
        (_Is.SEEN, _Do.TAKE_NO_ACTION, _Is.NO_ACTION, By.SAFEGUARDING_LEAD),
        (_Is.REFERRED, _Do.CLOSE, _Is.CLOSED, By.SAFEGUARDING_LEAD),
        (_Is.ADVISED, _Do.CLOSE, _Is.CLOSED, By.SAFEGUARDING_LEAD),
        (_Is.NO_ACTION, _Do.CLOSE, _Is.CLOSED, By.SAFEGUARDING_LEAD),
    ]
)
