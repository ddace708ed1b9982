"""Mails that say where to type a code, as the desk sees them: never to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Info, Refusable, Refusal
from kernel.messages import Service
from kernel.once import once
from services.notify import model
from services.notify.actions import invitation_mails as actions

NOTIFY = Service.NOTIFY
SHOWN_MAX = 20
strawberry.enum(model.InvitationMailState)


@strawberry.type
class InvitationMail:
    """It tells somebody where a code is typed, and holds none. Its address is forgotten."""

    id: strawberry.ID
    state: model.InvitationMailState
    asked_at: datetime
    settled_at: datetime | None

    @staticmethod
    def of(mail: model.InvitationMail) -> InvitationMail:
        return InvitationMail(
            id=strawberry.ID(str(mail.id)),
            state=mail.state,
            asked_at=mail.asked_at,
            settled_at=mail.settled_at,
        )


MailInvitationPageResult = Annotated[
    InvitationMail | Refusal, strawberry.union("MailInvitationPageResult")
]


@strawberry.type
class InvitationMailQuery:
    @strawberry.field
    async def invitation_mails(self, info: Info) -> list[InvitationMail]:
        """The agency's newest twenty."""
        found = await actions.invitation_mails(info.context.ask(NOTIFY), limit=SHOWN_MAX)
        return [InvitationMail.of(mail) for mail in found]


@strawberry.type
class InvitationMailMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def mail_invitation_page(
        self, info: Info, address: str, key: UUID
    ) -> MailInvitationPageResult:
        """Mail somebody where to type the code that you hand them. The code is not in it."""
        made = await once(
            info.context.ask(NOTIFY), key, actions.mail_invitation_page, address=address
        )
        mail = await actions.invitation_mail(info.context.ask(NOTIFY), made)
        assert mail is not None, "who asked for it sees it"
        return InvitationMail.of(mail)
