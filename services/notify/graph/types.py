"""What notify shows in the graph. `of` is the only mapping from its values."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from kernel import entities
from kernel.graph import Info, uuid_of
from kernel.messages import NoticeKind, Service
from services.notify import model
from services.notify.actions import contacts
from services.notify.render import WHY_NOT

strawberry.enum(NoticeKind)
strawberry.enum(model.ChannelName, name="ContactChannel")


@strawberry.type
class Notice:
    """One thing told to the reader. The words are for them alone; a mail says far less."""

    id: strawberry.ID
    kind: NoticeKind
    heading: str
    text: str
    action: str = strawberry.field(description="The words of the button that leads on.")
    subject_id: strawberry.ID = strawberry.field(description="What it is about, by the kind.")
    answer_by: date | None
    arrived_at: datetime
    read_at: datetime | None

    @staticmethod
    def of(told: model.Told) -> Notice:
        notice = told.notice
        assert notice.shown_at is not None, "only what was shown is read"
        return Notice(
            id=strawberry.ID(str(notice.id)),
            kind=notice.kind,
            heading=told.heading,
            text=told.text,
            action=told.action,
            subject_id=strawberry.ID(str(notice.subject_id)),
            answer_by=notice.answer_by,
            arrived_at=notice.shown_at,
            read_at=notice.read_at,
        )


@entities.part("Family")
@strawberry.type
class FamilyOfNotify:
    """A family as notify knows it: by its id alone."""

    id: strawberry.ID


if TYPE_CHECKING:
    LazyFamily = FamilyOfNotify
else:
    LazyFamily = Annotated["Family", strawberry.lazy("kernel.entities")]  # noqa: F821 - made there


@strawberry.type
class FailedNotice:
    """What could not be delivered: to the desk of the agency, so that somebody can ring."""

    id: strawberry.ID
    account_id: strawberry.ID
    heading: str
    why: str
    failed_at: datetime

    @strawberry.field
    async def family(self, info: Info) -> LazyFamily | None:
        """Whose adult did not hear; null for somebody who works for the agency."""
        account = uuid_of(self.account_id)
        found = await info.context.load(Service.NOTIFY, contacts.families_of, account)
        if found is None:
            return None
        return await entities.refer(FamilyOfNotify, info, strawberry.ID(str(found)))

    @staticmethod
    def of(told: model.Told) -> FailedNotice:
        notice = told.notice
        assert notice.reason is not None, "what failed has a reason"
        assert notice.settled_at is not None, "what failed is settled"
        return FailedNotice(
            id=strawberry.ID(str(notice.id)),
            account_id=strawberry.ID(str(notice.account_id)),
            heading=told.heading,
            why=WHY_NOT[notice.reason],
            failed_at=notice.settled_at,
        )


@strawberry.type
class ContactPoint:
    """Where an account is written to. Shown to themself and to the desk of their agency."""

    channel: model.ChannelName
    address: str
    is_on: bool

    @staticmethod
    def of(contact: model.ContactPoint) -> ContactPoint:
        return ContactPoint(channel=contact.channel, address=contact.address, is_on=contact.is_on)
