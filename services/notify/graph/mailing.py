"""Mailing lists in the graph: asked for, chosen and left as nobody; kept by planners."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection
from kernel.messages import Service
from kernel.once import once
from services.notify import model
from services.notify.actions import mailing, mailing_list
from services.notify.model import MailingFrequency, MailingState, MailingTopic

NOTIFY = Service.NOTIFY
strawberry.enum(MailingTopic)
strawberry.enum(MailingFrequency)
strawberry.enum(MailingState)


@strawberry.type
class MailingPreference:
    """What a link of a list opens, to whoever has it: what one hears of; no address."""

    agency: str
    state: MailingState
    topics: list[MailingTopic]
    frequency: MailingFrequency

    @staticmethod
    def of(reader: model.MailingReader) -> MailingPreference:
        return MailingPreference(
            agency=reader.agency,
            state=reader.state,
            topics=_in_order(reader),
            frequency=reader.frequency,
        )


@strawberry.type
class MailingReader:
    """Somebody on the list of the reader's agency, or who has been asked."""

    id: strawberry.ID
    address: str
    state: MailingState
    topics: list[MailingTopic]
    frequency: MailingFrequency
    asked_at: datetime
    confirmed_at: datetime | None

    @staticmethod
    def of(reader: model.MailingReader) -> MailingReader:
        assert reader.address is not None, "who left is in no list"
        return MailingReader(
            id=strawberry.ID(str(reader.id)),
            address=reader.address,
            state=reader.state,
            topics=_in_order(reader),
            frequency=reader.frequency,
            asked_at=reader.asked_at,
            confirmed_at=reader.confirmed_at,
        )


@strawberry.type
class MailingCount:
    """How many confirmed readers chose a topic and how often; null is a number that is hidden."""

    topic: MailingTopic
    frequency: MailingFrequency
    readers: int | None

    @staticmethod
    def of(count: model.MailingCount) -> MailingCount:
        return MailingCount(topic=count.topic, frequency=count.frequency, readers=count.readers)


@strawberry.type
class MailingAsked:
    """The answer of the page, whoever asked and whether the address was known."""

    sent: bool = True


@strawberry.type
class MailingKept:
    confirmed: bool = True


@strawberry.type
class MailingLeft:
    left: bool = True


@strawberry.type
class MailingBrought:
    """How many of the addresses were new to the list, and are asked to confirm."""

    asked: int


AskForMailingResult = Annotated[MailingAsked | Refusal, strawberry.union("AskForMailingResult")]
KeepMailingResult = Annotated[MailingKept | Refusal, strawberry.union("KeepMailingResult")]
LeaveMailingResult = Annotated[MailingLeft | Refusal, strawberry.union("LeaveMailingResult")]
BringReadersResult = Annotated[MailingBrought | Refusal, strawberry.union("BringReadersResult")]


@strawberry.type
class MailingQuery:
    @strawberry.field
    async def mailing_preference(self, info: Info, secret: str) -> MailingPreference | None:
        """What a link of a list opens, without sign-in; null where it opens nothing."""
        found = await mailing.mailing_reader(info.context.ask(NOTIFY), secret)
        return MailingPreference.of(found) if found else None

    @strawberry.field
    async def mailing_counts(self, info: Info) -> list[MailingCount]:
        """How many are on the list of the reader's agency, by topic and frequency; else empty."""
        found = await mailing_list.mailing_counts(info.context.ask(NOTIFY))
        return [MailingCount.of(one) for one in found]

    @strawberry.field
    async def mailing_readers(
        self, info: Info, search: str | None = None, first: int = 20, after: str | None = None
    ) -> Connection[MailingReader]:
        """Who is on the list of the reader's agency, by address; to anybody else nobody."""
        page = Page.of(first, after, str, UUID)
        found = await mailing_list.mailing_readers(
            info.context.ask(NOTIFY), search, after=page.after, limit=page.limit
        )
        return connection(
            page, found.readers, node=MailingReader.of, cursor=_cursor, total_count=found.total
        )


@strawberry.type
class MailingMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def ask_for_mailing(
        self,
        info: Info,
        agency: str,
        address: str,
        topics: list[MailingTopic],
        frequency: MailingFrequency,
        key: UUID,
    ) -> AskForMailingResult:
        """Ask for an agency's list, without sign-in: a mail goes there that asks to confirm."""
        await once(
            info.context.ask(NOTIFY),
            key,
            mailing.ask_for_mailing,
            agency=agency,
            address=address,
            topics=frozenset(topics),
            frequency=frequency,
        )
        return MailingAsked()

    @strawberry.mutation(extensions=[Refusable()])
    async def keep_mailing(
        self,
        info: Info,
        secret: str,
        topics: list[MailingTopic],
        frequency: MailingFrequency,
        key: UUID,
    ) -> KeepMailingResult:
        """Confirm, or change what one hears of, by a link of the list."""
        await once(
            info.context.ask(NOTIFY),
            key,
            mailing.keep_mailing,
            secret=secret,
            topics=frozenset(topics),
            frequency=frequency,
        )
        return MailingKept()

    @strawberry.mutation(extensions=[Refusable()])
    async def leave_mailing(self, info: Info, secret: str, key: UUID) -> LeaveMailingResult:
        """Hear no more, by a link of the list. Twice is once."""
        await once(info.context.ask(NOTIFY), key, mailing.leave_mailing, secret=secret)
        return MailingLeft()

    @strawberry.mutation(extensions=[Refusable()])
    async def bring_readers(
        self, info: Info, addresses: list[str], key: UUID
    ) -> BringReadersResult:
        """Ask addresses of a list whether they want these mails. Who left stays out."""
        asked = await once(
            info.context.ask(NOTIFY), key, mailing_list.bring_readers, addresses=addresses
        )
        return MailingBrought(asked=asked)


def _cursor(reader: model.MailingReader) -> tuple[str, str]:
    assert reader.address is not None, "who left is in no list"
    return reader.address.lower(), str(reader.id)


def _in_order(reader: model.MailingReader) -> list[MailingTopic]:
    """As people meet them in the choice."""
    return [topic for topic in MailingTopic if topic in reader.topics]
