"""Take in what the register says of families."""

from kernel.ask import Ask
from kernel.messages import FamilyCard
from services.events.access import ACCESS, Permit
from services.events.store.whole import Whole


async def record_family_card(ask: Ask[Whole], card: FamilyCard) -> bool:
    """Keep the newest card of a family. False when it tells nothing new.

    Who left another household for this record brings along what they themselves asked for.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        kept = await store.cards.put(card)
        if card.came_from_family_id and card.came_with_account_id:
            await store.topics.move(
                card.came_from_family_id, card.family_id, by=card.came_with_account_id
            )
        return kept
