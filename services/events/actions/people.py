"""For whom a place is asked: the asker's own family, or one that rang its agency."""

from collections.abc import Iterable
from uuid import UUID

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.place import Party
from services.events.refusals import Why
from services.events.store.whole import Whole

AGE_BANDS = frozenset({"0-1", "2-3", "4-5", "6-8", "9-11", "12-15", "16-25"})
ADULTS_MAX, CHILDREN_MAX = 10, 15


async def family_for(
    ask: Ask[Whole], store: Whole, family: UUID | None, *, permit: Permit = Permit.BOOK
) -> FamilyHere:
    """The family that something is asked for. Staff say which; a family's adult has one.

    Refuses: FAMILY_NEEDED, NOT_FOUND, NOT_ALLOWED, NOT_YET_KNOWN_HERE.
    """
    wanted = family or ask.actor.household
    if wanted is None:
        raise Refused(Why.FAMILY_NEEDED, field="family")
    found = await store.cards.family(wanted)
    if found is None and family is None:
        raise Refused(Why.NOT_YET_KNOWN_HERE)
    ACCESS.require(ask.actor, permit, found)
    assert found is not None, "required above"
    return found


def check_party(party: Party) -> None:
    """Refuses: NOBODY_COMES, PARTY_TOO_LARGE, AGE_BAND_NOT_KNOWN."""
    if party.adults < 0 or party.heads < 1:
        raise Refused(Why.NOBODY_COMES, field="party")
    if party.adults > ADULTS_MAX or len(party.children) > CHILDREN_MAX:
        raise Refused(Why.PARTY_TOO_LARGE, field="party")
    if not AGE_BANDS.issuperset(party.children):
        raise Refused(Why.AGE_BAND_NOT_KNOWN, field="party")


def check_ages(event: Event, children: Iterable[str]) -> None:
    """Where an event is for children of some ages, others are not booked. Refuses: AGE_NOT_HERE."""
    if not suits_ages(event, children):
        ages = " or ".join(sorted(event.age_bands, key=_youngest))
        raise Refused(Why.AGE_NOT_HERE, field="party", ages=ages)


def _youngest(band: str) -> int:
    return int(band.partition("-")[0])


def suits_ages(event: Event, children: Iterable[str]) -> bool:
    return not event.age_bands or set(event.age_bands).issuperset(children)
