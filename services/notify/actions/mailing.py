"""Mailing lists from outside: ask, confirm, choose, leave, all without signing in.

Whoever reads the mail may do what its links do, and nobody else. Nothing but the question is sent
before somebody confirms. Source: domain.md A4 row 41; design.md, decision 7.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.messages import PublicEventTold
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.contacts import usable
from services.notify.model import (
    TOPIC_OF,
    MailingFrequency,
    MailingMailKind,
    MailingReader,
    MailingState,
    MailingTopic,
    PublicEvent,
)
from services.notify.refusals import Why
from services.notify.store.whole import Whole

SECRET_LENGTH_MAX = 100
A_DAY_MAX = 300
"""Of those who ask by themselves, for one agency in 24 hours: nobody mails the world through us."""
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
TO_ONE_MAX = {A_DAY: 3, A_WEEK: 6}
"""To one mailbox by all agencies together, however often somebody types an address that is not
theirs, and however they spell it.
"""


async def ask_for_mailing(
    ask: Ask[Whole],
    *,
    agency: str,
    address: str,
    topics: Collection[MailingTopic],
    frequency: MailingFrequency,
) -> None:
    """Have a mail sent that asks to confirm; to who is on the list already, one that says so. The
    page hears the same in every case, so that nobody learns by it who is on a list.

    Refuses: NO_SUCH_LIST (of that agency), ADDRESS_NOT_USABLE, TOPICS_NEEDED, MAILING_BUSY.
    """
    ACCESS.require_role(ask.actor, Permit.ASK_FOR_MAILING)
    typed = address.strip()
    if not usable(typed):
        raise Refused(Why.ADDRESS_NOT_USABLE, field="address")
    if not topics:
        raise Refused(Why.TOPICS_NEEDED, field="topics")
    async with ask.begin() as store:
        await store.turn.become_system(agency)
        if not await store.mailing.is_an_agency(agency):
            raise Refused(Why.NO_SUCH_LIST, field="agency")
        themselves, _ = await store.mailing_mails.asked_since(ask.now - A_DAY)
        if themselves >= A_DAY_MAX:
            raise Refused(Why.MAILING_BUSY)
        if await _has_had_enough(ask, store, typed):
            return
        reader, state = await store.mailing.ask(
            typed, address_digest(agency, typed), set(topics), frequency
        )
        if not await _was_asked_enough(ask, store, reader):
            is_on = state is MailingState.CONFIRMED
            kind = MailingMailKind.ALREADY if is_on else MailingMailKind.CONFIRM
            await store.mailing_mails.add([reader], kind)


async def mailing_reader(ask: Ask[Whole], secret: str) -> MailingReader | None:
    """Whose link it is, to whoever has it; None where it opens nothing, or no longer."""
    async with ask.read() as store:
        return await _reader(store, secret)


async def keep_mailing(
    ask: Ask[Whole],
    *,
    secret: str,
    topics: Collection[MailingTopic],
    frequency: MailingFrequency,
) -> None:
    """Confirm, or change what one hears of and how often; as often as one likes.

    Refuses: LINK_OVER, TOPICS_NEEDED, NOT_ON_THE_LIST.
    """
    ACCESS.require_role(ask.actor, Permit.USE_MAILING_LINK)
    if not topics:
        raise Refused(Why.TOPICS_NEEDED, field="topics")
    async with ask.begin() as store:
        reader = await _reader(store, secret)
        if reader is None:
            raise Refused(Why.LINK_OVER)
        if not await store.mailing.keep(reader.id, set(topics), frequency):
            raise Refused(Why.NOT_ON_THE_LIST)
        if reader.state is MailingState.ASKED:
            await audit.record(store.turn, what="joined_mailing_list", subject=reader.id)


async def leave_mailing(ask: Ask[Whole], *, secret: str) -> None:
    """Hear no more. Leaving again leaves nothing more to leave.

    Refuses: LINK_OVER.
    """
    ACCESS.require_role(ask.actor, Permit.USE_MAILING_LINK)
    async with ask.begin() as store:
        reader = await _reader(store, secret)
        if reader is None:
            raise Refused(Why.LINK_OVER)
        if await store.mailing.leave(reader.id):
            await audit.record(store.turn, what="left_mailing_list", subject=reader.id)


async def take_public_event(ask: Ask[Whole], told: PublicEventTold) -> None:
    """Keep what everybody may see of an event, and nothing of one that they may not.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        await store.turn.become_system(told.agency)
        if not told.is_shown:
            await store.mailing.hide_event(told.event_id, told.version)
            return
        shown = PublicEvent(
            title=told.title,
            town=told.town,
            is_online=told.is_online,
            starts_at=datetime.fromisoformat(told.starts_at),
        )
        topic = TOPIC_OF.get(told.kind, MailingTopic.ELSEWHERE)
        await store.mailing.put_event(told.event_id, told.version, topic, shown)


def address_digest(agency: str, address: str) -> bytes:
    """By which one address is known on one agency's list, also when it is kept no longer. The
    database makes the same of an address when a family is erased (migration 0009).
    """
    return hashlib.sha256(f"{agency} {address.lower()}".encode()).digest()


def secret_digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def _has_had_enough(ask: Ask[Whole], store: Whole, address: str) -> bool:
    """Whether the mailbox was sent as many questions as it may be, by whichever agency."""
    counts = [
        await store.mailing_mails.to_mailbox_since(address, ask.now - time) >= most
        for time, most in TO_ONE_MAX.items()
    ]
    return any(counts)


async def _was_asked_enough(ask: Ask[Whole], store: Whole, reader: UUID) -> bool:
    """The same of one reader of one list: also of who left, whose mailbox is not known any more."""
    counts = [
        await store.mailing_mails.to_reader_since(reader, ask.now - time) >= most
        for time, most in TO_ONE_MAX.items()
    ]
    return any(counts)


async def _reader(store: Whole, secret: str) -> MailingReader | None:
    """From here on the transaction is the system's, of the list that the link belongs to."""
    if len(secret) > SECRET_LENGTH_MAX:
        return None
    found: tuple[UUID, str] | None = await store.mailing.by_digest(secret_digest(secret))
    if found is None:
        return None
    reader, agency = found
    await store.turn.become_system(agency)
    return await store.mailing.reader(reader)
