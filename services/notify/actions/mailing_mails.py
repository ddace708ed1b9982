"""The mails of a list: who is due one, claimed, written when it is sent, handed over, settled.

The same way as notices go (`actions/sending.py`): a worker that dies leaves its lease to run out.
"""

import secrets
from dataclasses import dataclass

from kernel.ask import Ask
from kernel.messages import AgencyCard
from services.notify.access import ACCESS, Permit
from services.notify.actions.mailing import secret_digest
from services.notify.actions.sending import LEASE, SECRET_BYTES, Post
from services.notify.calendar import ENGLAND, next_try_at, told_until
from services.notify.model import (
    Letter,
    MailingFrequency,
    MailingMail,
    MailingMailKind,
    MailingMailState,
    MailingReader,
    MailingState,
)
from services.notify.render import day_in_words, whats_new_in_words
from services.notify.rules import GIVE_UP_AFTER, KEPT_FOR, Kept
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingHandover:
    mail: MailingMail
    letter: Letter | None


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


async def take_next_mailing(ask: Ask[Whole], post: Post) -> MailingHandover | None:
    """Claim what has been due longest. None: nothing is due. No letter: it is quiet until later, or
    there is nothing to say, or nobody to say it to.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    assert ask.actor.agency is not None, "a job names its agency"
    async with ask.begin() as store:
        agency = await store.cards.of_agency(ask.actor.agency)
        mails = store.mailing_mails
        mail = await mails.claim(at=ask.now, until=ask.now + LEASE, settings_version=agency.version)
        if mail is None:
            return None
        is_awaited = mail.kind in AT_ANY_HOUR and not mail.brought
        quiet_until = None if is_awaited else post.quiet_until(ask.now, agency)
        if quiet_until is not None:
            await mails.look_again(mail, again_at=quiet_until)
            return MailingHandover(mail=mail, letter=None)
        letter = await _letter(store, mail, agency, post)
        if letter is None:
            await mails.settle(mail, MailingMailState.DROPPED)
        return MailingHandover(mail=mail, letter=letter)


async def settle_mailing(
    ask: Ask[Whole], mail: MailingMail, *, is_sent: bool, is_final: bool
) -> bool:
    """What the channel said: gone, not to be delivered, or to be tried again for 72 hours.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        mails = store.mailing_mails
        if is_sent:
            return await mails.settle(mail, MailingMailState.SENT)
        again_at = next_try_at(ask.now, tries=mail.tries, notice_id=mail.id)
        if is_final or again_at - mail.asked_at > GIVE_UP_AFTER:
            return await mails.settle(mail, MailingMailState.FAILED)
        return await mails.look_again(mail, again_at=again_at)


async def _letter(store: Whole, mail: MailingMail, agency: AgencyCard, post: Post) -> Letter | None:
    """Judged and written now: who left meanwhile, or what was called off, is not in it."""
    reader = await store.mailing.reader(mail.reader_id)
    if reader is None or reader.address is None or reader.state is not FOR_WHOM[mail.kind]:
        return None
    facts = await _news(store, mail, reader)
    if mail.kind is MailingMailKind.WHATS_NEW and not facts:
        return None
    facts["list"] = f"{post.web_url}/whats-on?agency={mail.agency}"
    url = f"{post.web_url}/mailing/{await _secret_for(store, mail, reader)}"
    subject, text = store.templates.mailing(mail.kind, facts={**facts, "link": url})
    return Letter(
        to=reader.address,
        sender_name=agency.sender_name,
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
