"""What the queue and the clock ask of notify: take in messages, send what is due.

Each is safe to run twice and beside another worker. The sweep is the truth; a bell only makes it
sooner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.access import Actor
from kernel.ask import Ask
from kernel.log import logger
from kernel.messages import (
    AccountCard,
    AgencyCard,
    FamilyCard,
    FamilyErased,
    FamilyNoticeWanted,
    NoticeNoLongerWanted,
    NoticeWanted,
    PublicEventTold,
    Revoked,
)
from kernel.tokens import take_revoked
from services.notify.actions import forgetting, mailing, mailing_mails, sending
from services.notify.actions.cards import (
    record_account_card,
    record_agency_card,
    record_family_card,
)
from services.notify.actions.leased_mails import MailHandover, settle_mail, take_next_mail
from services.notify.actions.sending import Post
from services.notify.actions.wishes import take_back, take_family_notice, take_notice
from services.notify.channels.channel import Channel, ChannelError
from services.notify.model import Handover, MailingFrequency

AskAs = Callable[[Actor], Ask[Any]]
"""Makes an asking of somebody: the worker's own, for the agency that a job names."""

STOP_AFTER_S = 5.0
"""When to leave the rest to the next job: with one slow hand-over (8 s) it stays below 15 s."""

HANDLERS: Mapping[str, Callable[[Ask[Any], Any], Awaitable[Any]]] = {
    FamilyCard.KIND: record_family_card,
    AccountCard.KIND: record_account_card,
    AgencyCard.KIND: record_agency_card,
    Revoked.KIND: take_revoked,
    NoticeWanted.KIND: take_notice,
    FamilyNoticeWanted.KIND: take_family_notice,
    NoticeNoLongerWanted.KIND: take_back,
    PublicEventTold.KIND: mailing.take_public_event,
    FamilyErased.KIND: forgetting.forget_family,
}
"""What notify does with each kind of message, inside the transaction that takes it in."""

log = logger("notify.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """All that sending needs: askings as the worker, how this site writes, and the channel."""

    ask_as: AskAs
    post: Post
    channel: Channel

    async def send_all_due(self) -> int:
        """Send what is due, agency by agency. Returns how many notices were looked at."""
        looked_at = 0
        for agency in await sending.agencies_with_due(self.ask_as(Actor.system())):
            looked_at += await self.send_due(agency)
        return looked_at

    async def send_due(self, agency: str) -> int:
        """The same for one agency, for a few seconds at most."""
        ask = self.ask_as(Actor.system(agency))
        loop = asyncio.get_running_loop()
        stop_at = loop.time() + STOP_AFTER_S
        looked_at = 0
        while loop.time() < stop_at:
            judged = await sending.take_next(ask, self.post)
            if judged is None:
                break
            looked_at += 1
            if judged.handover is not None:
                await self._hand_over(ask, judged.handover)
        while loop.time() < stop_at and (mail := await take_next_mail(ask, self.post)) is not None:
            looked_at += 1
            await self._hand_over_mail(ask, mail)
        return looked_at

    async def _hand_over_mail(self, ask: Ask[Any], handover: MailHandover) -> None:
        """The same for a mail that is no notice."""
        if handover.letter is None:
            return
        try:
            await self.channel.send(handover.letter)
        except ChannelError as fault:
            mail, detail, permanent = str(handover.mail.id), fault.detail, fault.permanent
            log.warning("not sent", mail=mail, permanent=permanent, detail=detail)
            await settle_mail(ask, handover.mail, is_sent=False, is_final=permanent)
        else:
            await settle_mail(ask, handover.mail, is_sent=True, is_final=True)

    async def _hand_over(self, ask: Ask[Any], handover: Handover) -> None:
        """Outside any transaction: a slow mail server holds no row."""
        try:
            await self.channel.send(handover.letter)
        except ChannelError as fault:
            notice, detail, permanent = str(handover.notice.id), fault.detail, fault.permanent
            log.warning("not sent", notice=notice, permanent=permanent, detail=detail)
            await sending.mark_not_sent(ask, handover, permanent=permanent, detail=detail)
        else:
            await sending.mark_sent(ask, handover)


async def forget_all_old(ask_as: AskAs) -> int:
    """Delete what has been kept for its time. Returns how many notices went."""
    await forgetting.forget_taken_back(ask_as(Actor.system()))
    await forgetting.forget_mailing(ask_as(Actor.system()))
    gone = 0
    for agency in await forgetting.agencies_with_old_facts(ask_as(Actor.system())):
        while some := await forgetting.forget_delivery_facts(ask_as(Actor.system(agency))):
            gone += some
    return gone


async def queue_all_news(ask_as: AskAs) -> int:
    """A mail to everybody on a list for whom something is new. Returns how many were queued."""
    queued = 0
    for agency in await mailing_mails.agencies_with_readers(ask_as(Actor.system())):
        for frequency in MailingFrequency:
            while some := await mailing_mails.queue_news(ask_as(Actor.system(agency)), frequency):
                queued += some
    return queued
