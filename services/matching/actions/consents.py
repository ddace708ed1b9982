"""Consents, one purpose at a time; and blocks, which a safeguarding lead keeps for a family."""

from kernel.ask import Ask
from kernel.messages import Purpose
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.cards import changed, tell_family
from services.matching.model.family import HouseholdAdult
from services.matching.model.ids import AdultId, AgencyId, FamilyId
from services.matching.refusals import Why
from services.matching.store.whole import Whole


async def give_consent(ask: Ask[Whole], *, adult: AdultId, purpose: Purpose) -> AdultId:
    """Say yes for one purpose: one's own, or recorded by staff who were told.

    Refuses: NOT_FOUND, NOT_ALLOWED, CONSENT_GIVEN_ALREADY.
    """
    async with ask.begin() as store:
        whose = await _whose(ask, store, adult)
        if not await store.consents.give(whose, purpose, at=ask.now):
            raise Refused(Why.CONSENT_GIVEN_ALREADY, field="purpose")
        await _tell(store, whose, "gave_consent", purpose)
        return adult


async def withdraw_consent(ask: Ask[Whole], *, adult: AdultId, purpose: Purpose) -> AdultId:
    """Take one yes back; the others stand (domain.md E46).

    Refuses: NOT_FOUND, NOT_ALLOWED, CONSENT_NOT_GIVEN.
    """
    async with ask.begin() as store:
        whose = await _whose(ask, store, adult)
        if not await store.consents.withdraw(adult, purpose, at=ask.now):
            raise Refused(Why.CONSENT_NOT_GIVEN, field="purpose")
        await _tell(store, whose, "withdrew_consent", purpose)
        return adult


async def block_family(ask: Ask[Whole], *, family: FamilyId, other: FamilyId) -> FamilyId:
    """Keep two families apart, silently and both ways, at the wish of `family` (E17).

    Refuses: NOT_FOUND (also for an `other` that does not exist), NOT_ALLOWED, SAME_FAMILY,
    BLOCKED_ALREADY.
    """
    async with ask.begin() as store:
        agency = await _blocks_for(ask, store, family, other)
        other_agency = await store.families.agency_keeping(other)
        if other_agency is None:
            raise Refused(Why.NOT_FOUND, field="other")
        if not await store.blocks.make(family, other, agencies=(agency, other_agency)):
            raise Refused(Why.BLOCKED_ALREADY, field="other")
        await _tell_both(store, family, other, "blocked_family")
        return family


async def unblock_family(ask: Ask[Whole], *, family: FamilyId, other: FamilyId) -> FamilyId:
    """Lift a block that `family` had made. Refuses: as `block_family`, and NOT_BLOCKED."""
    async with ask.begin() as store:
        await _blocks_for(ask, store, family, other)
        if not await store.blocks.lift(family, other):
            raise Refused(Why.NOT_BLOCKED, field="other")
        await _tell_both(store, family, other, "unblocked_family")
        return family


async def _whose(ask: Ask[Whole], store: Whole, adult: AdultId) -> HouseholdAdult:
    whose = await store.adults.household_adult(adult)
    ACCESS.require(ask.actor, Permit.GIVE_CONSENT, whose)
    assert whose is not None, "require refuses a missing thing"
    return whose


async def _tell(store: Whole, whose: HouseholdAdult, what: str, purpose: Purpose) -> None:
    """An adult at home may not write the family's row, so the system raises its version."""
    await store.turn.become_system(whose.agency)
    family = await store.families.touch(whose.family_id)
    assert family is not None, "an adult's family is kept by the adult's agency"
    await changed(
        store, family, what=what, facts={"adult": str(whose.adult_id), "purpose": purpose}
    )


async def _blocks_for(ask: Ask[Whole], store: Whole, family: FamilyId, other: FamilyId) -> AgencyId:
    """The agency that keeps the family. Refuses: NOT_FOUND, NOT_ALLOWED, SAME_FAMILY."""
    found = await store.families.family(family)
    ACCESS.require(ask.actor, Permit.BLOCK_FAMILIES, found)
    assert found is not None, "require refuses a missing thing"
    if family == other:
        raise Refused(Why.SAME_FAMILY, field="other")
    return found.agency


async def _tell_both(store: Whole, family: FamilyId, other: FamilyId, what: str) -> None:
    """Both cards change: a block works both ways. Each is raised as the system of its agency."""
    for one, facts in ((family, {"other": str(other)}), (other, None)):
        agency = await store.families.agency_keeping(one)
        await store.turn.become_system(agency)
        touched = await store.families.touch(one)
        assert touched is not None, "a family that is kept has a row"
        if facts is not None:
            await changed(store, touched, what=what, facts={**facts})
        else:
            await tell_family(store, touched)
