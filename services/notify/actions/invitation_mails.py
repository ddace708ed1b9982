"""Tell somebody by mail where to type the code that staff hand them: the mail opens nothing.

A code goes by another way (by phone, by letter, at a meeting), so whoever reads somebody's mail
has half of nothing. The address that staff typed is forgotten once the mail has gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.contacts import usable
from services.notify.actions.sending import LEASE, Post
from services.notify.calendar import next_try_at
from services.notify.model import InvitationMail, InvitationMailState, Letter
from services.notify.refusals import Why
from services.notify.rules import GIVE_UP_AFTER
from services.notify.store.whole import Whole

A_DAY_MAX = 100
"""For one agency in 24 hours: so that nobody who stole a desk writes to the whole world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHandover:
    mail: InvitationMail
    letter: Letter | None


async def mail_invitation_page(ask: Ask[Whole], *, address: str) -> UUID:
    """Have a mail sent that says where a code is typed; it holds none.

    Refuses: NOT_ALLOWED, ADDRESS_NOT_USABLE, TOO_MANY_MAILS.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.MAIL_INVITATION_PAGE)
        assert ask.actor.agency is not None, "required above"
        assert ask.actor.account is not None, "staff are signed in"
        typed = address.strip()
        if not usable(typed):
            raise Refused(Why.ADDRESS_NOT_USABLE, field="address")
        mails, agency = store.invitation_mails, ask.actor.agency
        if await mails.asked_since(agency, ask.now - timedelta(days=1)) >= A_DAY_MAX:
            raise Refused(Why.TOO_MANY_MAILS)
        mail = await mails.add(agency=agency, address=typed, by=ask.actor.account)
        await audit.record(store.turn, what="mailed_invitation_page", subject=mail)
        return mail


async def invitation_mails(ask: Ask[Whole], *, limit: int) -> Sequence[InvitationMail]:
    """The agency's newest; to anybody but its desk none."""
    if not ACCESS.allows(ask.actor, Permit.MAIL_INVITATION_PAGE) or ask.actor.agency is None:
        return []
    async with ask.read() as store:
        return await store.invitation_mails.newest(ask.actor.agency, limit=limit)


async def invitation_mail(ask: Ask[Whole], mail: UUID) -> InvitationMail | None:
    async with ask.read() as store:
        return await store.invitation_mails.one(mail)


async def take_next_mail(ask: Ask[Whole], post: Post) -> MailHandover | None:
    """Claim what has been due longest. None: nothing is due. No letter: it is quiet until later.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    assert ask.actor.agency is not None, "a job names its agency"
    async with ask.begin() as store:
        agency = await store.cards.of_agency(ask.actor.agency)
        mail = await store.invitation_mails.claim(
            at=ask.now, until=ask.now + LEASE, settings_version=agency.version
        )
        if mail is None:
            return None
        if (quiet_until := post.quiet_until(ask.now, agency)) is not None:
            await store.invitation_mails.look_again(mail, again_at=quiet_until)
            return MailHandover(mail=mail, letter=None)
        assert mail.address is not None, "what is queued has an address"
        subject, text = store.templates.invitation(web_url=post.web_url)
        letter = Letter(
            to=mail.address,
            sender_name=agency.sender_name,
            subject=subject,
            text=text,
            mark=str(mail.id),
            at=ask.now,
        )
        return MailHandover(mail=mail, letter=letter)


async def settle_mail(
    ask: Ask[Whole], mail: InvitationMail, *, is_sent: bool, is_final: bool
) -> bool:
    """What the channel said: gone, not to be delivered, or to be tried again for 72 hours.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        if is_sent:
            return await store.invitation_mails.settle(mail, InvitationMailState.SENT)
        again_at = next_try_at(ask.now, tries=mail.tries, notice_id=mail.id)
        if is_final or again_at - mail.asked_at > GIVE_UP_AFTER:
            return await store.invitation_mails.settle(mail, InvitationMailState.FAILED)
        return await store.invitation_mails.look_again(mail, again_at=again_at)
