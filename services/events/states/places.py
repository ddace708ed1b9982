"""What may happen to a place, to a line on a waiting list, and to an offer (domain.md D7)."""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.place import BookingState, EntryState, OfferState
from services.events.states.by import By


class BookingMove(StrEnum):
    CONFIRM = "confirm"
    AWAIT_GATE = "await_gate"
    LET_GO = "let_go"
    MEET_GATE = "meet_gate"
    EXPIRE_GATE = "expire_gate"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    HAND_ON = "hand_on"
    TRANSFER = "transfer"
    ATTEND = "attend"
    PART_ATTEND = "part_attend"
    MISS = "miss"


_At, _Do = BookingState, BookingMove

BOOKING = Machine(
    [
        (_At.HELD, _Do.CONFIRM, _At.CONFIRMED, By.FAMILY_OR_STAFF),
        (_At.HELD, _Do.AWAIT_GATE, _At.WAITING_FOR_GATE, By.FAMILY_OR_STAFF),
        (_At.HELD, _Do.LET_GO, _At.LET_GO, By.FAMILY_OR_CLOCK),
        (_At.HELD, _Do.WITHDRAW, _At.CANCELLED_BY_AGENCY, By.ORGANISER),
        (_At.WAITING_FOR_GATE, _Do.MEET_GATE, _At.CONFIRMED, By.ORGANISER),
        (_At.WAITING_FOR_GATE, _Do.EXPIRE_GATE, _At.CANCELLED_BY_AGENCY, By.CLOCK),
        (_At.WAITING_FOR_GATE, _Do.CANCEL, _At.CANCELLED_BY_FAMILY, By.FAMILY_OR_STAFF),
        (_At.WAITING_FOR_GATE, _Do.WITHDRAW, _At.CANCELLED_BY_AGENCY, By.ORGANISER),
        (_At.WAITING_FOR_GATE, _Do.TRANSFER, _At.TRANSFERRED, By.FAMILY_OR_STAFF),
        (_At.CONFIRMED, _Do.CANCEL, _At.CANCELLED_BY_FAMILY, By.FAMILY_OR_STAFF),
        (_At.CONFIRMED, _Do.WITHDRAW, _At.CANCELLED_BY_AGENCY, By.ORGANISER),
        (_At.CONFIRMED, _Do.HAND_ON, _At.CANCELLED_BY_AGENCY, By.CLOCK),
        (_At.CONFIRMED, _Do.TRANSFER, _At.TRANSFERRED, By.FAMILY_OR_STAFF),
        (_At.CONFIRMED, _Do.ATTEND, _At.ATTENDED, By.FACILITATOR),
        (_At.CONFIRMED, _Do.PART_ATTEND, _At.PART_ATTENDED, By.FACILITATOR),
        (_At.CONFIRMED, _Do.MISS, _At.NOT_ATTENDED, By.FACILITATOR),
        (_At.ATTENDED, _Do.PART_ATTEND, _At.PART_ATTENDED, By.FACILITATOR),
        (_At.ATTENDED, _Do.MISS, _At.NOT_ATTENDED, By.FACILITATOR),
        (_At.PART_ATTENDED, _Do.ATTEND, _At.ATTENDED, By.FACILITATOR),
        (_At.PART_ATTENDED, _Do.MISS, _At.NOT_ATTENDED, By.FACILITATOR),
        (_At.NOT_ATTENDED, _Do.ATTEND, _At.ATTENDED, By.FACILITATOR),
        (_At.NOT_ATTENDED, _Do.PART_ATTEND, _At.PART_ATTENDED, By.FACILITATOR),
    ]
)

LIVE: tuple[str, ...] = (
    _At.HELD,
    _At.WAITING_FOR_GATE,
    _At.CONFIRMED,
    _At.ATTENDED,
    _At.PART_ATTENDED,
    _At.NOT_ATTENDED,
)
"""These take of an event's places: their sum is what the counter says."""


class EntryMove(StrEnum):
    OFFER = "offer"
    AGREE = "agree"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    RETURN = "return"
    LEAVE = "leave"
    REMOVE = "remove"


_Is, _Go = EntryState, EntryMove

ENTRY = Machine(
    [
        (_Is.WAITING, _Go.OFFER, _Is.OFFERED, By.SYSTEM),
        (_Is.WAITING, _Go.AGREE, _Is.ACCEPTED, By.ORGANISER),
        (_Is.WAITING, _Go.LEAVE, _Is.LEFT, By.FAMILY_OR_STAFF),
        (_Is.WAITING, _Go.REMOVE, _Is.REMOVED, By.ORGANISER),
        (_Is.OFFERED, _Go.ACCEPT, _Is.ACCEPTED, By.FAMILY_OR_STAFF),
        (_Is.OFFERED, _Go.DECLINE, _Is.DECLINED, By.FAMILY_OR_STAFF),
        (_Is.OFFERED, _Go.LAPSE, _Is.WAITING, By.CLOCK),
        (_Is.OFFERED, _Go.RETURN, _Is.WAITING, By.SYSTEM),
        (_Is.OFFERED, _Go.LEAVE, _Is.LEFT, By.FAMILY_OR_STAFF),
        (_Is.OFFERED, _Go.REMOVE, _Is.REMOVED, By.ORGANISER),
    ]
)


class OfferMove(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    REVOKE = "revoke"


OFFER = Machine(
    [
        (OfferState.SENT, OfferMove.ACCEPT, OfferState.ACCEPTED, By.FAMILY_OR_STAFF),
        (OfferState.SENT, OfferMove.DECLINE, OfferState.DECLINED, By.FAMILY_OR_STAFF),
        (OfferState.SENT, OfferMove.LAPSE, OfferState.LAPSED, By.CLOCK),
        (OfferState.SENT, OfferMove.REVOKE, OfferState.REVOKED, By.ORGANISER),
    ]
)
