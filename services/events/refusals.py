"""Every no of events, in the words a person reads."""

from kernel.refusal import Reason


class Why(Reason):
    NOT_FOUND = "We cannot find that. It may have been taken back, or it may not be yours."
    NOT_ALLOWED = "This is for families. Sign in as an adopter to ask."
    TOPIC_NOT_KNOWN = "We do not know that workshop. Choose one from the list."
    NOT_YET_KNOWN_HERE = (
        "Your agency has not told us about your family yet. It usually takes a minute; try again "
        "soon, or ask your agency."
    )
    NOT_VERIFIED = (
        "Workshops are for families whose agency has checked who they are. Yours can tell you "
        "when that will be."
    )
