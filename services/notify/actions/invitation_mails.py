"""Tell somebody by mail where to type the code that staff hand them: the mail opens nothing.

A code goes by another way (by phone, by letter, at a meeting), so whoever reads somebody's mail
has half of nothing. The address that staff typed is forgotten once the mail has gone.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.contacts import usable
from services.notify.model import InvitationMail, LeasedMail, Letter, NotNow, Sheet
from services.notify.refusals import Why
from services.notify.store.whole import Whole

A_DAY_MAX = 100
"""For one agency in 24 hours: so that nobody who stole a desk writes to the whole world."""


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


async def write_invitation(store: Whole, leased: LeasedMail, sheet: Sheet) -> Letter | NotNow:
    """The letter, in the agency's hours."""
    mail = await store.invitation_mails.one(leased.id)
    if sheet.is_quiet:
        return NotNow.IS_QUIET
    assert mail is not None, "whoever holds it sees it"
    assert mail.address is not None, "what is queued has an address"
    subject, text = store.templates.invitation(web_url=sheet.web_url)
    return Letter(
        to=mail.address,
        sender_name=sheet.agency.sender_name,
        subject=subject,
        text=text,
        mark=str(mail.id),
        at=store.turn.now,
    )
