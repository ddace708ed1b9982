"""A second person in the world of `conserved`: what waits for one, and when it is wanted at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any
from uuid import uuid5

from kernel.access import Actor
from kernel.ask import Ask
from services.events.actions.agreeing import move_override
from services.events.actions.giving import place_settings, set_place_settings
from services.events.actions.overrides import overrides_asked
from services.events.actions.running import set_places
from services.events.model.given import GivenPlaces
from services.events.model.ids import EventId, OverrideId
from services.events.model.override import GOVERNED
from services.events.states.overrides import OverrideMove
from tests.events.programme import NAMES, OMAR

ODA = replace(OMAR, account=uuid5(NAMES, "oda"))
ADI = replace(OMAR, role="agency_admin", account=uuid5(NAMES, "adi"))
DEEDS_OF_TWO = (
    "asked_override",
    "agreed_to_override",
    "declined_override",
    "took_back_override",
    "lapsed_override",
    "set_place_settings",
)
"""By the audit's words; no family is told of them."""


async def with_a_second(by: Callable[[Actor], Ask[Any]], event: EventId, chance: Random) -> None:
    """The agency wants two people for its overrides from now on, or one; somebody settles what
    waits, mostly by a yes; or asks for a place over.
    """
    now = await place_settings(by(ADI))
    assert now is not None, "an admin reads them"
    found = await overrides_asked(by(ODA))
    if chance.random() < 0.2 or not now.extra_by_two:
        to = {name: chance.random() < 0.8 for name in GOVERNED.values()}
        await set_place_settings(by(ADI), given=replace(now, **to), why="Fairer")
    elif found and chance.random() < 0.7:
        await _settle(by, chance.choice(found).asked.id, chance)
    else:
        async with by(OMAR).read() as store:
            kept = await store.events.event(event)
        given = GivenPlaces(capacity=kept.capacity, extra=kept.extra + 1, room_max=kept.room_max)
        await set_places(by(OMAR), event=event, given=given, reason="A cousin comes")


async def _settle(by: Callable[[Actor], Ask[Any]], one: OverrideId, chance: Random) -> None:
    who = chance.choice((ODA, ODA, ADI, OMAR))
    moves = (OverrideMove.AGREE, OverrideMove.AGREE, OverrideMove.DECLINE)
    move = OverrideMove.TAKE_BACK if who == OMAR else chance.choice(moves)
    await move_override(by(who), override=one, move=move, reason="The room is small")
