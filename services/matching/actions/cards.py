"""What other services are told of a family: its whole card, in the transaction of the change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from kernel.audit import record
from kernel.messages import ChildHere, FamilyCard, Service, SpanHere
from kernel.outbox import tell
from services.matching.model.days import day_of
from services.matching.model.family import AgencySpan, Basis, Child, Family, Stage
from services.matching.model.words import AgeBand
from services.matching.rules.road import BANDS, age_band
from services.matching.store.whole import Whole

LATELY = timedelta(weeks=52)
"""For how long events may ask: the most weeks after a placement that one invites."""


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
    await tell(store.turn, Service.EVENTS, card)
    await tell(store.turn, Service.NOTIFY, without_places(card))


async def card_of(store: Whole, family: Family) -> FamilyCard:
    """The card as it stands; read as the system of the family's agency."""
    children = await store.children.of_families([family.id])
    consents = await store.consents.of_families([family.id])
    spans = await store.spans.of_families([family.id])
    today = day_of(store.turn.now)
    came_from = await store.households.came_from(family.id)
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
        children=[
            child_here(child, [span for span in spans if span.child_id == child.id], today)
            for child in children
        ],
        lives_with=store.places.councils[family.council].desk,
        approved_by=next((span.desk for span in spans if span.child_id is None), None),
        placed_on=None if family.protected else lately_placed(family, children, today),
        came_from_family_id=came_from[0] if came_from else None,
        came_with_account_id=came_from[1] if came_from else None,
    )


def without_places(card: FamilyCard) -> FamilyCard:
    """For notify, which needs nothing of who answers where."""
    return replace(card, children=[], lives_with=None, approved_by=None, placed_on=None)


def lately_placed(family: Family, children: Sequence[Child], today: date) -> date | None:
    """When the latest child was placed; None once that is a year ago or the placement is over."""
    if family.stage not in (Stage.PLACED, Stage.ORDER_GRANTED):
        return None
    latest = max((child.placed_on for child in children if child.placed_on), default=None)
    return latest if latest and latest > today - LATELY else None


def child_here(child: Child, spans: Sequence[AgencySpan], today: date) -> ChildHere:
    """A child's spans from today on. A day that is past stays in the register."""
    placing = next((span.desk for span in spans if span.basis is Basis.PLACING), None)
    return ChildHere(
        age_band=band_of(child.birth_month, today),
        spans=[
            SpanHere(
                desk=span.desk,
                from_on=span.from_on if span.from_on > today else None,
                until_on=span.until_on,
            )
            for span in spans
            if span.until_on is None or span.until_on > today
        ],
        adopted_through=placing if child.order_on else None,
        overseas=child.overseas,
    )


def band_of(birth_month: date, on: date) -> AgeBand:
    """How the child's age is told outside the family's own agency."""
    return BANDS[age_band(birth_month, on)]
