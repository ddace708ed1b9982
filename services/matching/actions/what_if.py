"""What would come of one mentor more, more room or other limits: on a copy, kept nowhere.

It is worked out as a run is, so who is protected, blocked or set apart counts as in a run, and is
told as little. A mentor who is not there is tried with none of these (`trying.compared`).
"""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from kernel.ask import Ask
from kernel.refusal import Refused
from services.matching.access import ACCESS, Permit
from services.matching.actions.pairs_today import snapshot_today
from services.matching.actions.run_settings import require_in_bounds
from services.matching.actions.tasks import COMPARE
from services.matching.actions.thinking import try_out
from services.matching.model.days import day_of
from services.matching.model.family import Stage
from services.matching.model.ids import AgencyId, FamilyId, MentorId
from services.matching.model.mentor import MentorState, Requirement, RequirementKind
from services.matching.model.snapshot import Home, Mentor, Snapshot
from services.matching.model.what_if import Compared, OneMore, WhatIf
from services.matching.model.words import Channel, Language
from services.matching.places.places import Places
from services.matching.refusals import Why
from services.matching.solver.trying import Asked, Changed
from services.matching.store.whole import Whole

NAMES = UUID("6c9e5d0a-6a5b-4c07-9f3e-2f6f7f3a54d1")
CAPACITY_MOST, ROOM_MOST = 12, 12
YEARS_SINCE_ORDER, CHILD_YEARS = 5, 10
"""Of the mentor who is not there: an order five years ago, a child of ten, by phone or video."""


async def what_if(ask: Ask[Whole], *, change: WhatIf) -> Compared | None:
    """Today's people matched from nothing, as things are and with the change.

    None for who may not decide about pairs. Refuses: SETTING_OUT_OF_RANGE, CAPACITY_OUT_OF_RANGE,
    OUTCODE_UNKNOWN, NOT_FOUND (a mentor who is not there), and what `try_out` refuses.
    """
    if not ACCESS.allows(ask.actor, Permit.WHAT_IF) or ask.actor.agency is None:
        return None
    require_in_bounds(change.figures)
    _require_points(change)
    agency = AgencyId(ask.actor.agency)
    async with ask.read() as store:
        settings = await store.runs.settings(agency)
        await store.turn.become_system(agency)
        snapshot = await snapshot_today(store, agency, day_of(ask.now), afresh=True)
        changed = _changed(snapshot, change, store.places)
        gate = store.recent.trying
    figures = replace(settings, **change.figures)  # type: ignore[arg-type]  # whole numbers by name
    question = Changed(
        now=Asked(snapshot=snapshot, settings=settings),
        then=Asked(snapshot=changed, settings=figures),
        imagined=imagined_id(change.one_more) if change.one_more else None,
    )
    return await try_out(COMPARE, question, changed, gate)


def imagined_id(one: OneMore) -> MentorId:
    """The same mentor imagined again has the same id, so that the draw falls alike."""
    words = f"{one.outcode} {one.programme} {sorted(one.topics)} {sorted(one.slots)}"
    return MentorId(uuid5(NAMES, words))


def _require_points(change: WhatIf) -> None:
    one, more = change.one_more, change.more_room
    if (one is not None and not 1 <= one.capacity_points <= CAPACITY_MOST) or (
        more is not None and not 1 <= more[1] <= ROOM_MOST
    ):
        raise Refused(Why.CAPACITY_OUT_OF_RANGE, field="points")


def _changed(snapshot: Snapshot, change: WhatIf, places: Places) -> Snapshot:
    mentors = list(snapshot.mentors)
    if change.more_room is not None:
        who, points = change.more_room
        if all(one.mentor_id != who for one in mentors):
            raise Refused(Why.NOT_FOUND, field="mentor")
        mentors = [
            replace(one, capacity_points=one.capacity_points + points)
            if one.mentor_id == who
            else one
            for one in mentors
        ]
    if change.one_more is not None:
        if places.area(change.one_more.outcode) is None:
            raise Refused(Why.OUTCODE_UNKNOWN, field="outcode")
        mentors.append(imagined(change.one_more, snapshot, places))
    return replace(snapshot, mentors=tuple(mentors))


def imagined(one: OneMore, snapshot: Snapshot, places: Places) -> Mentor:
    who, on = imagined_id(one), snapshot.on
    return Mentor(
        mentor_id=who,
        home=_home(one, snapshot, places),
        state=MentorState.ACTIVE,
        requirements=tuple(
            Requirement(mentor_id=who, kind=kind, met_on=on, expires_on=None, seen_by="-")
            for kind in RequirementKind
        ),
        open_concern=False,
        programmes=frozenset({one.programme}),
        topics=one.topics,
        not_able_to_support=frozenset(),
        channels=frozenset({Channel.PHONE, Channel.VIDEO}),
        identities=frozenset(),
        capacity_points=one.capacity_points,
        load_points=0,
        travel_minutes_max=0,
        lends_to_other_agencies=False,
    )


def _home(one: OneMore, snapshot: Snapshot, places: Places) -> Home:
    area = places.areas[one.outcode]
    return Home(
        family_id=FamilyId(imagined_id(one)),
        agency=snapshot.agency,
        outcode=area.outcode,
        council=places.councils_of(area.outcode)[0].code,
        easting_m=area.easting_m,
        northing_m=area.northing_m,
        protected=False,
        stage=Stage.ORDER_GRANTED,
        stage_on=_years_before(snapshot.on, YEARS_SINCE_ORDER),
        child_birth_months=(_years_before(snapshot.on, CHILD_YEARS).replace(day=1),),
        forms=frozenset(),
        languages=frozenset({Language.ENGLISH}),
        slots=one.slots,
        access_needs=frozenset(),
    )


def _years_before(on: date, years: int) -> date:
    return date(on.year - years, on.month, min(on.day, 28))
