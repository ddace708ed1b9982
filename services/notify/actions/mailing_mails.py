"""The mails of a list: who is due one, and what it says when it is sent."""

import secrets

from kernel.ask import Ask
from services.notify.access import ACCESS, Permit
from services.notify.actions.mailing import secret_digest
from services.notify.actions.sending import SECRET_BYTES
from services.notify.calendar import ENGLAND, told_until
from services.notify.model import (
    LeasedMail,
    Letter,
    MailingFrequency,
    MailingMail,
    MailingMailKind,
    MailingReader,
    MailingState,
    NotNow,
    Sheet,
)
from services.notify.render import day_in_words, whats_new_in_words
from services.notify.rules import KEPT_FOR, Kept
from services.notify.store.whole import Whole

EVENTS_IN_A_MAIL_MAX = 25
LETTERS_MAX = 6
AT_ANY_HOUR = frozenset({MailingMailKind.CONFIRM, MailingMailKind.ALREADY})
"""Somebody has just asked, and waits for it; what was brought by staff waits like any mail."""
FOR_WHOM = {
    MailingMailKind.CONFIRM: MailingState.ASKED,
    MailingMailKind.ALREADY: MailingState.CONFIRMED,
    MailingMailKind.WHATS_NEW: MailingState.CONFIRMED,
}


async def agencies_with_readers(ask: Ask[Whole]) -> list[str]:
    """For which agencies somebody may have to be told what is new. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.read() as store:
        return await store.mailing_mails.agencies_with_readers()


async def queue_news(ask: Ask[Whole], frequency: MailingFrequency) -> int:
    """A mail to some hundreds of readers of that frequency for whom something is new; how many.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        now = store.turn.now
        return await store.mailing_mails.queue_news(frequency, until=told_until(now, frequency))


async def write_mailing(store: Whole, leased: LeasedMail, sheet: Sheet) -> Letter | NotNow:
    """The letter as it is now: who left meanwhile is written to no more, and what was called off
    is not in it. At night only to who has just asked.
    """
    mail = await store.mailing_mails.mail(leased.id)
    is_awaited = mail.kind in AT_ANY_HOUR and not mail.brought
    if sheet.is_quiet and not is_awaited:
        return NotNow.IS_QUIET
    return await _letter(store, mail, sheet) or NotNow.NOTHING_TO_SAY


async def _letter(store: Whole, mail: MailingMail, sheet: Sheet) -> Letter | None:
    reader = await store.mailing.reader(mail.reader_id)
    if reader is None or reader.address is None or reader.state is not FOR_WHOM[mail.kind]:
        return None
    facts = await _news(store, mail, reader)
    if mail.kind is MailingMailKind.WHATS_NEW and not facts:
        return None
    facts["list"] = f"{sheet.web_url}/whats-on?agency={mail.agency}"
    url = f"{sheet.web_url}/mailing/{await _secret_for(store, mail, reader)}"
    subject, text = store.templates.mailing(mail.kind, facts={**facts, "link": url})
    return Letter(
        to=reader.address,
        sender_name=sheet.agency.sender_name,
        subject=subject,
        text=text,
        mark=str(mail.id),
        at=store.turn.now,
        leave_url=f"{url}/leave",
    )


async def _news(store: Whole, mail: MailingMail, reader: MailingReader) -> dict[str, str]:
    """New dates that fit, and letters of the agency; what there is none of is left out."""
    if mail.since is None or mail.until is None:
        return {}
    facts = {}
    letters = await store.mailing_letters.between(mail.since, mail.until, limit=LETTERS_MAX)
    if letters:
        facts["letters"] = "\n\n".join(f"{one.title}\n\n{one.words}" for one in letters)
    events, whole = await store.mailing.whats_new(
        reader.topics, since=mail.since, until=mail.until, limit=EVENTS_IN_A_MAIL_MAX
    )
    if events:
        facts["since"] = day_in_words(mail.since.astimezone(ENGLAND).date())
        facts["events"] = whats_new_in_words(events, whole)
    return facts


async def _secret_for(store: Whole, mail: MailingMail, reader: MailingReader) -> str:
    """A secret that this mail alone holds. A second try of the same mail has one of its own."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    asks = mail.kind is MailingMailKind.CONFIRM
    kept = KEPT_FOR[Kept.ASKED_FOR_MAILING if asks else Kept.MAILING_LINK]
    await store.mailing.put_link(reader.id, secret_digest(secret), ends_at=store.turn.now + kept)
    return secret
