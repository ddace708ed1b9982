"""Take in what other services want told, and what they take back."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid5

from kernel.ask import Ask
from kernel.messages import FamilyNoticeWanted, NoticeNoLongerWanted, NoticeWanted
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


async def take_family_notice(ask: Ask[Whole], wanted: FamilyNoticeWanted) -> int:
    """Queue one notice for each adult of a family, or for those alone whom the message names.
    Returns how many are new.

    Who acted is told even when the register has not said yet that the account is the family's.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.turn.become_system(wanted.agency)
        readers = set(
            await store.cards.accounts_of(
                wanted.family_id, people=wanted.to_people, account=wanted.to_account_id
            )
        )
        if not readers and wanted.account_id is not None:
            readers = {wanted.account_id}
        if wanted.replaces_id is not None:
            await store.notices.take_back(wanted.replaces_id, version=wanted.version, at=ask.now)
        notices = [_family_notice_of(wanted, reader, at=ask.now) for reader in sorted(readers)]
        return sum([await store.notices.put(notice) for notice in notices])


async def take_back(ask: Ask[Whole], message: NoticeNoLongerWanted) -> None:
    """Remember that a subject's notices are no longer so: the unsent ones will be dropped.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.notices.take_back(message.subject_id, version=message.version, at=ask.now)


def _family_notice_of(wanted: FamilyNoticeWanted, reader: UUID, *, at: datetime) -> Notice:
    """Its id follows from the message and the reader, so that each is told once."""
    alone = NoticeWanted(
        notice_id=uuid5(wanted.notice_id, str(reader)),
        kind=wanted.kind,
        account_id=reader,
        agency=wanted.agency,
        subject_id=wanted.subject_id,
        family_version=wanted.family_version,
    )
    return replace(
        _notice_of(alone, at=at),
        subject_version=wanted.version,
        answer_at=datetime.fromisoformat(wanted.answer_at) if wanted.answer_at else None,
        starts_at=datetime.fromisoformat(wanted.starts_at) if wanted.starts_at else None,
    )


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
