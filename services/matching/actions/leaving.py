"""An adult leaves a household: a record of their own, and a wall between the two (E32, E33)."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from kernel.ask import Ask
from kernel.messages import NoticeKind, Service
from kernel.outbox import tell
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.cards import changed
from services.matching.actions.notices import tell_safeguarding_leads
from services.matching.actions.responsibility import answer_anew
from services.matching.actions.revoking import tell_revoked
from services.matching.model.days import day_of
from services.matching.model.family import Adult, Child, Family
from services.matching.model.given import GivenChild, GivenFamily, GivenStage
from services.matching.model.ids import AdultId, FamilyId
from services.matching.model.leaving import GivenLeaving, HouseholdLeft
from services.matching.refusals import Why
from services.matching.store.whole import Whole


async def leave_household(ask: Ask[Whole], *, adult: AdultId, given: GivenLeaving) -> FamilyId:
    """Give the adult a record of their own, from now on as apart from the one they left as any two
    families are. They keep their login, and what they alone asked for or gave; they sign in again.

    Returns the household that was left. Refuses: NOT_FOUND, NOT_ALLOWED, LAST_ADULT,
    CHILD_NOT_HERE, DATE_IN_FUTURE, WORDS_MISSING, WORDS_TOO_LONG; what `checks.place_of` refuses.
    """
    async with ask.begin() as store:
        leaver = await store.adults.adult(adult)
        household = await _held(ask, store, leaver)
        assert leaver is not None, "a missing one is refused"
        reason = await _checked(ask, store, household, given)
        home = await _new_home(ask, store, household, given)
        left = HouseholdLeft(
            id=uuid4(),
            agency=household.agency,
            adult_id=adult,
            from_family_id=household.id,
            to_family_id=home.id,
            left_on=given.left_on,
            reason=reason,
            keep_apart=given.keep_apart,
        )
        await store.households.record(left)
        await _part(store, leaver, home, given)
        await answer_anew(store, household)
        await answer_anew(store, home)
        await store.turn.become_system(household.agency)
        await _wall(store, household, home, given)
        await _sign_out(store, household, leaver)
        for family in (household, home):
            facts: dict[str, str | int] = {"adult": str(adult), "apart": int(given.keep_apart)}
            await changed(store, family, what="left_household", why=reason, facts=facts)
        if given.keep_apart:
            await tell_safeguarding_leads(
                store, NoticeKind.KEPT_APART, agency=household.agency, subject=household.id
            )
        return household.id


async def households_left(
    ask: Ask[Whole], families: Sequence[UUID]
) -> dict[UUID, list[HouseholdLeft]]:
    """What is written of each family's parting: to staff who keep the register, to nobody else."""
    async with ask.read() as store:
        if not ACCESS.allows(ask.actor, Permit.RECORD_LEAVING):
            return {}
        found = await store.households.left(families)
    return {
        family: [one for one in found if family in (one.from_family_id, one.to_family_id)]
        for family in families
    }


async def _held(ask: Ask[Whole], store: Whole, leaver: Adult | None) -> Family:
    family = await store.families.family(leaver.family_id) if leaver else None
    ACCESS.require(ask.actor, Permit.RECORD_LEAVING, family)
    held = await store.families.touch(family.id) if family else None
    assert held is not None, "a missing one is refused"
    return held


async def _checked(ask: Ask[Whole], store: Whole, household: Family, given: GivenLeaving) -> str:
    """The reason, with any postcode cut."""
    checks.past_day(given.left_on, today=day_of(ask.now), field="leftOn")
    if len(await store.adults.of_families([household.id])) < 2:
        raise Refused(Why.LAST_ADULT)
    here = {child.id for child in await store.children.of_families([household.id])}
    if not given.going | given.both <= here:
        raise Refused(Why.CHILD_NOT_HERE, field="children")
    return checks.needed_words(given.reason, longest=checks.REASON_LETTERS_MAX, field="reason")


async def _new_home(
    ask: Ask[Whole], store: Whole, household: Family, given: GivenLeaving
) -> Family:
    """As the household was, but for the place."""
    as_before = GivenFamily(
        outcode=given.outcode,
        council=given.council,
        forms=household.forms,
        languages=household.languages,
        access_needs=household.access_needs,
        slots=household.slots,
        protected=household.protected,
    )
    place = checks.place_of(as_before, store.places)
    await store.families.hold_numbers(household.agency)
    stage = GivenStage(stage=household.stage, stage_on=household.stage_on)
    home = await store.families.add(as_before, place, stage, agency=household.agency)
    await store.households.continue_version(home.id, household.version)
    await store.spans.open(home.id, agency=household.agency, from_on=day_of(ask.now))
    counted = await store.families.family(home.id)
    assert counted is not None, "just added"
    return counted


async def _part(store: Whole, leaver: Adult, home: Family, given: GivenLeaving) -> None:
    households = store.households
    await households.move_adult(leaver.id, home.id)
    await households.move_requests(leaver.id, home.id)
    await households.move_mentorings(leaver.id, home.id)
    await households.move_children(given.going - given.both, home.id)
    for child in await store.children.of_families([leaver.family_id]):
        if child.id in given.both:
            await store.children.add(home.id, home.agency, _as_given(child))


def _as_given(child: Child) -> GivenChild:
    return GivenChild(
        birth_month=child.birth_month,
        placed_on=child.placed_on,
        order_on=child.order_on,
        placing_council=child.placing_council,
        overseas=child.overseas,
    )


async def _wall(store: Whole, household: Family, home: Family, given: GivenLeaving) -> None:
    await store.households.copy_walls(household.id, home.id)
    await store.households.never_match(household.id, home.id)
    if given.keep_apart:
        agencies = (household.agency, home.agency)
        await store.blocks.make(household.id, home.id, agencies=agencies)


async def _sign_out(store: Whole, household: Family, leaver: Adult) -> None:
    """Their open sign-ins name the household that they left; what is told to them names theirs."""
    if leaver.account_id is None:
        return
    lines = await store.people_roles.end_sign_ins(leaver.account_id, None)
    await tell_revoked(store.turn, lines)
    for card in await store.account_cards.of_agency(household.agency, leaver.account_id):
        await tell(store.turn, Service.NOTIFY, card)
