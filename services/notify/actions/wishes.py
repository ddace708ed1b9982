"""Take in what other services want told, and what they take back."""

from datetime import date, datetime

from kernel.ask import Ask
from kernel.messages import NoticeNoLongerWanted, NoticeWanted
from services.notify.access import ACCESS, Permit
from services.notify.model import Notice, NoticeId, NoticeState
from services.notify.store.whole import Whole


async def take_notice(ask: Ask[Whole], wanted: NoticeWanted) -> bool:
    """Queue a notice. False when it is here already: one id is told once.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        # Taken in for the agency that the message names, whichever job carried it here.
        await store.turn.become_system(wanted.agency)
        return await store.notices.put(_notice_of(wanted, at=ask.now))


async def take_back(ask: Ask[Whole], message: NoticeNoLongerWanted) -> None:
    """Remember that a subject's notices are no longer so: the unsent ones will be dropped.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.notices.take_back(message.subject_id, version=message.version, at=ask.now)


def _notice_of(wanted: NoticeWanted, *, at: datetime) -> Notice:
    return Notice(
        id=NoticeId(wanted.notice_id),
        kind=wanted.kind,
        account_id=wanted.account_id,
        agency=wanted.agency,
        subject_id=wanted.subject_id,
        other_family_id=wanted.other_family_id,
        answer_by=None if wanted.answer_by is None else date.fromisoformat(wanted.answer_by),
        account_version=wanted.account_version,
        family_version=wanted.family_version,
        other_family_version=wanted.other_family_version,
        state=NoticeState.QUEUED,
        reason=None,
        wanted_at=at,
        due_at=at,
        tries=0,
        lease=0,
        settled_at=None,
        shown_at=None,
        read_at=None,
    )
