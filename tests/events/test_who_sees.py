"""Who sees what of an event: where it is, how many come, and which roles see it at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import Role
from services.events.actions import reading
from services.events.actions.topics import register_interest
from services.events.model.given import GivenShare
from services.events.model.ids import EventId
from services.events.model.topics import TopicCode
from services.events.rules.counts import for_reports
from tests.databases import Clock, Databases
from tests.events.programme import NEAR, OMAR, PRIYA, Desk, adult, family_id

BOARD = replace(OMAR, role="board_viewer")
SEE_EVENTS = {
    "organiser",
    "coordinator",
    "agency_admin",
    "facilitator",
    "partner",
    "board_viewer",
    "assessing_social_worker",
    "safeguarding_lead",
}


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def test_e21_a_place_tells_where_that_event_is_and_no_other_at_the_same_venue(
    desk: Desk, databases: Databases
) -> None:
    own, other = await desk.event(at=[NEAR]), await desk.event(at=[NEAR + timedelta(days=1)])
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    await connection.execute(
        "UPDATE event SET venue_id = (SELECT venue_id FROM event WHERE id = $1) WHERE id = $2",
        own,
        other,
    )
    await connection.close()
    await desk.family("ana")
    await desk.book("ana", own)

    told = await reading.whereabouts(desk.ask(adult("ana")), [own, other])

    assert set(told) == {own}
    assert told[own].venue is not None
    assert set(await reading.whereabouts(desk.ask(OMAR), [own, other])) == {own, other}


async def filled(desk: Desk, atv: int, south: int) -> EventId:
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(20, shares=shares)
    names = [f"home {number}" for number in range(atv)]
    await desk.full(event, *names)
    away = [f"away {number}" for number in range(south)]
    await desk.family(*away, agency="AS")
    for name in away:
        await desk.book(name, event)
    return event


async def test_e43_a_board_viewer_reads_no_number_under_five_nor_one_that_tells_it(
    desk: Desk,
) -> None:
    event = await filled(desk, 6, 2)

    board = (await reading.counted(desk.ask(BOARD), [event]))[event]
    host = (await reading.counted(desk.ask(OMAR), [event]))[event]
    partner = (await reading.counted(desk.ask(PRIYA), [event]))[event]

    assert (board.used, board.taken) == ((None, None), 10)
    assert reading.free_of(BOARD, board.event) is None
    assert (host.used, host.taken) == (partner.used, partner.taken) == ((6, 2), 8)
    assert reading.free_of(PRIYA, partner.event) == 12


async def test_e43_what_is_large_enough_is_told(desk: Desk) -> None:
    event = await filled(desk, 6, 5)

    board = (await reading.counted(desk.ask(BOARD), [event]))[event]

    assert (board.used, board.taken) == ((6, 5), 11)
    assert reading.free_of(BOARD, board.event) == 9


@pytest.mark.parametrize("few", range(5))
def test_e43_no_two_reports_tell_a_small_number_by_their_difference(few: int) -> None:
    for others in ([], [7], [7, 12], [3, 8]):
        shown, total = for_reports([few, *others])
        assert shown[0] is None
        known = [cell for cell in shown if cell is not None]
        assert len(shown) - len(known) > 1 or total is None


async def test_roles_that_see_events_are_named_one_by_one(desk: Desk) -> None:
    event = await desk.event()
    sitting = (await reading.sittings_of(desk.ask(OMAR), [event]))[event][0].id
    offering = (await desk.seen(event)).offering_id

    seeing = set()
    for role in Role:
        ask = desk.ask(Actor(role, family_id(role), "ATV"))
        seen = (
            await reading.events_by_id(ask, [event]),
            await reading.sittings_by_id(ask, [sitting]),
            await reading.offerings_by_id(ask, [offering]),
        )
        seeing |= {role.value} if any(seen) else set()

    assert seeing - {"system"} == SEE_EVENTS


async def test_the_worker_reaches_only_the_interests_of_the_agency_that_its_job_names(
    desk: Desk,
) -> None:
    await desk.family("ana")
    await register_interest(desk.ask(adult("ana")), TopicCode("W3"))

    counted = {}
    for agency in (None, "AS", "ATV"):
        async with desk.db.begin(Actor.system(agency), readonly=True) as turn:
            counted[agency] = await turn.fetchval("SELECT count(*) FROM interest")

    assert counted == {None: 0, "AS": 0, "ATV": 1}
