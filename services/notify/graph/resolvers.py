"""Notify's questions and changes: one line of work each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import (
    Connection,
    Info,
    Page,
    Refusable,
    Refusal,
    connection,
    uuid_of,
)
from kernel.messages import Service
from kernel.once import once
from services.notify.actions import contacts, inbox
from services.notify.graph.audit import AuditQuery
from services.notify.graph.invitation_mails import (
    InvitationMailMutation,
    InvitationMailQuery,
)
from services.notify.graph.mailing import MailingMutation, MailingQuery
from services.notify.graph.mailing_letters import MailingLetterMutation, MailingLetterQuery
from services.notify.graph.types import (
    ContactPoint,
    FailedNotice,
    Notice,
)
from services.notify.model import ChannelName, NoticeId, Told

NOTIFY = Service.NOTIFY

MarkNoticeReadResult = Annotated[Notice | Refusal, strawberry.union("MarkNoticeReadResult")]
SetContactPointResult = Annotated[ContactPoint | Refusal, strawberry.union("SetContactPointResult")]


@strawberry.type
class Query(AuditQuery, InvitationMailQuery, MailingQuery, MailingLetterQuery):
    @strawberry.field
    async def my_notices(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Notice]:
        """The reader's inbox, newest first."""
        page = Page.of(first, after, datetime, UUID)
        shelf = await inbox.my_notices(info.context.ask(NOTIFY), limit=page.limit, after=page.after)
        return connection(
            page, shelf.notices, node=Notice.of, cursor=_shown_key, total_count=shelf.total
        )

    @strawberry.field
    async def my_unread_count(self, info: Info) -> int:
        return await inbox.my_unread_count(info.context.ask(NOTIFY))

    @strawberry.field
    async def my_notice(self, info: Info, id: strawberry.ID) -> Notice | None:
        told = await inbox.my_notice(info.context.ask(NOTIFY), NoticeId(uuid_of(id)))
        return None if told is None else Notice.of(told)

    @strawberry.field
    async def my_contact_points(self, info: Info) -> list[ContactPoint]:
        """Where the reader is written to: at most one a channel."""
        account = info.context.actor.account
        return [] if account is None else await _contact_points(info, account)

    @strawberry.field
    async def contact_points(self, info: Info, account: strawberry.ID) -> list[ContactPoint]:
        """Where somebody of the asker's agency is written to; to anybody else empty."""
        return await _contact_points(info, uuid_of(account))

    @strawberry.field
    async def failed_notices(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[FailedNotice]:
        """What could not be delivered to people of the asker's agency, newest first."""
        page = Page.of(first, after, datetime, UUID)
        shelf = await inbox.failures(info.context.ask(NOTIFY), limit=page.limit, after=page.after)
        return connection(
            page, shelf.notices, node=FailedNotice.of, cursor=_failed_key, total_count=shelf.total
        )


@strawberry.type
class Mutation(InvitationMailMutation, MailingMutation, MailingLetterMutation):
    @strawberry.mutation(extensions=[Refusable()])
    async def mark_notice_read(
        self, info: Info, notice: strawberry.ID, key: UUID
    ) -> MarkNoticeReadResult:
        """The first reading counts. The same key twice answers once."""
        ask = info.context.ask(NOTIFY)
        marked = await once(ask, key, inbox.mark_notice_read, NoticeId(uuid_of(notice)))
        told = await inbox.my_notice(info.context.ask(NOTIFY), marked)
        assert told is not None, "what was marked a moment ago is there"
        return Notice.of(told)

    @strawberry.mutation(extensions=[Refusable()])
    async def set_contact_point(
        self,
        info: Info,
        channel: ChannelName,
        address: str,
        key: UUID,
        is_on: bool = True,
        account: strawberry.ID | None = None,
    ) -> SetContactPointResult:
        """Write where one is reached; the desk may do it for somebody of their agency."""
        whose = info.context.actor.account if account is None else uuid_of(account)
        changed = await once(
            info.context.ask(NOTIFY),
            key,
            contacts.set_contact_point,
            account=whose,
            channel=channel,
            address=address,
            is_on=is_on,
        )
        (contact,) = [one for one in await _contact_points(info, changed) if one.channel == channel]
        return contact


async def _contact_points(info: Info, account: UUID) -> list[ContactPoint]:
    found = await contacts.contact_points(info.context.ask(NOTIFY), account)
    return [ContactPoint.of(contact) for contact in found]


def _shown_key(told: Told) -> tuple[str, str]:
    assert told.notice.shown_at is not None, "only what was shown is read"
    return told.notice.shown_at.isoformat(), str(told.notice.id)


def _failed_key(told: Told) -> tuple[str, str]:
    assert told.notice.settled_at is not None, "what failed is settled"
    return told.notice.settled_at.isoformat(), str(told.notice.id)
