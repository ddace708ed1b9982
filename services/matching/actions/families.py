"""Adding and correcting families, their adults and children; and reading them."""

from collections.abc import Sequence
from datetime import date

from kernel.access import Actor
from kernel.ask import Ask
from kernel.messages import Role
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.cards import changed
from services.matching.actions.moves import require_move
from services.matching.actions.responsibility import answer_anew
from services.matching.model.days import day_of
from services.matching.model.family import Family, Stage
from services.matching.model.given import GivenAdult, GivenChild, GivenFamily, GivenStage
from services.matching.model.ids import AdultId, AgencyId, ChildId, FamilyId
from services.matching.refusals import Why
from services.matching.states.by import By
from services.matching.states.families import STAGE, StageMove
from services.matching.store.whole import Whole

ADULTS_MAX = 4
CHILDREN_MAX = 12


async def add_family(
    ask: Ask[Whole], *, given: GivenFamily, stage: GivenStage, adults: Sequence[GivenAdult]
) -> FamilyId:
    """Put a family on the register of the asker's agency, with the adults who live in it.

    Refuses: NOT_ALLOWED; what `checks` refuses; NAME_MISSING without an adult; TOO_MANY_ADULTS.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_FAMILY)
        today = day_of(ask.now)
        place = checks.place_of(given, store.places)
        checks.family_given(given)
        checks.past_day(stage.stage_on, today=today, field="stageOn")
        people = [checks.adult_given(adult) for adult in adults]
        if not people:
            raise Refused(Why.NAME_MISSING, field="adults")
        if len(people) > ADULTS_MAX:
            raise Refused(Why.TOO_MANY_ADULTS, field="adults")
        agency = AgencyId(ask.actor.agency or "")
        await store.families.hold_numbers(agency)
        family = await store.families.add(given, place, stage, agency=agency)
        for person in people:
            await store.adults.add(family.id, agency, person)
        await store.spans.open(family.id, agency=agency, from_on=today)
        await changed(store, family, what="added_family")
        return family.id


async def correct_family(ask: Ask[Whole], *, family: FamilyId, given: GivenFamily) -> FamilyId:
    """Write the family's facts anew. Protecting one is any keeper's; lifting it is not.

    Refuses: NOT_FOUND, NOT_ALLOWED; what `checks` refuses.
    """
    async with ask.begin() as store:
        before = await _kept(ask, store, family)
        place = checks.place_of(given, store.places)
        checks.family_given(given)
        if before.protected and not given.protected:
            ACCESS.require(ask.actor, Permit.PROTECT_FAMILY, before)
        after = await store.families.correct(family, given, place)
        assert after is not None, "the row was there in this transaction"
        if after.council != before.council:
            await answer_anew(store, after)
        await changed(
            store, after, what="corrected_family", facts={"protected": int(after.protected)}
        )
        return family


async def move_stage(
    ask: Ask[Whole], *, family: FamilyId, to: Stage, on: date, reason: str | None
) -> FamilyId:
    """Record a new stage: onward by staff; back only as an agency admin's correction, with why.

    Refuses: NOT_FOUND, NOT_ALLOWED, DATE_IN_FUTURE, STAGE_NOT_NEXT, STAGE_BACK_BY_ADMIN,
    REASON_MISSING, DATES_OUT_OF_ORDER (onward, before the stage it follows).
    """
    async with ask.begin() as store:
        before = await _kept(ask, store, family)
        checks.past_day(on, today=day_of(ask.now), field="on")
        why = checks.reason(reason)
        if _goes_back(ask.actor, before, to):
            if why is None:
                raise Refused(Why.REASON_MISSING, field="reason")
        else:
            checks.in_order(before.stage_on, on, field="on")
        after = await store.families.move_stage(family, now=before.stage, to=to, on=on)
        if after is None:
            raise Refused(Why.STAGE_NOT_NEXT, field="to", now=_said(before.stage), to=_said(to))
        facts: dict[str, str | int] = {"from": before.stage, "to": to}
        await changed(store, after, what="moved_stage", why=why, facts=facts)
        return family


async def add_adult(ask: Ask[Whole], *, family: FamilyId, given: GivenAdult) -> AdultId:
    """Refuses: NOT_FOUND, NOT_ALLOWED, TOO_MANY_ADULTS; what `checks.adult_given` refuses."""
    async with ask.begin() as store:
        kept = await _held(ask, store, family)
        person = checks.adult_given(given)
        if len(await store.adults.of_families([family])) >= ADULTS_MAX:
            raise Refused(Why.TOO_MANY_ADULTS)
        adult = await store.adults.add(family, kept.agency, person)
        await changed(store, kept, what="added_adult", facts={"adult": str(adult.id)})
        return adult.id


async def correct_adult(ask: Ask[Whole], *, adult: AdultId, given: GivenAdult) -> AdultId:
    """Refuses: NOT_FOUND, NOT_ALLOWED; what `checks.adult_given` refuses."""
    async with ask.begin() as store:
        found = await store.adults.adult(adult)
        kept = await _held(ask, store, found.family_id if found else None)
        if not await store.adults.rename(adult, checks.adult_given(given)):
            raise Refused(Why.NOT_FOUND)
        await changed(store, kept, what="corrected_adult", facts={"adult": str(adult)})
        return adult


async def add_child(ask: Ask[Whole], *, family: FamilyId, given: GivenChild) -> ChildId:
    """Refuses: NOT_FOUND, NOT_ALLOWED, TOO_MANY_CHILDREN; what `checks.child_given` refuses."""
    async with ask.begin() as store:
        kept = await _held(ask, store, family)
        today = day_of(ask.now)
        born = checks.child_given(given, today=today, places=store.places)
        if len(await store.children.of_families([family])) >= CHILDREN_MAX:
            raise Refused(Why.TOO_MANY_CHILDREN)
        child = await store.children.add(family, kept.agency, born)
        await answer_anew(store, kept)
        await changed(store, kept, what="added_child", facts={"child": str(child.id)})
        return child.id


async def correct_child(ask: Ask[Whole], *, child: ChildId, given: GivenChild) -> FamilyId:
    """Returns the child's family.

    Refuses: NOT_FOUND, NOT_ALLOWED; what `checks.child_given` refuses.
    """
    async with ask.begin() as store:
        found = await store.children.child(child)
        kept = await _held(ask, store, found.family_id if found else None)
        today = day_of(ask.now)
        born = checks.child_given(given, today=today, places=store.places)
        await store.children.correct(child, born)
        await answer_anew(store, kept)
        await changed(store, kept, what="corrected_child", facts={"child": str(child)})
        return kept.id


async def _kept(ask: Ask[Whole], store: Whole, family: FamilyId) -> Family:
    """The family, if the asker may change it. Refuses: NOT_FOUND, NOT_ALLOWED, FAMILY_ERASED."""
    found = await store.families.family(family)
    ACCESS.require(ask.actor, Permit.KEEP_FAMILY, found)
    assert found is not None, "require refuses a missing thing"
    if await store.families.is_erased(family):
        raise Refused(Why.FAMILY_ERASED)
    return found


async def _held(ask: Ask[Whole], store: Whole, family: FamilyId | None) -> Family:
    """The family with its version raised and its row held. Refuses as `_kept`."""
    if family is None:
        raise Refused(Why.NOT_FOUND)
    await _kept(ask, store, family)
    held = await store.families.touch(family)
    assert held is not None, "the row was there in this transaction"
    return held


def _goes_back(actor: Actor, family: Family, to: Stage) -> bool:
    """True for a correction. Refuses what the table does not hold, or not for this asker."""
    move = StageMove(to.value)
    facts = {"now": _said(family.stage), "to": _said(to)}
    who = next((r.who for r in STAGE.rows if (r.source, r.move) == (family.stage, move)), None)
    if who is None:
        raise Refused(Why.STAGE_NOT_NEXT, field="to", **facts)
    if who is By.AGENCY_ADMIN and actor.role != Role.AGENCY_ADMIN:
        raise Refused(Why.STAGE_BACK_BY_ADMIN, field="to")
    require_move(STAGE, move, family.stage, asker=(actor, family), not_now=Why.STAGE_NOT_NEXT)
    return who is By.AGENCY_ADMIN


def _said(stage: Stage) -> str:
    return stage.replace("_", " ")
