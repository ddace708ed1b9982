"""Where people are written to, and whether they want to be."""

import re
from collections.abc import Sequence
from uuid import UUID

from kernel import audit
from kernel.ask import Ask
from kernel.refusal import Refused
from services.notify.access import ACCESS, Permit
from services.notify.actions.protected import Reading, write_down_reading
from services.notify.model import ChannelName, ContactPoint
from services.notify.refusals import Why
from services.notify.rules import GIVE_UP_AFTER
from services.notify.store.whole import Whole

# Not what the standard allows, but what people have: the rest is a slip of the finger.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
ADDRESS_LENGTH_MAX = 254


async def contact_points(ask: Ask[Whole], account: UUID) -> list[ContactPoint]:
    """An account's addresses, to themself and their agency's desk; to anybody else none."""
    async with ask.read() as store:
        card = await store.contacts.account(account)
        if card is None or not ACCESS.allows(ask.actor, Permit.SEE_CONTACT, card):
            return []
        found = await store.contacts.of(account)
    await write_down_reading(ask, Reading.ADDRESS, [card.family_id] if found else [])
    return found


async def families_of(ask: Ask[Whole], accounts: Sequence[UUID]) -> dict[UUID, UUID]:
    """The family of each account that has one and that the asker may write to."""
    async with ask.read() as store:
        cards = await store.contacts.accounts(accounts)
    return {
        card.account_id: card.family_id
        for card in cards
        if card.family_id is not None and ACCESS.allows(ask.actor, Permit.SEE_CONTACT, card)
    }


async def set_contact_point(
    ask: Ask[Whole], *, account: UUID | None, channel: ChannelName, address: str, is_on: bool
) -> UUID:
    """Write where an account is reached; what failed for want of it is sent again.

    Refuses: NOT_FOUND, NOT_ALLOWED, ADDRESS_NOT_USABLE, ADDRESS_SHARED.
    """
    async with ask.begin() as store:
        card = None if account is None else await store.contacts.account(account)
        ACCESS.require(ask.actor, Permit.SET_CONTACT, card)
        assert card is not None, "a missing one is refused"
        contact = ContactPoint(
            account_id=card.account_id, channel=channel, address=address.strip(), is_on=is_on
        )
        if not usable(contact.address):
            raise Refused(Why.ADDRESS_NOT_USABLE, field="address")
        if not await store.contacts.put(contact, at=ask.now):
            raise Refused(Why.ADDRESS_SHARED, field="address")
        await audit.record(
            store.turn,
            what="contact_point_set",
            agency=card.agency,
            for_account=contact.account_id,
            facts={"channel": contact.channel, "on": int(contact.is_on)},
        )
        await store.turn.become_system(card.agency)
        await store.notices.try_again(contact.account_id, since=ask.now - GIVE_UP_AFTER, at=ask.now)
        return contact.account_id


def usable(address: str) -> bool:
    """True when the text is one e-mail address that we can write to."""
    return len(address) <= ADDRESS_LENGTH_MAX and ADDRESS.fullmatch(address) is not None
