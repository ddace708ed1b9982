"""What may become of a group, of a membership, and of what is written to members."""

from enum import StrEnum

from kernel.states import Machine
from services.events.model.group import GroupState, MemberState, PostState
from services.events.states.by import By


class GroupMove(StrEnum):
    END = "end"


GROUP = Machine([(GroupState.OPEN, GroupMove.END, GroupState.ENDED, By.ORGANISER)])


class MemberMove(StrEnum):
    AGREE = "agree"
    TURN_DOWN = "turn_down"
    LEAVE = "leave"
    REMOVE = "remove"
    CLOSE = "close"


_Is, _Do = MemberState, MemberMove

MEMBER = Machine(
    [
        (_Is.ASKED, _Do.AGREE, _Is.MEMBER, By.LEAD_OR_ORGANISER),
        (_Is.ASKED, _Do.TURN_DOWN, _Is.TURNED_DOWN, By.LEAD_OR_ORGANISER),
        (_Is.ASKED, _Do.LEAVE, _Is.LEFT, By.FAMILY),
        (_Is.ASKED, _Do.CLOSE, _Is.CLOSED, By.SYSTEM),
        (_Is.MEMBER, _Do.LEAVE, _Is.LEFT, By.FAMILY),
        (_Is.MEMBER, _Do.REMOVE, _Is.REMOVED, By.LEAD_OR_ORGANISER),
        (_Is.MEMBER, _Do.CLOSE, _Is.CLOSED, By.SYSTEM),
    ]
)


class PostMove(StrEnum):
    SHOW = "show"
    WITHDRAW = "withdraw"


POST = Machine(
    [
        (PostState.HELD, PostMove.SHOW, PostState.SHOWN, By.ORGANISER),
        (PostState.HELD, PostMove.WITHDRAW, PostState.WITHDRAWN, By.LEAD_OR_ORGANISER),
        (PostState.SHOWN, PostMove.WITHDRAW, PostState.WITHDRAWN, By.LEAD_OR_ORGANISER),
    ]
)
