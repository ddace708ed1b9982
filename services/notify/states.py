"""Where a notice, a mail or a reader of a list may go from where it is, and who moves it."""

from enum import StrEnum

from kernel.states import Machine
from services.notify.model import (
    InvitationMailState,
    MailingState,
    MailState,
    NoticeState,
)


class Do(StrEnum):
    SEND = "send"
    FAIL = "fail"
    DROP = "drop"
    KEEP = "keep"
    TRY_AGAIN = "try_again"
    CONFIRM = "confirm"
    LEAVE = "leave"
    ASK = "ask"


class By(StrEnum):
    WORKER = "worker"
    READER_OR_STAFF = "reader_or_staff"
    WHO_HAS_THE_MAIL = "who_has_the_mail"
    ANYBODY = "anybody"


NOTICE = Machine(
    [
        # from                move           to                    who
        (NoticeState.QUEUED, Do.SEND, NoticeState.SENT, By.WORKER),
        (NoticeState.QUEUED, Do.FAIL, NoticeState.FAILED, By.WORKER),
        (NoticeState.QUEUED, Do.DROP, NoticeState.DROPPED, By.WORKER),
        (NoticeState.QUEUED, Do.KEEP, NoticeState.KEPT, By.WORKER),
        # A mended address: what could not be delivered for want of one is tried again.
        (NoticeState.FAILED, Do.TRY_AGAIN, NoticeState.QUEUED, By.READER_OR_STAFF),
    ]
)

INVITATION_MAIL = Machine(
    [
        # from                        move     to                          who
        (InvitationMailState.QUEUED, Do.SEND, InvitationMailState.SENT, By.WORKER),
        (InvitationMailState.QUEUED, Do.FAIL, InvitationMailState.FAILED, By.WORKER),
    ]
)

MAILING = Machine(
    [
        # from                  move        to                      who
        (MailingState.ASKED, Do.ASK, MailingState.ASKED, By.ANYBODY),
        (MailingState.ASKED, Do.CONFIRM, MailingState.CONFIRMED, By.WHO_HAS_THE_MAIL),
        (MailingState.ASKED, Do.LEAVE, MailingState.LEFT, By.WHO_HAS_THE_MAIL),
        (MailingState.CONFIRMED, Do.CONFIRM, MailingState.CONFIRMED, By.WHO_HAS_THE_MAIL),
        (MailingState.CONFIRMED, Do.LEAVE, MailingState.LEFT, By.WHO_HAS_THE_MAIL),
        # By themselves alone, on the page for everybody; never by a list that staff bring.
        (MailingState.LEFT, Do.ASK, MailingState.ASKED, By.ANYBODY),
    ]
)

LEASED_MAIL = Machine(
    [
        # from             move     to                 who
        (MailState.QUEUED, Do.SEND, MailState.SENT, By.WORKER),
        (MailState.QUEUED, Do.FAIL, MailState.FAILED, By.WORKER),
        (MailState.QUEUED, Do.DROP, MailState.DROPPED, By.WORKER),
    ]
)
