"""Take in what the register says of families."""

from kernel.ask import Ask
from kernel.messages import FamilyCard
from services.events.access import ACCESS, Permit
from services.events.store.whole import Whole


async def record_family_card(ask: Ask[Whole], card: FamilyCard) -> bool:
    """Keep the newest card of a family. False when it tells nothing new.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        return await store.cards.put(card)
