"""Private calendar addresses, made, replaced and ended; what they show; and the public list."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.model.calendars import KEPT_FOR, CalendarLink, PublicEvent, Slot
from services.events.refusals import Why
from services.events.store.whole import Whole

SECRET_BYTES = 32
SECRET_LENGTH_MAX = 100


async def my_calendar(ask: Ask[Whole]) -> CalendarLink | None:
    """The reader's own, while it stands; None to whoever can have none."""
    if ask.actor.account is None or not ACCESS.allows(ask.actor, Permit.KEEP_CALENDAR):
        return None
    async with ask.read() as store:
        return await store.calendars.link(ask.actor.account)


async def open_calendar(ask: Ask[Whole]) -> UUID:
    """A link without an address yet; one that was there before opens nothing any more.

    Refuses: NOT_ALLOWED, NOT_YET_KNOWN_HERE.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_CALENDAR)
    assert ask.actor.account is not None, "who is signed in has an account"
    assert ask.actor.household is not None, "the grant asks for a household"
    async with ask.begin() as store:
        families = await store.cards.families([ask.actor.household])
        if ask.actor.household not in families:
            raise Refused(Why.NOT_YET_KNOWN_HERE)
        link = CalendarLink(
            account=ask.actor.account,
            family_id=ask.actor.household,
            agency=families[ask.actor.household].agency,
            made_at=ask.now,
            ends_at=ask.now + KEPT_FOR,
        )
        await store.calendars.put(link, held=ask.actor.held)
        await record(store.turn, what="opened_calendar", agency=link.agency, subject=link.family_id)
        return link.account


async def give_address(ask: Ask[Whole]) -> str:
    """A fresh secret for the link, answered once and kept as a digest alone. Each voids the last.

    Refuses: NOT_ALLOWED, NOT_FOUND.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_CALENDAR)
    assert ask.actor.account is not None, "who is signed in has an account"
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with ask.begin() as store:
        if not await store.calendars.give(ask.actor.account, _digest(secret)):
            raise Refused(Why.NOT_FOUND)
    return secret


async def close_calendar(ask: Ask[Whole]) -> UUID | None:
    """End one's address. Ending it again ends nothing.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_CALENDAR)
    assert ask.actor.account is not None, "who is signed in has an account"
    async with ask.begin() as store:
        if await store.calendars.end(ask.actor.account):
            await record(store.turn, what="closed_calendar", subject=ask.actor.household)
    return ask.actor.account


async def slots_of(ask: Ask[Whole], secret: str) -> Sequence[Slot] | None:
    """The dates behind an address; None where it opens nothing: never made, ended, run out."""
    if len(secret) > SECRET_LENGTH_MAX:
        return None
    digest = _digest(secret)
    async with ask.read() as store:
        if not await store.calendars.stands(digest):
            return None
        return await store.calendars.slots(digest)


async def public_programme(
    ask: Ask[Whole], agency: str | None, *, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[Sequence[PublicEvent], int]:
    """What organisers show to everybody, the soonest first, and how many there are: towns, never a
    street (E21).
    """
    async with ask.read() as store:
        rows = await store.calendars.public(agency, after=after, limit=limit)
        return rows, await store.calendars.how_many_public(agency)


async def hosts_with_news(ask: Ask[Whole]) -> Sequence[str]:
    """Hosts of which mailing lists are to be told something. Refuses: NOT_ALLOWED."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.read() as store:
        return await store.calendars.hosts_with_news()


async def tell_public_news(ask: Ask[Whole]) -> int:
    """Tell what everybody may see by now of the events of the host that the job names, and what of
    it is gone. Returns how many events. Safe to call twice and beside another.

    Refuses: NOT_ALLOWED.
    Source: domain.md A4 row 41.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    async with ask.begin() as store:
        news = await store.calendars.take_news()
        for one in news:
            await tell(store.turn, Service.NOTIFY, one)
        return len(news)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
