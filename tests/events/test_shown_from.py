"""Where an event is: told to who has a place, from so many days before (event-scenarios.md I03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions import reading
from services.events.actions.calendars import public_programme
from services.events.actions.giving import place_settings, set_place_settings
from services.events.model.ids import EventId
from services.events.model.place import PlaceSettings
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, adult

ADI = replace(OMAR, role="agency_admin")
LINK = "https://example.org/meet"
SECOND = timedelta(seconds=1)
FROM = datetime(2027, 1, 6, tzinfo=UTC)  # fourteen days before, from the first minute by the wall


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("ana", "ben")
    return desk


async def at(desk: Desk, instant: datetime) -> None:
    now = desk.ask(OMAR)
    async with now.read():
        await desk.clock.advance(seconds=(instant - now.now).total_seconds())


async def told(desk: Desk, event: EventId, who: Actor) -> bool:
    return event in await reading.whereabouts(desk.ask(who), [event])


async def test_i03_address_and_link_are_shown_from_the_day_to_who_has_a_place_and_unswept(
    desk: Desk,
) -> None:
    event = await desk.event(join_link=LINK)
    await desk.book("ana", event)
    await at(desk, FROM - SECOND)
    early = await told(desk, event, adult("ana"))
    async with desk.ask(adult("ana")).read() as store:
        rows = await store.turn.fetchval(
            "SELECT (SELECT count(*) FROM venue) + (SELECT count(*) FROM event_private)"
        )

    await desk.clock.advance(seconds=1)
    found = (await reading.whereabouts(desk.ask(adult("ana")), [event]))[event]

    assert (early, rows) == (False, 0)
    assert found.venue is not None
    assert (found.venue.address, found.join_link) == ("1 Mill Lane, Didcot", LINK)
    assert await reading.shown_from(desk.ask(adult("ben")), [event]) == {event: FROM}
    assert not await told(desk, event, adult("ben"))
    assert not await told(desk, event, Actor.nobody())


async def test_i03_who_runs_it_reads_the_address_all_along(desk: Desk) -> None:
    event = await desk.event()

    assert await told(desk, event, OMAR)
    assert await told(desk, event, replace(OMAR, role="facilitator"))


async def test_i03_the_public_list_names_the_town_before_the_day_and_after(desk: Desk) -> None:
    offering = await desk.offering(is_public=True)
    await desk.event(of=offering)
    for instant in (FROM - SECOND, FROM + SECOND):
        await at(desk, instant)
        shown = await public_programme(desk.ask(Actor.nobody()), agency="ATV", after=None, limit=10)
        assert "Mill Lane" not in repr(shown)
        assert "Didcot" in repr(shown)


async def test_i03_a_course_tells_from_its_first_date_and_a_moved_date_hides_it_again(
    desk: Desk,
) -> None:
    course = await desk.event(at=[FAR, FAR + timedelta(days=40)], course=True)
    await desk.book("ana", course)
    await at(desk, FROM)
    first = await told(desk, course, adult("ana"))
    async with desk.ask(Actor.system("ATV")).begin() as store:
        await store.turn.execute(
            "UPDATE event SET starts_at = starts_at + interval '1 day' WHERE id = $1", course
        )

    assert first
    assert not await told(desk, course, adult("ana"))


async def test_i03_each_agency_says_how_long_before_within_bounds_and_by_the_reminder(
    desk: Desk,
) -> None:
    event = await desk.event()
    await desk.book("ana", event)
    now = await place_settings(desk.ask(ADI))
    assert now is not None
    for days in (1, 61):
        with pytest.raises(Refused, match="SETTING_NOT_SAFE"):
            await set_place_settings(
                desk.ask(ADI), given=replace(now, address_days=days), why="Why"
            )
    with pytest.raises(Refused, match="ADDRESS_AFTER_REMINDER"):
        await set_place_settings(
            desk.ask(ADI), given=replace(now, remind_days=5, address_days=4), why="Why"
        )

    await at(desk, datetime(2027, 1, 18, tzinfo=UTC) - SECOND)
    before = await told(desk, event, adult("ana"))
    await set_place_settings(desk.ask(ADI), given=replace(now, address_days=2), why="Unsafe week")
    hidden = await told(desk, event, adult("ana"))
    await desk.clock.advance(seconds=1)

    assert (before, hidden) == (True, False)
    assert await told(desk, event, adult("ana"))


async def test_what_an_agency_starts_from_is_the_same_in_sql(
    databases: Databases, desk: Desk
) -> None:
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    start = datetime(2027, 1, 20, 18, 30, tzinfo=UTC)
    shown = await connection.fetchval("SELECT shown_from('none', $1)", start)
    await connection.close()

    assert start.date() - shown.date() == timedelta(days=PlaceSettings().address_days)
