"""An agency's mailing list for who plans its programme: how many, who, and more from a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.contacts import usable
from services.notify.actions.mailing import A_DAY, address_digest
from services.notify.model import (
    MailingCount,
    MailingFrequency,
    MailingMailKind,
    MailingReader,
    MailingTopic,
)
from services.notify.refusals import Why
from services.notify.store.whole import Whole

BROUGHT_MAX = 500
BROUGHT_A_DAY_MAX = 2000
HIDDEN_BELOW = 5
"""Counts smaller than this are not told (domain.md E43)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersPage:
    readers: Sequence[MailingReader]
    total: int


async def mailing_counts(ask: Ask[Whole]) -> Sequence[MailingCount]:
    """How many chose which topic how often, in the order of the choices; to anybody else none."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_MAILING_LIST):
        return []
    async with ask.read() as store:
        found = {(topic, often): many for topic, often, many in await store.mailing.counts()}
    return [
        MailingCount(topic=topic, frequency=often, readers=_told(found.get((topic, often), 0)))
        for topic in MailingTopic
        for often in MailingFrequency
    ]


async def mailing_readers(
    ask: Ask[Whole], search: str | None, *, after: tuple[str, UUID] | None, limit: int
) -> ReadersPage:
    """Who is on the agency's list or has been asked, by address; to anybody else nobody."""
    if not ACCESS.allows(ask.actor, Permit.KEEP_MAILING_LIST):
        return ReadersPage(readers=[], total=0)
    async with ask.read() as store:
        readers, total = await store.mailing.page(search or None, after=after, limit=limit)
        return ReadersPage(readers=readers, total=total)


async def bring_readers(ask: Ask[Whole], *, addresses: Sequence[str]) -> int:
    """Ask each address that is new to the list whether it wants to be on it. Who left stays out,
    who is on it keeps what they chose, and who was asked is not asked again. Returns how many are
    asked.

    Refuses: NOT_ALLOWED, ADDRESSES_NEEDED, TOO_MANY_ADDRESSES, ADDRESS_IN_LIST_NOT_USABLE,
    BROUGHT_ENOUGH_TODAY.
    """
    ACCESS.require_role(ask.actor, Permit.KEEP_MAILING_LIST)
    agency = ask.actor.agency
    assert agency is not None, "the grant asks for an agency"
    brought = _checked(addresses)
    async with ask.begin() as store:
        await store.turn.become_system(agency)
        _, before = await store.mailing_mails.asked_since(ask.now - A_DAY)
        if before + len(brought) > BROUGHT_A_DAY_MAX:
            raise Refused(Why.BROUGHT_ENOUGH_TODAY, field="addresses")
        new = await store.mailing.bring(
            brought,
            [address_digest(agency, one) for one in brought],
            frozenset(MailingTopic),
            MailingFrequency.MONTHLY,
        )
        await store.mailing_mails.add(new, MailingMailKind.CONFIRM, by=ask.actor.account)
        facts: dict[str, str | int] = {"brought": len(brought), "asked": len(new)}
        await audit.record(store.turn, what="brought_mailing_list", facts=facts)
        return len(new)


def _checked(addresses: Sequence[str]) -> list[str]:
    """Each once, whatever its letters' size.

    Refuses: ADDRESSES_NEEDED, TOO_MANY_ADDRESSES, ADDRESS_IN_LIST_NOT_USABLE.
    """
    typed = [(line, one.strip()) for line, one in enumerate(addresses, 1) if one.strip()]
    if not typed:
        raise Refused(Why.ADDRESSES_NEEDED, field="addresses")
    if len(typed) > BROUGHT_MAX:
        raise Refused(Why.TOO_MANY_ADDRESSES, field="addresses", most=BROUGHT_MAX)
    for line, one in typed:
        if not usable(one):
            raise Refused(Why.ADDRESS_IN_LIST_NOT_USABLE, field="addresses", line=line)
    return list({one.lower(): one for _, one in typed}.values())


def _told(readers: int) -> int | None:
    """A small number says who; none at all says nothing of anybody."""
    return readers if readers == 0 or readers >= HIDDEN_BELOW else None
