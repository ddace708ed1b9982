"""What may happen to a proposal, and to the mentoring that it becomes (domain.md D5)."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.proposal import MentoringState, ProposalState
from services.matching.states.by import By


class ProposalMove(StrEnum):
    SEND = "send"
    MENTOR_SAYS_YES = "mentor_says_yes"
    FAMILY_SAYS_YES = "family_says_yes"
    SAY_NO = "say_no"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    SET_ASIDE = "set_aside"


_At, _Do = ProposalState, ProposalMove

PROPOSAL = Machine(
    [
        (_At.SUGGESTED, _Do.SEND, _At.PROPOSED, By.COORDINATOR),
        (_At.SUGGESTED, _Do.SET_ASIDE, _At.SET_ASIDE, By.COORDINATOR),
        (_At.PROPOSED, _Do.MENTOR_SAYS_YES, _At.MENTOR_SAID_YES, By.MENTOR),
        (_At.PROPOSED, _Do.FAMILY_SAYS_YES, _At.FAMILY_SAID_YES, By.ADOPTER),
        (_At.FAMILY_SAID_YES, _Do.MENTOR_SAYS_YES, _At.ACCEPTED, By.MENTOR),
        (_At.MENTOR_SAID_YES, _Do.FAMILY_SAYS_YES, _At.ACCEPTED, By.ADOPTER),
        (_At.PROPOSED, _Do.SAY_NO, _At.DECLINED, By.EITHER),
        (_At.MENTOR_SAID_YES, _Do.SAY_NO, _At.DECLINED, By.ADOPTER),
        (_At.FAMILY_SAID_YES, _Do.SAY_NO, _At.DECLINED, By.MENTOR),
        (_At.PROPOSED, _Do.EXPIRE, _At.EXPIRED, By.CLOCK),
        (_At.MENTOR_SAID_YES, _Do.EXPIRE, _At.EXPIRED, By.CLOCK),
        (_At.FAMILY_SAID_YES, _Do.EXPIRE, _At.EXPIRED, By.CLOCK),
        (_At.PROPOSED, _Do.WITHDRAW, _At.WITHDRAWN, By.COORDINATOR),
        (_At.MENTOR_SAID_YES, _Do.WITHDRAW, _At.WITHDRAWN, By.COORDINATOR),
        (_At.FAMILY_SAID_YES, _Do.WITHDRAW, _At.WITHDRAWN, By.COORDINATOR),
    ]
)

SENT_AND_OPEN: tuple[str, ...] = (_At.PROPOSED, _At.MENTOR_SAID_YES, _At.FAMILY_SAID_YES)
"""Waiting for somebody's answer: these hold a mentor's place and the family's request."""


class MentoringMove(StrEnum):
    INTRODUCE = "introduce"
    FIRST_CONTACT = "first_contact"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    CLOSE = "close"
    STOP = "stop"
    HAND_OVER = "hand_over"
    ERASE = "erase"


_Is, _Go = MentoringState, MentoringMove

MENTORING = Machine(
    [
        (_Is.ACCEPTED, _Go.INTRODUCE, _Is.INTRODUCED, By.COORDINATOR),
        (_Is.INTRODUCED, _Go.FIRST_CONTACT, _Is.ACTIVE, By.MENTOR),
        (_Is.ACTIVE, _Go.PAUSE, _Is.PAUSED, By.EITHER),
        (_Is.PAUSED, _Go.RESUME, _Is.ACTIVE, By.EITHER),
        (_Is.ACTIVE, _Go.END, _Is.ENDING, By.EITHER),
        # A new pairing of the same request was accepted, because the mentor is going to leave.
        (_Is.ACCEPTED, _Go.HAND_OVER, _Is.ENDING, By.SYSTEM),
        (_Is.INTRODUCED, _Go.HAND_OVER, _Is.ENDING, By.SYSTEM),
        (_Is.ACTIVE, _Go.HAND_OVER, _Is.ENDING, By.SYSTEM),
        (_Is.PAUSED, _Go.HAND_OVER, _Is.ENDING, By.SYSTEM),
        (_Is.ENDING, _Go.CLOSE, _Is.CLOSED, By.COORDINATOR),
        (_Is.ACTIVE, _Go.STOP, _Is.STOPPED, By.SAFEGUARDING_LEAD),
        # One side asked to be forgotten.
        (_Is.ACCEPTED, _Go.ERASE, _Is.CLOSED, By.SYSTEM),
        (_Is.INTRODUCED, _Go.ERASE, _Is.CLOSED, By.SYSTEM),
        (_Is.ACTIVE, _Go.ERASE, _Is.CLOSED, By.SYSTEM),
        (_Is.PAUSED, _Go.ERASE, _Is.CLOSED, By.SYSTEM),
        (_Is.ENDING, _Go.ERASE, _Is.CLOSED, By.SYSTEM),
    ]
)

RUNNING_MENTORINGS: tuple[str, ...] = (
    _Is.ACCEPTED,
    _Is.INTRODUCED,
    _Is.ACTIVE,
    _Is.PAUSED,
    _Is.ENDING,
)
"""These take of a mentor's capacity."""
