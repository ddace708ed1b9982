"""Letters of an agency to its mailing list, in the graph: sent and read by its planners."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection
from kernel.messages import Service
from kernel.once import once
from services.notify import model
from services.notify.actions import mailing_letters as actions

NOTIFY = Service.NOTIFY


@strawberry.type
class MailingLetter:
    """A letter that went, or goes, with each reader's next mail. Who sent it is in the audit."""

    id: strawberry.ID
    title: str
    words: str
    sent_at: datetime

    @staticmethod
    def of(letter: model.MailingLetter) -> MailingLetter:
        return MailingLetter(
            id=strawberry.ID(str(letter.id)),
            title=letter.title,
            words=letter.words,
            sent_at=letter.sent_at,
        )


@strawberry.type
class MailingLetterSent:
    id: strawberry.ID


SendMailingLetterResult = Annotated[
    MailingLetterSent | Refusal, strawberry.union("SendMailingLetterResult")
]


@strawberry.type
class MailingLetterQuery:
    @strawberry.field
    async def mailing_letters(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[MailingLetter]:
        """What the reader's agency wrote to its list, the newest first; else empty."""
        page = Page.of(first, after, datetime, UUID)
        found = await actions.mailing_letters(
            info.context.ask(NOTIFY), after=page.after, limit=page.limit
        )
        return connection(
            page, found.letters, node=MailingLetter.of, cursor=_cursor, total_count=found.total
        )


@strawberry.type
class MailingLetterMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def send_mailing_letter(
        self, info: Info, title: str, words: str, key: UUID
    ) -> SendMailingLetterResult:
        """Have a letter go with the next mail to everybody on the list. It cannot be taken back."""
        sent = await once(
            info.context.ask(NOTIFY), key, actions.send_mailing_letter, title=title, words=words
        )
        return MailingLetterSent(id=strawberry.ID(str(sent)))


def _cursor(letter: model.MailingLetter) -> tuple[str, str]:
    return letter.sent_at.isoformat(), str(letter.id)
