"""What may happen to a request for a mentor (domain.md D4)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.request import RequestState
from services.matching.states.by import By


class RequestMove(StrEnum):
    SUBMIT = "submit"
    CHECK = "check"
    READY = "ready"
    PROPOSE = "propose"
    RETURN = "return"
    MATCH = "match"
    CLOSE = "close"
    REOPEN = "reopen"
    KEEP = "keep"
    HOLD = "hold"
    RESUME = "resume"
    SIGNPOST = "signpost"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_Is, _Do = RequestState, RequestMove

# Withdrawing is always allowed and asks for no reason.
WITHDRAWABLE: tuple[RequestState, ...] = (
    _Is.DRAFT,
    _Is.SUBMITTED,
    _Is.CHECKING,
    _Is.READY,
    _Is.PROPOSED,
    _Is.ON_HOLD,
)

REQUEST = Machine(
    [
        (_Is.DRAFT, _Do.SUBMIT, _Is.SUBMITTED, By.ADOPTER_OR_COORDINATOR),
        (_Is.SUBMITTED, _Do.CHECK, _Is.CHECKING, By.COORDINATOR),
        (_Is.CHECKING, _Do.READY, _Is.READY, By.COORDINATOR),
        (_Is.READY, _Do.PROPOSE, _Is.PROPOSED, By.COORDINATOR),
        # Declined or expired: back among those who wait, with the first day of asking kept.
        (_Is.PROPOSED, _Do.RETURN, _Is.READY, By.SYSTEM),
        (_Is.PROPOSED, _Do.MATCH, _Is.MATCHED, By.SYSTEM),
        (_Is.MATCHED, _Do.CLOSE, _Is.CLOSED, By.SYSTEM),
        # The mentor is going to leave: among those who are ready, with the first day of asking
        # kept; and back again when the mentor stays after all.
        (_Is.MATCHED, _Do.REOPEN, _Is.READY, By.SYSTEM),
        (_Is.READY, _Do.KEEP, _Is.MATCHED, By.SYSTEM),
        (_Is.SUBMITTED, _Do.HOLD, _Is.ON_HOLD, By.COORDINATOR),
        (_Is.CHECKING, _Do.HOLD, _Is.ON_HOLD, By.COORDINATOR),
        (_Is.READY, _Do.HOLD, _Is.ON_HOLD, By.COORDINATOR),
        # Things change while a request rests, so it is checked again.
        (_Is.ON_HOLD, _Do.RESUME, _Is.CHECKING, By.COORDINATOR),
        (_Is.SUBMITTED, _Do.SIGNPOST, _Is.SIGNPOSTED, By.COORDINATOR),
        (_Is.CHECKING, _Do.SIGNPOST, _Is.SIGNPOSTED, By.COORDINATOR),
        (_Is.READY, _Do.SIGNPOST, _Is.SIGNPOSTED, By.COORDINATOR),
        (_Is.ON_HOLD, _Do.SIGNPOST, _Is.SIGNPOSTED, By.COORDINATOR),
        (_Is.DRAFT, _Do.EXPIRE, _Is.EXPIRED, By.CLOCK),
        (_Is.ON_HOLD, _Do.EXPIRE, _Is.EXPIRED, By.CLOCK),
        *(
            (state, _Do.WITHDRAW, _Is.WITHDRAWN, By.ADOPTER_OR_COORDINATOR)
            for state in WITHDRAWABLE
        ),
    ]
)

OPEN: tuple[str, ...] = tuple(state.value for state in WITHDRAWABLE)
"""Not yet answered: at most one of these for each programme, and two for a family."""

BY_PROPOSALS = frozenset(
    {RequestMove.SUBMIT, RequestMove.PROPOSE, RequestMove.RETURN, RequestMove.MATCH}
    | {RequestMove.CLOSE, RequestMove.EXPIRE, RequestMove.REOPEN, RequestMove.KEEP}
)
"""Moves that come of proposals, mentorings and the clock, never of somebody who asks for them."""
