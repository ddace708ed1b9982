"""What each record would hold if an adult left: foreseen, and nothing of it kept (E32)."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.ask import Ask
from services.matching.access import ACCESS, Permit
from services.matching.actions.protected import write_down_reading
from services.matching.actions.reading import ChildSeen, adults_of, children_of
from services.matching.actions.request_reading import RequestSeen, requests_of
from services.matching.model.family import Adult
from services.matching.model.ids import AdultId, Outcode
from services.matching.model.leaving import GivenLeaving
from services.matching.model.protected import Reading
from services.matching.places.places import Places
from services.matching.store.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForeseen:
    """One household as it would be."""

    adults: Sequence[Adult]
    children: Sequence[ChildSeen]
    requests: Sequence[RequestSeen]
    outcode: Outcode
    area_label: str


@dataclass(frozen=True, slots=True)
class LeavingForeseen:
    stays: RecordForeseen
    leaves: RecordForeseen


async def foresee_leaving(
    ask: Ask[Whole], *, adult: AdultId, given: GivenLeaving
) -> LeavingForeseen | None:
    """Who and what would be in which record. None for who may not write it down, and for what
    would be refused: an adult alone, a child of somebody else, a place that there is not.
    """
    async with ask.read() as store:
        leaver = await store.adults.adult(adult)
        household = await store.families.family(leaver.family_id) if leaver else None
        may = ACCESS.allows(ask.actor, Permit.RECORD_LEAVING, household) if household else False
        area = store.places.area(given.outcode) if given.outcode else None
        places = store.places
    if not may or leaver is None or household is None or area is None:
        return None
    await write_down_reading(ask, Reading.LEAVING, [household.id])
    adults = (await adults_of(ask, [household.id]))[household.id]
    children = (await children_of(ask, [household.id]))[household.id]
    requests = (await requests_of(ask, [household.id]))[household.id]
    here = {one.child.id for one in children}
    if len(adults) < 2 or not given.going | given.both <= here:
        return None
    own = [one for one in requests if one.request.adult_id == adult]
    return LeavingForeseen(
        stays=RecordForeseen(
            adults=[one for one in adults if one.id != adult],
            children=[one for one in children if one.child.id not in given.going - given.both],
            requests=[one for one in requests if one not in own],
            outcode=household.outcode,
            area_label=_label(places, household.outcode),
        ),
        leaves=RecordForeseen(
            adults=[one for one in adults if one.id == adult],
            children=[one for one in children if one.child.id in given.going | given.both],
            requests=own,
            outcode=area.outcode,
            area_label=area.label,
        ),
    )


def _label(places: Places, outcode: Outcode) -> str:
    return places.areas[outcode].label
