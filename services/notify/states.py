"""Where a notice, or a mail about an invitation, may go from where it is, and who moves it."""

from enum import StrEnum

from kernel.states import Machine
from services.notify.model import InvitationMailState, NoticeState


class Do(StrEnum):
    SEND = "send"
    FAIL = "fail"
    DROP = "drop"
    KEEP = "keep"
    TRY_AGAIN = "try_again"


class By(StrEnum):
    WORKER = "worker"
    READER_OR_STAFF = "reader_or_staff"


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
