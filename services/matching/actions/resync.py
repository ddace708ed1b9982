"""Tell other services all over again what they must know: after seeding, a restore, or a doubt.

Harmless at any time: a card that is not newer than the one held is ignored.
"""

from kernel.ask import Ask
from kernel.messages import Service
from kernel.outbox import tell
from services.matching.access import ACCESS, Permit
from services.matching.actions.agency_settings import card_of
from services.matching.actions.cards import tell_family
from services.matching.model.ids import AgencyId
from services.matching.store.whole import Whole

FAMILIES_IN_ONE_GO = 100


async def tell_all(ask: Ask[Whole]) -> int:
    """Tell every card of the agency that the worker asks for. Returns how many cards there were."""
    ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
    assert ask.actor.agency is not None, "the worker names an agency"
    agency = AgencyId(ask.actor.agency)
    async with ask.begin() as store:
        cards = await store.account_cards.of_agency(agency)
        for card in cards:
            await tell(store.turn, Service.NOTIFY, card)
        settings = await store.agency_settings.in_force(agency)
        if settings.version:
            await tell(store.turn, Service.NOTIFY, card_of(agency, settings))
    return len(cards) + bool(settings.version) + await _tell_families(ask)


async def _tell_families(ask: Ask[Whole]) -> int:
    """A hundred at a time, so that no transaction is long."""
    told, before = 0, None
    while True:
        async with ask.begin() as store:
            families = await store.families.page(
                search=None, stage=None, before=before, limit=FAMILIES_IN_ONE_GO
            )
            for family in families:
                await tell_family(store, family)
        told += len(families)
        if len(families) < FAMILIES_IN_ONE_GO:
            return told
        before = int(families[-1].reference.rpartition("-")[2])
