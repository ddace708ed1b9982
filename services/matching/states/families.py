"""How an adopter's stage moves: onward by staff, back only as a correction (domain.md D2)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.family import Stage
from services.matching.states.by import By


class StageMove(StrEnum):
    """A move is named by where it leads."""

    TO_ENQUIRING = "enquiring"
    TO_IN_ASSESSMENT = "in_assessment"
    TO_APPROVED = "approved"
    TO_MATCHED = "matched"
    TO_PLACED = "placed"
    TO_ORDER_GRANTED = "order_granted"
    TO_WITHDREW = "withdrew"
    TO_NOT_APPROVED = "not_approved"
    TO_PLACEMENT_ENDED = "placement_ended"
    TO_CHILD_NOW_ADULT = "child_now_adult"


_Is = Stage

ONWARD: tuple[tuple[Stage, Stage], ...] = (
    (_Is.ENQUIRING, _Is.IN_ASSESSMENT),
    (_Is.IN_ASSESSMENT, _Is.APPROVED),
    (_Is.APPROVED, _Is.MATCHED),
    (_Is.MATCHED, _Is.PLACED),
    (_Is.PLACED, _Is.ORDER_GRANTED),
    (_Is.ORDER_GRANTED, _Is.CHILD_NOW_ADULT),
    (_Is.ENQUIRING, _Is.WITHDREW),
    (_Is.IN_ASSESSMENT, _Is.WITHDREW),
    (_Is.APPROVED, _Is.WITHDREW),
    (_Is.MATCHED, _Is.WITHDREW),
    (_Is.IN_ASSESSMENT, _Is.NOT_APPROVED),
    (_Is.MATCHED, _Is.PLACEMENT_ENDED),
    (_Is.PLACED, _Is.PLACEMENT_ENDED),
    (_Is.ORDER_GRANTED, _Is.PLACEMENT_ENDED),
    # After a placement ended, or a doubt settled, a family may go on.
    (_Is.PLACEMENT_ENDED, _Is.APPROVED),
    (_Is.WITHDREW, _Is.IN_ASSESSMENT),
)

BACK: tuple[tuple[Stage, Stage], ...] = (
    *(
        (later, earlier)
        for place, later in enumerate(Stage)
        for earlier in list(Stage)[:place]
        if earlier not in (_Is.WITHDREW, _Is.NOT_APPROVED, _Is.PLACEMENT_ENDED)
        and (later, earlier) not in ONWARD
    ),
)

STAGE = Machine(
    [
        *((source, StageMove(target.value), target, By.STAFF) for source, target in ONWARD),
        *((source, StageMove(target.value), target, By.AGENCY_ADMIN) for source, target in BACK),
    ]
)
