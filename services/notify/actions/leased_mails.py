"""Mails that are no notices: claimed from one queue, written when they are sent, settled.

The same way as notices go (`actions/sending.py`): a worker that dies leaves its lease to run out.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from kernel.ask import Ask
from services.notify.access import ACCESS, Permit
from services.notify.actions.invitation_mails import write_invitation
from services.notify.actions.mailing_mails import write_mailing
from services.notify.actions.sending import LEASE, Post
from services.notify.calendar import next_try_at
from services.notify.model import LeasedMail, Letter, MailKind, MailState, NotNow, Sheet
from services.notify.rules import GIVE_UP_AFTER
from services.notify.store.whole import Whole

WRITERS: Mapping[MailKind, Callable[[Whole, LeasedMail, Sheet], Awaitable[Letter | NotNow]]] = {
    MailKind.INVITATION: write_invitation,
    MailKind.MAILING: write_mailing,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHandover:
    """A mail that was claimed. `letter` is None when nothing is to be handed over now."""

    mail: LeasedMail
    letter: Letter | None


async def take_next_mail(ask: Ask[Whole], post: Post) -> MailHandover | None:
    """Claim what has been due longest, of any kind, and write it. None: nothing is due.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    assert ask.actor.agency is not None, "a job names its agency"
    async with ask.begin() as store:
        agency = await store.cards.of_agency(ask.actor.agency)
        mail = await store.leased_mails.claim(
            at=ask.now, until=ask.now + LEASE, settings_version=agency.version
        )
        if mail is None:
            return None
        quiet_until = post.quiet_until(ask.now, agency)
        sheet = Sheet(agency=agency, web_url=post.web_url, is_quiet=quiet_until is not None)
        written = await WRITERS[mail.kind](store, mail, sheet)
        if isinstance(written, Letter):
            return MailHandover(mail=mail, letter=written)
        if written is NotNow.IS_QUIET and quiet_until is not None:
            await store.leased_mails.look_again(mail, again_at=quiet_until)
        else:
            await store.leased_mails.settle(mail, MailState.DROPPED)
        return MailHandover(mail=mail, letter=None)


async def settle_mail(ask: Ask[Whole], mail: LeasedMail, *, is_sent: bool, is_final: bool) -> bool:
    """What the channel said: gone, not to be delivered, or to be tried again for 72 hours. False
    when only another worker's lease counts by now.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        if is_sent:
            return await store.leased_mails.settle(mail, MailState.SENT)
        again_at = next_try_at(ask.now, tries=mail.tries, notice_id=mail.id)
        if is_final or again_at - mail.asked_at > GIVE_UP_AFTER:
            return await store.leased_mails.settle(mail, MailState.FAILED)
        return await store.leased_mails.look_again(mail, again_at=again_at)
