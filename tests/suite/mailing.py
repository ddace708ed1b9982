"""What the desk sends to those outside: a mail about a code, and a list with somebody on it."""

from __future__ import annotations

from kernel.ask import Ask
from services.notify.actions.invitation_mails import mail_invitation_page
from services.notify.actions.mailing_letters import send_mailing_letter
from services.notify.actions.mailing_list import bring_readers
from services.notify.store.whole import Whole


async def write_outside(ask: Ask[Whole]) -> None:
    """For the desk of an agency: each agency's own address, so that another's would be seen."""
    await mail_invitation_page(ask, address="new@example.org")
    await bring_readers(ask, addresses=[f"reader.of.{ask.actor.agency}@example.org"])
    async with ask.begin() as store:
        await store.turn.become_system(ask.actor.agency)
        (reader,), _ = await store.mailing.page(None, after=None, limit=1)
        await store.mailing.keep(reader.id, reader.topics, reader.frequency)
    await send_mailing_letter(ask, title="To all", words="See you in summer.")
