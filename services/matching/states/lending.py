"""What may happen to an agreement between two agencies, and to one place taken by it."""

from enum import StrEnum

from kernel.states import Machine
from services.matching.model.lending import AgreementState, LoanState
from services.matching.states.by import By


class AgreementMove(StrEnum):
    AGREE = "agree"
    TURN_DOWN = "turn_down"
    TAKE_BACK = "take_back"
    GIVE_NOTICE = "give_notice"
    END = "end"


_At, _Do = AgreementState, AgreementMove

AGREEMENT = Machine(
    [
        (_At.PROPOSED, _Do.AGREE, _At.AGREED, By.OTHER_AGENCY_ADMIN),
        (_At.PROPOSED, _Do.TURN_DOWN, _At.TURNED_DOWN, By.OTHER_AGENCY_ADMIN),
        (_At.PROPOSED, _Do.TAKE_BACK, _At.TAKEN_BACK, By.PROPOSER),
        (_At.AGREED, _Do.GIVE_NOTICE, _At.NOTICE_GIVEN, By.EITHER_AGENCY_ADMIN),
        # The last day has passed. Nobody agreed to a proposal in time, or the agreement ran out.
        (_At.PROPOSED, _Do.END, _At.ENDED, By.CLOCK),
        (_At.AGREED, _Do.END, _At.ENDED, By.CLOCK),
        (_At.NOTICE_GIVEN, _Do.END, _At.ENDED, By.CLOCK),
    ]
)


class LoanMove(StrEnum):
    BEGIN = "begin"
    GIVE_BACK = "give_back"
    FINISH = "finish"


_Is, _Go = LoanState, LoanMove

LOAN = Machine(
    [
        (_Is.ASKED, _Go.BEGIN, _Is.LENT, By.SYSTEM),
        # Declined, expired or taken back; or a pairing that came to nothing.
        (_Is.ASKED, _Go.GIVE_BACK, _Is.GIVEN_BACK, By.SYSTEM),
        (_Is.LENT, _Go.GIVE_BACK, _Is.GIVEN_BACK, By.SYSTEM),
        (_Is.LENT, _Go.FINISH, _Is.OVER, By.SYSTEM),
    ]
)

LOANS_OPEN: tuple[str, ...] = (_Is.ASKED, _Is.LENT)
"""These take of the mentor's room at home."""
