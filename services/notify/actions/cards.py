"""Take in what the register says of families, accounts and agencies."""

from kernel.ask import Ask
from kernel.messages import AccountCard, AgencyCard, FamilyCard
from services.notify.access import ACCESS, Permit
from services.notify.store.whole import Whole


async def record_family_card(ask: Ask[Whole], card: FamilyCard) -> bool:
    """Keep the newest card of a family. False when it tells nothing new.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        return await store.cards.put_family(card)


async def record_account_card(ask: Ask[Whole], card: AccountCard) -> bool:
    """Keep the newest card of an account. False when it tells nothing new.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        return await store.cards.put_account(card)


async def record_agency_card(ask: Ask[Whole], card: AgencyCard) -> bool:
    """Keep the newest card of an agency. False when it tells nothing new.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        return await store.cards.put_agency(card)
