"""Keeping who answers for each child true: with each change, and each day as time goes on."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid5

from kernel.ask import Ask
from kernel.audit import record
from kernel.messages import NoticeKind
from services.matching.access import ACCESS, Permit
from services.matching.actions.cards import changed
from services.matching.actions.notices import Notice, tell_adult
from services.matching.model.agency_settings import ANNIVERSARY_DAYS
from services.matching.model.days import day_of, end_of
from services.matching.model.family import AgencySpan, Child, Family, Stage
from services.matching.model.ids import AgencyId, CouncilCode, DeskCode, FamilyId
from services.matching.places.places import Places
from services.matching.rules.responsibility import NOTICE_DAYS, Answerer, Homes, spans_of
from services.matching.store.whole import Whole

NOT_WRITTEN_TO = frozenset({Stage.WITHDREW, Stage.NOT_APPROVED, Stage.PLACEMENT_ENDED})


async def answer_anew(store: Whole, family: Family) -> bool:
    """Write who answers for each child from what is known now. Hold the family first.

    Returns whether anything changed.
    """
    today = day_of(store.turn.now)
    kept = await store.spans.of_families([family.id])
    settings = await store.agency_settings.in_force(family.agency)
    days = settings.number(ANNIVERSARY_DAYS)
    written = []
    for child in await store.children.of_families([family.id]):
        before = [span for span in kept if span.child_id == child.id]
        homes = homes_of(child, family, store.places)
        spans = spans_of(child, homes, kept=before, today=today, anniversary_days=days)
        written.append(await store.spans.write(child.id, spans, kept_by=family.agency, today=today))
    return any(written)


async def responsibility_due(ask: Ask[Whole]) -> Sequence[tuple[FamilyId, AgencyId]]:
    """Families of any agency for whom the rule has something to do today: ids only."""
    async with ask.read() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        return await store.spans.due()


async def keep_responsibility(ask: Ask[Whole], family_id: FamilyId) -> None:
    """Move on who answers for the family's children, and tell them 90 days before.

    Safe to call twice: each telling and each beginning is marked. Source: domain.md D2, A4a.
    """
    async with ask.begin() as store:
        ACCESS.require_role(ask.actor, Permit.KEEP_TIME)
        family = await store.families.touch(family_id)
        if family is None:
            return
        today = day_of(ask.now)
        await answer_anew(store, family)
        soon = await store.spans.to_tell(family_id, until=today + timedelta(days=NOTICE_DAYS))
        begun = await store.spans.begin(family_id, today=today)
        before = await store.spans.of_families([family_id])
        for span in begun:
            await _write_down(store, family, span, before)
        coming = [span for span in soon if span.from_on > today and _is_another(span, before)]
        if coming and family.stage not in NOT_WRITTEN_TO:
            await _tell(store, family, min(coming, key=lambda span: span.from_on))
        await changed(store, family, what="kept_responsibility")


def homes_of(child: Child, family: Family, places: Places) -> Homes:
    return Homes(
        keeper=Answerer(agency=family.agency, desk=DeskCode(family.agency)),
        placing=_answerer(places, child.placing_council) if child.placing_council else None,
        living=_answerer(places, family.council),
    )


def _answerer(places: Places, council: CouncilCode) -> Answerer:
    found = places.councils[council]
    return Answerer(agency=found.agency, desk=found.desk)


def _is_another(span: AgencySpan, every: Sequence[AgencySpan]) -> bool:
    """Whether the family will ring somebody else than before: often the agency is the same."""
    return all(
        one.desk != span.desk
        for one in every
        if one.child_id == span.child_id and one.until_on == span.from_on
    )


async def _tell(store: Whole, family: Family, span: AgencySpan) -> None:
    """Each adult who has a login, once for the day, however many children it is about."""
    subject = uuid5(family.id, f"responsibility from {span.from_on}")
    notice = Notice(NoticeKind.RESPONSIBILITY_MOVES, subject, answer_by=end_of(span.from_on))
    for adult in await store.adults.of_families([family.id]):
        await tell_adult(store, adult.id, notice)
    facts: dict[str, str | int] = {"on": span.from_on.isoformat(), "to": span.agency}
    await record(
        store.turn,
        what="told_responsibility_moves",
        agency=family.agency,
        subject=family.id,
        facts=facts,
    )


async def _write_down(
    store: Whole, family: Family, span: AgencySpan, every: Sequence[AgencySpan]
) -> None:
    before = [
        one.agency
        for one in every
        if one.child_id == span.child_id and one.until_on == span.from_on
    ]
    await record(
        store.turn,
        what="responsibility_moved",
        agency=family.agency,
        subject=family.id,
        facts={
            "child": str(span.child_id),
            "from": before[0] if before else "",
            "to": span.agency,
        },
    )
