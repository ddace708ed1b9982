"""What may happen to an event (domain.md D7).

Staff decide three things: that it is a draft, that it is published, that it is called off. Open,
full, closed, running and done follow from the counter and the clock (`waiting.room.standing`), so
no sweep can be late with them.
"""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.event import EventState
from services.events.states.by import By


class EventMove(StrEnum):
    PUBLISH = "publish"
    CANCEL = "cancel"


_At, _Do = EventState, EventMove

EVENT = Machine(
    [
        (_At.DRAFT, _Do.PUBLISH, _At.PUBLISHED, By.ORGANISER),
        (_At.DRAFT, _Do.CANCEL, _At.CANCELLED, By.ORGANISER),
        (_At.PUBLISHED, _Do.CANCEL, _At.CANCELLED, By.ORGANISER),
    ]
)
