"""What a reader finds in the inbox, and what the desk finds undelivered."""

from dataclasses import dataclass

from kernel.ask import Ask
from services.notify.access import ACCESS, Permit
from services.notify.actions.protected import Reading, write_down_reading
from services.notify.model import NoticeId, Told
from services.notify.store.inbox import After
from services.notify.store.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A part of a list, and how long the whole of it is."""

    notices: list[Told]
    total: int


async def my_notices(ask: Ask[Whole], *, limit: int, after: After | None) -> Shelf:
    """The reader's notices, newest first. Nobody's is empty."""
    async with ask.read() as store:
        total, _ = await store.inbox.counts()
        found = await store.inbox.page(limit=limit, after=after)
        return Shelf(notices=[store.templates.inbox(one) for one in found], total=total)


async def my_unread_count(ask: Ask[Whole]) -> int:
    async with ask.read() as store:
        return (await store.inbox.counts())[1]


async def my_notice(ask: Ask[Whole], notice_id: NoticeId) -> Told | None:
    """None when it is not the reader's, or is no longer so."""
    async with ask.read() as store:
        notice = await store.inbox.one(notice_id)
        return None if notice is None else store.templates.inbox(notice)


async def mark_notice_read(ask: Ask[Whole], notice_id: NoticeId) -> NoticeId:
    """Refuses: NOT_FOUND (also for somebody else's)."""
    async with ask.begin() as store:
        notice = await store.inbox.one(notice_id)
        ACCESS.require(ask.actor, Permit.READ_NOTICE, notice)
        await store.inbox.mark_read(notice_id, at=ask.now)
        return notice_id


async def failures(ask: Ask[Whole], *, limit: int, after: After | None) -> Shelf:
    """What could not be delivered to people of the asker's agency; empty to everybody else."""
    if not ACCESS.allows(ask.actor, Permit.SEE_FAILURES):
        return Shelf(notices=[], total=0)
    async with ask.read() as store:
        total = await store.inbox.failed_count()
        found = await store.inbox.failed(limit=limit, after=after)
        cards = await store.contacts.accounts([one.account_id for one in found[: limit - 1]])
        shelf = Shelf(notices=[store.templates.undelivered(one) for one in found], total=total)
    await write_down_reading(ask, Reading.FAILURES, [card.family_id for card in cards])
    return shelf
