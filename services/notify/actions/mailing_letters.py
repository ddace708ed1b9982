"""Short letters of an agency to its mailing list: each goes with a reader's next mail, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.mailing import A_DAY
from services.notify.model import MailingLetter
from services.notify.refusals import Why
from services.notify.store.whole import Whole

TITLE_MAX = 120
WORDS_MAX = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage:
    letters: Sequence[MailingLetter]
    total: int


async def send_mailing_letter(ask: Ask[Whole], *, title: str, words: str) -> UUID:
    """Have a letter go with each reader's next mail: soon to who hears of each event, with the
    digest to all others. It is in the audit who sent it.

    Refuses: NOT_ALLOWED, LETTER_EMPTY, LETTER_TOO_LONG, LETTER_SENT_ALREADY.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_MAILING_LIST)
    assert ask.actor.account is not None, "staff are signed in"
    heading, said = " ".join(title.split()), words.strip()
    for field, text, most in (("title", heading, TITLE_MAX), ("words", said, WORDS_MAX)):
        if not text:
            raise Refused(Why.LETTER_EMPTY, field=field)
        if len(text) > most:
            raise Refused(Why.LETTER_TOO_LONG, field=field, most=most)
    async with ask.begin() as store:
        await store.turn.become_system(ask.actor.agency)
        letter = await store.mailing_letters.add(
            title=heading, words=said, by=ask.actor.account, unless_since=ask.now - A_DAY
        )
        if letter is None:
            raise Refused(Why.LETTER_SENT_ALREADY, field="title")
        await audit.record(store.turn, what="sent_mailing_letter", subject=letter)
        return letter


async def mailing_letters(
    ask: Ask[Whole], *, after: tuple[datetime, UUID] | None, limit: int
) -> LettersPage:
    """What the agency sent, the newest first; to anybody but its planners nothing."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_MAILING_LIST):
        return LettersPage(letters=[], total=0)
    async with ask.read() as store:
        letters, total = await store.mailing_letters.page(after=after, limit=limit)
        return LettersPage(letters=letters, total=total)
