"""What staff see of what their agency runs: filters, what was done, and whom a change reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.events.actions.history import event_history, reach
from services.events.actions.reading import hosted_events, hosted_towns
from services.events.actions.running import cancel_event
from services.events.model.event import EventState, Kind
from services.events.model.history import Reach
from services.events.model.programme import WantedHosted
from services.events.model.topics import TopicCode
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, PRIYA, Desk, adult

ELSEWHERE = replace(OMAR, agency="AS")


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def titles(desk: Desk, wanted: WantedHosted, *, by: Actor = OMAR) -> list[str]:
    found, total = await hosted_events(desk.ask(by), wanted, after=None, limit=50)
    assert total == len(found)
    return [event.title for event in found]


async def test_filters_leave_what_was_asked_for(desk: Desk) -> None:
    workshop = await desk.offering(kind=Kind.WORKSHOP, topic=TopicCode("W3"), title="Contact")
    await desk.event(of=workshop)
    await desk.event(at=[FAR + timedelta(days=1)])

    assert await titles(desk, WantedHosted()) == ["Contact", "An evening together"]
    assert await titles(desk, WantedHosted(kind=Kind.WORKSHOP)) == ["Contact"]
    assert await titles(desk, WantedHosted(topic="W3")) == ["Contact"]
    assert await titles(desk, WantedHosted(topic="W4")) == []
    assert await titles(desk, WantedHosted(search="EVENING")) == ["An evening together"]
    assert await titles(desk, WantedHosted(town="didcot", state=EventState.DRAFT)) == []
    assert await hosted_towns(desk.ask(OMAR)) == ["Didcot"]


async def test_other_agency_and_families_see_none_of_it(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "Osei")

    assert await titles(desk, WantedHosted(), by=ELSEWHERE) == []
    assert await hosted_towns(desk.ask(ELSEWHERE)) == []
    for asker in (ELSEWHERE, PRIYA, adult("Osei")):
        assert await reach(desk.ask(asker), [event]) == {}
        assert await event_history(desk.ask(asker), event) == []


async def test_reach_counts_families_by_where_they_stand(desk: Desk) -> None:
    event = await desk.event(1)
    await desk.full(event, "Osei")
    await desk.listed(event, "Lee", "Khan")

    assert await reach(desk.ask(OMAR), [event]) == {event: Reach(booked=1, waiting=2)}


async def test_history_says_what_was_done_and_to_how_many(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "Osei", "Lee")
    await desk.clock.advance(seconds=60)
    await cancel_event(desk.ask(OMAR), event=event, reason="The roof leaks")

    deeds = [(one.what, one.why, one.times) for one in await event_history(desk.ask(OMAR), event)]

    assert ("event_cancelled", "The roof leaks", 2) in deeds
    assert ("cancelled_event", "The roof leaks", 1) in deeds
    assert ("published_event", None, 1) in deeds
