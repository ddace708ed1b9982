"""What other services are told of a family: its whole card, in the transaction of the change."""

from datetime import date

from kernel.audit import record
from kernel.messages import FamilyCard, Service
from kernel.outbox import tell
from services.matching.model.days import day_of
from services.matching.model.family import Family
from services.matching.model.words import AgeBand
from services.matching.rules.road import BANDS, age_band
from services.matching.store.whole import Whole

READERS = (Service.EVENTS, Service.NOTIFY)


async def changed(
    store: Whole,
    family: Family,
    *,
    what: str,
    why: str | None = None,
    facts: dict[str, str | int] | None = None,
) -> None:
    """Write down who changed the family, then tell its card. The last thing that an action does:
    from here on it sees as the system, because the card holds what the asker may not read.
    """
    await record(
        store.turn,
        what=what,
        why=why,
        agency=family.agency,
        subject=family.id,
        facts={"version": family.version, **(facts or {})},
    )
    await tell_family(store, family)


async def tell_family(store: Whole, family: Family) -> None:
    """Tell events and notify all that they may know of the family."""
    await store.turn.become_system(family.agency)
    card = await card_of(store, family)
    for reader in READERS:
        await tell(store.turn, reader, card)


async def card_of(store: Whole, family: Family) -> FamilyCard:
    """The card as it stands; read as the system of the family's agency."""
    children = await store.children.of_families([family.id])
    consents = await store.consents.of_families([family.id])
    today = day_of(store.turn.now)
    return FamilyCard(
        family_id=family.id,
        version=family.version,
        agency=family.agency,
        stage=family.stage,
        child_age_bands=[band_of(child.birth_month, today) for child in children],
        access_needs=sorted(family.access_needs),
        consents=sorted({given.purpose for given in consents if given.withdrawn_at is None}),
        blocked_family_ids=list(await store.blocks.of_family(family.id)),
        protected=family.protected,
        reference=family.reference,
    )


def band_of(birth_month: date, on: date) -> AgeBand:
    """How the child's age is told outside the family's own agency."""
    return BANDS[age_band(birth_month, on)]
