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
    NO_SUCH_LIST = "This agency sends no such mails. Choose the one that you want to hear from."
    TOPICS_NEEDED = "Choose at least one thing to hear of."
    MAILING_BUSY = (
        "So many people ask for these mails today that we send no more until tomorrow. "
        "Please ask again then."
    )
    LINK_OVER = (
        "This link is over, or it is not whole. Ask for a new one with your address: it comes by "
        "mail at once."
    )
    NOT_ON_THE_LIST = "You have left this list. To come back, ask for it anew with your address."
    TOO_MANY_ADDRESSES = "Bring at most {most} addresses at once."
    BROUGHT_ENOUGH_TODAY = (
        "That would be more new addresses than one day allows. Bring some of them tomorrow."
    )
    LETTER_EMPTY = "Write a title and a few words."
    LETTER_TOO_LONG = "That is too long: {most} letters at most."
    LETTER_SENT_ALREADY = (
        "A letter with that title went out within the last day. Nothing has been sent now."
    )
    ADDRESSES_NEEDED = "Paste the addresses, each on a line of its own."
    ADDRESS_IN_LIST_NOT_USABLE = (
        "Line {line} is no e-mail address in full. Put it right or take it out; nothing has been "
        "added yet."
    )
