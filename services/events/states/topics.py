"""Where a family stands with a workshop topic, and who moves it."""

from enum import StrEnum

from kernel.states import Machine


class InterestState(StrEnum):
    NOT_ASKED = "not_asked"  # no row
    ASKED = "asked"  # a row: tell us when it runs


class Do(StrEnum):
    REGISTER = "register"
    WITHDRAW = "withdraw"


class By(StrEnum):
    FAMILY_OR_STAFF = "family_or_staff"  # staff for a family that rang (domain.md E59)


INTEREST = Machine(
    [
        # from                    move         to                        who
        (InterestState.NOT_ASKED, Do.REGISTER, InterestState.ASKED, By.FAMILY_OR_STAFF),
        (InterestState.ASKED, Do.WITHDRAW, InterestState.NOT_ASKED, By.FAMILY_OR_STAFF),
    ]
)

# Who has been checked by an agency and has, or will have, a child: stages of the register's card
# (domain.md D2, E26). Enquirers are not verified yet; who left or was not approved is no longer.
VERIFIED_STAGES = frozenset(
    {"in_assessment", "approved", "matched", "placed", "order_granted", "child_now_adult"}
)
