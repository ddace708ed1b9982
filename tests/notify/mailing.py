"""What tests of mailing lists are made of: agencies, a public programme, and a mailbox."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import AccountCard, PublicEventTold
from services.notify.actions import mailing as actions
from services.notify.actions.cards import record_account_card
from services.notify.channels.channel import ChannelError
from services.notify.jobs import Sender, queue_all_news
from services.notify.model import Letter, MailingFrequency, MailingTopic
from tests.databases import Clock
from tests.notify.cards import Memory, ask_of, named, post

LINK = re.compile(r"https://kith\.example\.org/mailing/([\w-]+)")
NOBODY = Actor.nobody()
EVERY = frozenset(MailingTopic)


@dataclass
class List:
    """The list of Adopt Thames Valley, as the outside world meets it."""

    db: Db
    clock: Clock
    versions: dict[UUID, int] = field(default_factory=dict)

    async def open(self, *agencies: str) -> None:
        """Agencies are known by that somebody has an account there."""
        for agency in agencies:
            card = AccountCard(account_id=named(f"staff of {agency}"), version=1, agency=agency)
            await record_account_card(ask_of(self.db, Actor.system()), card)

    async def ask(
        self,
        address: str = "rae@example.org",
        *,
        often: MailingFrequency = MailingFrequency.EACH,
        topics: Collection[MailingTopic] = EVERY,
        agency: str = "ATV",
    ) -> None:
        await actions.ask_for_mailing(
            ask_of(self.db, NOBODY), agency=agency, address=address, topics=topics, frequency=often
        )

    async def keep(
        self,
        secret: str,
        *,
        often: MailingFrequency = MailingFrequency.EACH,
        topics: Collection[MailingTopic] = EVERY,
    ) -> None:
        await actions.keep_mailing(
            ask_of(self.db, NOBODY), secret=secret, topics=topics, frequency=often
        )
        await self.clock.advance(seconds=1)  # what is shown at that very instant was there before

    async def leave(self, secret: str) -> None:
        await actions.leave_mailing(ask_of(self.db, NOBODY), secret=secret)

    async def join(
        self,
        address: str = "rae@example.org",
        *,
        often: MailingFrequency = MailingFrequency.EACH,
        topics: Collection[MailingTopic] = EVERY,
    ) -> str:
        """Asked and confirmed. Returns the secret of the mail that asked."""
        await self.ask(address, often=often, topics=topics)
        (letter,) = [one for one in await self.sent() if one.to == address]
        secret = secret_of(letter)
        await self.keep(secret, often=often, topics=topics)
        return secret

    async def show(self, name: str, **facts: object) -> None:
        """What events tells of an event that everybody may see, in its newest version."""
        event = named(name)
        self.versions[event] = self.versions.get(event, 0) + 1
        told = PublicEventTold(
            event_id=event,
            version=self.versions[event],
            agency="ATV",
            is_shown=True,
            kind="fun_day",
            title=name,
            town="Didcot",
            starts_at=(self.clock.now + timedelta(days=200)).isoformat(),
        )
        await self.hear(replace(told, **facts))  # type: ignore[arg-type]

    async def hide(self, name: str) -> None:
        event = named(name)
        self.versions[event] += 1
        await self.hear(
            PublicEventTold(
                event_id=event, version=self.versions[event], agency="ATV", is_shown=False
            )
        )

    async def hear(self, told: PublicEventTold) -> None:
        await actions.take_public_event(ask_of(self.db, Actor.system(told.agency)), told)

    async def news(self, **later: float) -> list[Letter]:
        """What the clock makes of it, after some time: queued and sent."""
        await self.clock.advance(**(later or {"seconds": 120}))
        await self.queue()
        return await self.sent()

    async def queue(self) -> int:
        return await queue_all_news(lambda actor: ask_of(self.db, actor))

    async def sent(self, fault: ChannelError | None = None) -> list[Letter]:
        channel = Memory(fault=fault)
        await Sender(
            ask_as=lambda actor: ask_of(self.db, actor), post=post(), channel=channel
        ).send_all_due()
        return channel.taken


def secret_of(letter: Letter) -> str:
    """The one secret that a mail holds."""
    (secret,) = set(LINK.findall(letter.text))
    return str(secret)
