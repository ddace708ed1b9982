"""Families are reminded once of a date as it stands (event-scenarios.md H13)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.events import jobs
from services.events.actions import reminding
from services.events.actions.booking import cancel_booking
from services.events.actions.giving import place_settings, set_place_settings
from services.events.actions.running import cancel_event, move_sitting
from services.events.model.event import Sitting
from services.events.model.given import GivenDate
from services.events.model.ids import EventId
from services.events.store.told import Told
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, adult, family_id

ADI = replace(OMAR, role="agency_admin")
DUE = datetime(2027, 1, 18, 10, tzinfo=UTC)  # two days before FAR, at ten on the wall
SECOND = timedelta(seconds=1)


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def at(desk: Desk, instant: datetime) -> None:
    async with desk.ask(OMAR).read() as store:
        left = instant - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def swept(desk: Desk) -> int:
    return await jobs.remind(desk.ask_as)


async def reminders(desk: Desk, name: str) -> list[str]:
    """When what they were reminded of begins, one for each reminder."""
    return [
        one["starts_at"]
        for one in await desk.told()
        if one.get("kind") == "reminder" and one["family_id"] == str(family_id(name))
    ]


async def dates(desk: Desk, event: EventId) -> list[Sitting]:
    async with desk.ask(OMAR).read() as store:
        return (await store.sittings.of_events([event]))[event]


async def test_h13_whoever_has_a_place_is_reminded_once_at_the_hour_on_the_wall(
    desk: Desk,
) -> None:
    event = await desk.event(5)
    await desk.full(event, "Osei", "Hart")
    place = await desk.place("Hart", event)
    assert place is not None
    await at(desk, DUE - SECOND)
    early = await swept(desk)
    await cancel_booking(desk.ask(adult("Hart")), booking=place.id)
    await at(desk, DUE)

    told = [await swept(desk), await swept(desk)]

    assert early == 0
    assert told == [1, 0]
    assert await reminders(desk, "Osei") == ["2027-01-20T18:30:00+00:00"]
    assert await reminders(desk, "Hart") == []


async def test_h13_a_date_that_moved_is_reminded_of_at_its_new_time_and_none_once_it_is_off(
    desk: Desk,
) -> None:
    event = await desk.event(5)
    await desk.full(event, "Osei")
    (sitting,) = await dates(desk, event)
    to = GivenDate(at=FAR + timedelta(days=7), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=to)
    await at(desk, DUE)
    old = await swept(desk)
    await at(desk, DUE + timedelta(days=7))
    new = [await swept(desk), await swept(desk)]
    told = await reminders(desk, "Osei")

    later = GivenDate(at=FAR + timedelta(days=14), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=later)
    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")
    await at(desk, DUE + timedelta(days=14))

    assert (old, new) == (0, [1, 0])
    assert told == ["2027-01-27T18:30:00+00:00"]
    assert await swept(desk) == 0
    assert await reminders(desk, "Osei") == told


async def test_h13_of_several_workers_at_once_one_reminds(desk: Desk) -> None:
    event = await desk.event(5)
    await desk.full(event, "Osei", "Hart", "Lund")
    await at(desk, DUE)

    told = await asyncio.gather(*(swept(desk) for _ in range(4)))

    assert sum(told) == 3
    for name in ("Osei", "Hart", "Lund"):
        assert len(await reminders(desk, name)) == 1


async def test_h13_a_worker_that_is_killed_half_way_leaves_it_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await desk.event(5)
    await desk.full(event, "Osei")
    await at(desk, DUE)

    async def killed(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(Told, "write_down_all", killed)
        with pytest.raises(asyncio.CancelledError):
            await swept(desk)
    nothing = await reminders(desk, "Osei")
    told = [await swept(desk), await swept(desk)]

    assert nothing == []
    assert told == [1, 0]
    assert len(await reminders(desk, "Osei")) == 1


async def test_each_date_of_a_course_is_reminded_of_and_whoever_books_late_is_not(
    desk: Desk,
) -> None:
    event = await desk.event(5, at=[FAR, FAR + timedelta(days=7)])
    await desk.full(event, "Osei")
    await at(desk, DUE + SECOND)
    await desk.full(event, "Hart")
    first = await swept(desk)
    await at(desk, DUE + timedelta(days=7))

    assert first == 1
    assert await swept(desk) == 2
    assert len(await reminders(desk, "Osei")) == 2
    assert await reminders(desk, "Hart") == ["2027-01-27T18:30:00+00:00"]


async def test_an_agency_says_how_long_before_and_may_remind_of_nothing(desk: Desk) -> None:
    event = await desk.event(5)
    await desk.full(event, "Osei")
    now = await place_settings(desk.ask(ADI))
    assert now is not None
    never = replace(now, remind_days=0)
    await set_place_settings(desk.ask(ADI), given=never, why="They rang and asked us not to")
    await at(desk, DUE)
    silent = await swept(desk)
    day_before = replace(now, number=1, remind_days=1, remind_hour=17)
    await set_place_settings(desk.ask(ADI), given=day_before, why="They forgot")
    await at(desk, datetime(2027, 1, 19, 16, 59, 59, tzinfo=UTC))
    early = await swept(desk)
    await desk.clock.advance(seconds=1)

    assert (silent, early, await swept(desk)) == (0, 0, 1)


async def test_only_the_worker_reminds(desk: Desk) -> None:
    event = await desk.event(5)
    (sitting,) = await dates(desk, event)
    for asker in (OMAR, adult("Osei"), Actor.nobody()):
        with pytest.raises(Exception, match="NOT_ALLOWED"):
            await reminding.remind(desk.ask(asker), sitting.id)
