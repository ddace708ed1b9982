"""Every no of notify, in the words a person reads."""

from kernel.refusal import Reason


class Why(Reason):
    NOT_FOUND = "We cannot find that. It may have been taken back, or it may not be yours."
    NOT_ALLOWED = "Your role does not let you do this. Your agency's administrator can."
    ADDRESS_NOT_USABLE = "Write an e-mail address in full, such as name@example.org."
    ADDRESS_SHARED = (
        "Somebody else here is already written to at that address. Each adult needs one of their "
        "own, so that what is meant for one is not read by the other."
    )
    TOO_MANY_MAILS = (
        "Your agency has sent as many of these as one day allows. Read the address out instead."
    )
