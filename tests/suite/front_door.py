"""For the access matrix: a request to be rung and an asking on record, of each household."""

from __future__ import annotations

from uuid import UUID

from kernel.access import Actor
from kernel.ask import Ask
from kernel.graph import Door
from services.events.actions.desks import ask_to_be_rung
from services.events.actions.eligibility import ask_to_come, rules_of_agency
from services.events.model.desks import BestTime, GivenCallBack
from services.events.model.eligibility import ServiceKind


async def front_door_of(door: Door, home: Actor, agency: str) -> dict[str, UUID]:
    """The ids under which the graph asks for them, by the name of the thing."""
    assert home.household is not None, "a household asks"
    ask = Ask(home, door.db, door.store_of)
    given = GivenCallBack(
        desk=agency,
        service=ServiceKind.COURSE,
        words="About a course",
        best_time=BestTime.MORNING,
        telephone="",
    )
    call_back = await ask_to_be_rung(ask, family=home.household, given=given)
    elsewhere = "OAWY"
    await ask_to_come(ask, family=home.household, service=ServiceKind.COURSE, agency=elsewhere)
    organiser = Actor("organiser", UUID(int=3), agency)
    rules = await rules_of_agency(Ask(organiser, door.db, door.store_of))
    return {"callBack": call_back, "eligibilityRule": rules[0].id}
