"""For whom a place is asked: the asker's own family, or one that rang its agency."""

from uuid import UUID

from kernel.ask import Ask
from kernel.refusal import Refused
from services.events.access import ACCESS, Permit
from services.events.model.event import Event
from services.events.model.family import FamilyHere
from services.events.model.place import Party, Passed
from services.events.refusals import Why
from services.events.states.topics import VERIFIED_STAGES
from services.events.store.whole import Whole

AGE_BANDS = frozenset({"0-1", "2-3", "4-5", "6-8", "9-11", "12-15", "16-25"})
ADULTS_MAX, CHILDREN_MAX = 10, 15


async def family_for(ask: Ask[Whole], store: Whole, family: UUID | None) -> FamilyHere:
    """The family that is booked for. Staff say which; a family's adult has one.

    Refuses: FAMILY_NEEDED, NOT_FOUND, NOT_ALLOWED, NOT_YET_KNOWN_HERE.
    """
    wanted = family or ask.actor.household
    if wanted is None:
        raise Refused(Why.FAMILY_NEEDED, field="family")
    found = (await store.cards.families([wanted])).get(wanted)
    if found is None and family is None:
        raise Refused(Why.NOT_YET_KNOWN_HERE)
    ACCESS.require(ask.actor, Permit.BOOK, found)
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


def check_may_come(family: FamilyHere, event: Event) -> None:
    """Refuses: NOT_VERIFIED."""
    if why_not_eligible(family, event) is not None:
        raise Refused(Why.NOT_VERIFIED)


def why_not_eligible(family: FamilyHere | None, _event: Event) -> Passed | None:
    """What keeps a family from an event whatever is free; asked again when a place is offered."""
    if family is None or family.stage not in VERIFIED_STAGES:
        return Passed.NOT_ELIGIBLE
    return None
