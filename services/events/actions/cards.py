"""Take in what the register says of families."""

from uuid import UUID

from kernel.ask import Ask
from kernel.messages import FamilyCard
from services.events.access import ACCESS, Permit
from services.events.actions.membership import leave_what_is_not_theirs
from services.events.actions.swapping import end_swaps_beside
from services.events.store.whole import Whole


async def record_family_card(ask: Ask[Whole], card: FamilyCard) -> bool:
    """Keep the newest card of a family. False when it tells nothing new.

    Who left another household for this record brings along what they themselves asked for.

    Refuses: NOT_ALLOWED.
    """
    ACCESS.require_role(ask.actor, Permit.CARRY)
    async with ask.begin() as store:
        kept = await store.cards.put(card)
        if kept:
            await store.invites.put_placed(card.family_id, card.placed_on)
        if card.came_from_family_id and card.came_with_account_id:
            await _bring_along(store, card, card.came_from_family_id, card.came_with_account_id)
        if kept and card.blocked_family_ids:
            await end_swaps_beside(store, card.family_id)
        if kept:
            await leave_what_is_not_theirs(store, card)
        return kept


async def _bring_along(store: Whole, card: FamilyCard, household: UUID, by: UUID) -> None:
    # What families asked for is an agency's: the worker sees it for one at a time.
    await store.turn.become_system(card.agency)
    await store.topics.move(household, card.family_id, by=by)
    await store.leavers.lock_events(household, by=by)
    await store.leavers.move_places(household, card.family_id, by=by)
    await store.leavers.end_calendar(household, by=by)
    await store.leavers.move_askings(household, card.family_id, reference=card.reference, by=by)
    for _, agency in await store.groups.of_family(household):
        await store.turn.become_system(agency)
        await store.leavers.move_groups(household, card.family_id, by=by)
