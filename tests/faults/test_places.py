"""Places, while site, workers and Redis are killed with -9: none is sold twice, what was answered
is there, and whoever waits is asked in the end.

`make faults SEEDS="7 8" KILLS=60` plays longer ones.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyCard
from kernel.settings import read
from services.events.actions.cards import record_family_card
from services.events.model.ids import EventId
from services.events.states.places import LIVE
from services.matching import main as matching
from services.suite.main import Settings
from tests.databases import Clock, Databases
from tests.events.programme import Desk
from tests.events.test_conserved import BROKEN
from tests.faults.killing import Client, Killed, hastened, together
from tests.faults.test_main_job import rows
from tests.matching.pairs import Pairs
from tests.patience import PATIENCE_S

FAMILIES, PLACES = 9, 3
PAUSE_S = 0.05
NOT_ASKED = """
SELECT w.id FROM waiting_entry AS w JOIN event AS e ON e.id = w.event_id
 WHERE w.state = 'waiting' AND w.rests_until IS NULL AND e.taken < e.places
"""


@dataclass
class Answers:
    """What families were told, by the ids of their places and lines."""

    booked: set[str] = field(default_factory=set)
    given_back: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    looked: int = 0


async def are_known(pairs: Pairs, events_db: Db, clock: Clock) -> list[Actor]:
    """Families with an adult each, as the register and events know them."""
    desk = Desk(events_db, clock)
    people = [(await pairs.seeker(f"Family{number} Dale")).actor for number in range(FAMILIES)]
    for one in people:
        assert one.household is not None
        card = FamilyCard(
            family_id=one.household, version=10**6, agency="ATV", stage="placed", lives_with="ATV"
        )
        await record_family_card(desk.ask(Actor.system()), card)
    return people


async def changes_its_mind(
    ask: Client, who: Actor, event: EventId, chance: random.Random, told: Answers
) -> None:
    """One family looks at the event and does one of what its page lets it do."""
    seen = await ask.answer(who, "Event", id=str(event))
    told.looked += 1
    place, line = seen["myBooking"], seen["myWaiting"]
    if place is not None and place["state"] == "CONFIRMED":
        if chance.random() < 0.4:
            gone = await ask.answer(who, "CancelBooking", booking=place["id"], agreedPence=0)
            told.given_back |= {place["id"]} if "code" not in gone else set()
    elif line is not None:
        offer = (await ask.answer(who, "WaitingFor", id=line["id"]))["offer"]
        if offer is not None:
            says = chance.choice(("YES", "YES", "NO"))
            await ask.answer(who, "AnswerOffer", offer=offer["id"], answer=says)
    else:
        party = {"adults": 2, "children": []}
        got = await ask.answer(
            who, "Book", event=str(event), party=party, photosAllowed=False, talkTopic=""
        )
        if "code" not in got:
            told.booked.add(got["id"])
            return
        got = await ask.answer(
            who, "JoinWaitingList", event=str(event), party=party, shortNotice=True
        )
        told.joined |= {got["id"]} if "code" not in got else set()


async def broken(databases: Databases) -> list[str]:
    """Which rules of places do not hold; all but whether each change was told, which goes out."""
    eye = await asyncpg.connect(databases.dsn("events", "migrator"))
    try:
        found = await eye.fetch(BROKEN, [], await eye.fetchval("SELECT kith_now()"), list(LIVE))
    finally:
        await eye.close()
    return [row[0] for row in found if row[0] != "told"]


async def until_asked(databases: Databases, site: Killed) -> None:
    """No place is free while somebody waits for one: the sweep has gone round."""
    until = time.monotonic() + PATIENCE_S
    while left := await rows(databases, "events", NOT_ASKED):
        assert time.monotonic() < until, f"not asked: {len(left)}. {site.said()}"
        await asyncio.sleep(0.3)


async def test_no_place_is_sold_twice_and_none_that_was_given_is_lost(
    agency: Pairs,
    databases: Databases,
    events_db: Db,
    clock: Clock,
    site: Killed,
    seed: int,
    pytestconfig: pytest.Config,
) -> None:
    chance, kills = random.Random(seed), int(pytestconfig.getoption("kills"))
    people = await are_known(agency, events_db, clock)
    event = await Desk(events_db, clock).event(PLACES)
    ask = Client(site, matching.keys(read(Settings, site.environment)), databases)
    over, told, seen = asyncio.Event(), Answers(), list[str]()

    async def family(who: Actor) -> None:
        own = random.Random(f"{seed} {who.household}")
        while not over.is_set():
            await changes_its_mind(ask, who, event, own, told)
            await asyncio.sleep(PAUSE_S)

    async def watching() -> None:
        while not over.is_set():
            seen.extend(await broken(databases))
            await asyncio.sleep(0.2)

    async def killing() -> None:
        for _ in range(kills):
            enough = told.looked + 2 * FAMILIES
            await site.at_random(chance, 1)
            await _until_looked(told, enough, site)
        over.set()

    site.start("serve")
    site.start("work")
    async with hastened(clock):
        await together(*(family(who) for who in people), watching(), killing())
        await until_asked(databases, site)
    await ask.close()

    assert site.kills
    assert seen == []
    assert await broken(databases) == []
    assert await every_answer_is_kept(databases, told) == []
    assert len(told.booked) >= PLACES
    assert told.given_back
    assert told.joined


async def _until_looked(told: Answers, times: int, site: Killed) -> None:
    """Families have done something between one kill and the next."""
    until = time.monotonic() + PATIENCE_S
    while told.looked < times:
        assert time.monotonic() < until, site.said()
        await asyncio.sleep(0.1)


async def every_answer_is_kept(databases: Databases, told: Answers) -> list[Any]:
    """What a family was told of its place or line, and is not so."""
    states = {
        str(row["id"]): str(row["state"])
        for table in ("booking", "waiting_entry")
        for row in await rows(databases, "events", f"SELECT id, state FROM {table}")
    }
    lost = (told.booked | told.joined) - states.keys()
    back = {id for id in told.given_back if states.get(id) != "cancelled_by_family"}
    return [*lost, *back]
