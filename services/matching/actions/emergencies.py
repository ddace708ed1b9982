"""Emergency access: let in with a reason, every reading written down, the leads told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind, Role
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions import checks
from services.matching.actions.notices import tell_safeguarding_leads
from services.matching.actions.protected import write_down_reading
from services.matching.model.emergency import (
    EMERGENCY_LASTS,
    AdultInEmergency,
    Emergency,
    EmergencyListed,
    EmergencyState,
)
from services.matching.model.family import Family
from services.matching.model.ids import AccountId, AgencyId, EmergencyId, FamilyId
from services.matching.model.protected import Reading
from services.matching.places.places import Council
from services.matching.refusals import Why
from services.matching.store.whole import Whole

SENTENCE_LETTERS_MIN = 20
SENTENCE_WORDS_MIN = 4


@dataclass(frozen=True, slots=True)
class EmergencySeen:
    listed: EmergencyListed
    state: EmergencyState


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyInEmergency:
    """What reaching a family takes, and nothing more of it."""

    emergency: Emergency
    family: Family
    area_label: str
    council: Council
    adults: Sequence[AdultInEmergency]


async def open_in_emergency(ask: Ask[Whole], *, family: str, reason: str) -> EmergencyId:
    """Let the asker in to one family for thirty minutes, and tell the safeguarding leads.

    `family` is its whole reference, or the whole name of one of its adults. Refuses: NOT_ALLOWED,
    EMERGENCY_REASON_SHORT, WORDS_MISSING, WORDS_TOO_LONG, NOT_FOUND (another agency's too),
    EMERGENCY_NOT_NEEDED, EMERGENCY_SEVERAL.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.OPEN_IN_EMERGENCY)
        actor = ask.actor
        assert actor.agency is not None, "the grant wants an agency"
        assert actor.account is not None, "whoever has an agency is signed in"
        why = _sentence(reason)
        called = " ".join(family.split())
        in_sight = await store.emergencies.families_called(called)
        await store.turn.become_system(actor.agency)
        opened = Emergency(
            id=EmergencyId(uuid4()),
            agency=AgencyId(actor.agency),
            family_id=_the_one(await store.emergencies.families_called(called), in_sight),
            account_id=AccountId(actor.account),
            role=Role(actor.role),
            reason=why,
            from_at=ask.now,
            until_at=ask.now + EMERGENCY_LASTS,
            ended_at=None,
        )
        await store.emergencies.open(opened)
        await _note(store, "opened_in_emergency", opened, why=why)
        await tell_safeguarding_leads(
            store, NoticeKind.EMERGENCY_OPENED, agency=opened.agency, subject=opened.id
        )
        return opened.id


async def family_in_emergency(ask: Ask[Whole], emergency: EmergencyId) -> FamilyInEmergency | None:
    """None unless the asker's own access is open now. The reading is written down as it is done."""
    if not ACCESS.allows(ask.actor, Permit.OPEN_IN_EMERGENCY):
        return None
    async with ask.begin() as store:
        kept = await store.emergencies.emergency(emergency)
        if kept is None:
            return None
        await store.emergencies.look_through(emergency)
        family = await store.families.family(kept.emergency.family_id)
        assert family is not None, "an access that is open shows its family"
        await _note(store, "read_in_emergency", kept.emergency, why=kept.emergency.reason)
        return FamilyInEmergency(
            emergency=kept.emergency,
            family=family,
            area_label=store.places.areas[family.outcode].label,
            council=store.places.councils[family.council],
            adults=await store.emergencies.adults(family.id),
        )


async def emergencies_page(
    ask: Ask[Whole], *, after: tuple[datetime, EmergencyId] | None, limit: int
) -> tuple[list[EmergencySeen], int]:
    """Newest first, and how many: all of the agency's to a safeguarding lead, to whoever may ask
    for one their own that are open.
    """
    if not ACCESS.allows(ask.actor, Permit.SEE_EMERGENCIES):
        return [], 0
    async with ask.read() as store:
        page = await store.emergencies.page(after=after, limit=limit)
        seen = [EmergencySeen(one, one.emergency.state(ask.now)) for one in page]
        total = await store.emergencies.count()
    named = [one.emergency.family_id for one in page[: limit - 1] if one.reference]
    await write_down_reading(ask, Reading.EMERGENCIES, named)
    return seen, total


async def emergency_seen(ask: Ask[Whole], emergency: EmergencyId) -> EmergencySeen | None:
    if not ACCESS.allows(ask.actor, Permit.SEE_EMERGENCIES):
        return None
    async with ask.read() as store:
        kept = await store.emergencies.emergency(emergency)
        return EmergencySeen(kept, kept.emergency.state(ask.now)) if kept else None


async def end_emergency(ask: Ask[Whole], *, emergency: EmergencyId) -> EmergencyId:
    """Shut it before its time. Refuses: NOT_FOUND, NOT_ALLOWED, EMERGENCY_OVER."""
    async with ask.begin() as store:
        kept = await store.emergencies.emergency(emergency)
        ACCESS.require(ask.actor, Permit.END_EMERGENCY, kept.emergency if kept else None)
        assert kept is not None, "require refuses a missing thing"
        assert ask.actor.account is not None, "a safeguarding lead is signed in"
        by = AccountId(ask.actor.account)
        if not await store.emergencies.end(emergency, by=by, at=ask.now):
            raise Refused(Why.EMERGENCY_OVER)
        await _note(store, "ended_emergency", kept.emergency)
        return emergency


def _sentence(reason: str) -> str:
    """The reason, long enough to judge it by."""
    kept = checks.needed_words(reason, longest=checks.REASON_LETTERS_MAX, field="reason")
    if len(kept) < SENTENCE_LETTERS_MIN or len(kept.split()) < SENTENCE_WORDS_MIN:
        raise Refused(Why.EMERGENCY_REASON_SHORT, field="reason")
    return kept


def _the_one(called: set[FamilyId], in_sight: set[FamilyId]) -> FamilyId:
    """The one family of that name that the asker could not open anyway."""
    hidden = called - in_sight
    if not called:
        raise Refused(Why.NOT_FOUND, field="family")
    if not hidden:
        raise Refused(Why.EMERGENCY_NOT_NEEDED, field="family")
    if len(hidden) > 1:
        raise Refused(Why.EMERGENCY_SEVERAL, field="family")
    return hidden.pop()


async def _note(store: Whole, what: str, emergency: Emergency, why: str | None = None) -> None:
    await record(
        store.turn,
        what=what,
        why=why,
        subject=emergency.family_id,
        facts={"emergency": str(emergency.id)},
    )
