"""What may become of a request to be rung back, and who says so."""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.desks import CallBackState


class CallBackMove(StrEnum):
    """A move is named by where it leads."""

    RING = "rung"
    MISS = "not_reached"
    WITHDRAW = "withdrawn"


class By(StrEnum):
    FAMILY = "family"
    DESK = "desk"


_Is = CallBackState

CALL_BACK = Machine(
    [
        (_Is.ASKED, CallBackMove.RING, _Is.RUNG, By.DESK),
        (_Is.ASKED, CallBackMove.MISS, _Is.NOT_REACHED, By.DESK),
        (_Is.ASKED, CallBackMove.WITHDRAW, _Is.WITHDRAWN, By.FAMILY),
    ]
)
