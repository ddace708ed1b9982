"""What may become of an override that waits for a second person (event-scenarios.md I07)."""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.override import OverrideState
from services.events.states.by import By


class OverrideMove(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    LAPSE = "lapse"


_Is, _Do = OverrideState, OverrideMove

OVERRIDE = Machine(
    [
        (_Is.ASKED, _Do.AGREE, _Is.AGREED, By.ANOTHER_ORGANISER),
        (_Is.ASKED, _Do.DECLINE, _Is.DECLINED, By.ANOTHER_ORGANISER),
        (_Is.ASKED, _Do.TAKE_BACK, _Is.TAKEN_BACK, By.WHO_ASKED),
        # It can no longer come about: the clock, or what was done meanwhile.
        (_Is.ASKED, _Do.LAPSE, _Is.LAPSED, By.CLOCK),
    ]
)


def may(move: OverrideMove, *, is_own: bool) -> bool:
    """Whether who asked (or did not) may make it: nobody agrees to what they asked for."""
    return bool(OVERRIDE.who(move) & ({By.WHO_ASKED} if is_own else {By.ANOTHER_ORGANISER}))
