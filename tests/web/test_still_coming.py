"""Are you still coming: asked on a family's place, answered by one tap, seen by the organiser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.access import Actor
from services.events import jobs
from services.events.actions.booking import book
from services.events.actions.reconfirming import set_reconfirming
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Party
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk
from tests.front import Stage, front
from tests.identity import account
from tests.matching.register import Register
from tests.web.test_feedback import signed_in, words
from tests.web.test_front_door import carry

PARTY = Party(adults=1)
DAY = timedelta(days=1)


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


async def booked(stage: Stage, desk: Desk) -> tuple[EventId, BookingId]:
    """Ana has a place at an evening that asks."""
    family = await Register(stage.scene.db).family()
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)
    ana = Actor("adopter", account("ana"), None, None, UUID(str(family)))
    event = await desk.event()
    await set_reconfirming(desk.ask(OMAR), event=event, asked=True)
    return event, await book(desk.ask(ana), event=event, party=PARTY)


async def before(desk: Desk, event: EventId, left: timedelta) -> int:
    """The clock to so long before an event, and a sweep."""
    starts = (await desk.seen(event)).starts_at
    async with desk.ask(OMAR).read() as store:
        wait = starts - left - store.turn.now
    await desk.clock.advance(seconds=wait.total_seconds())
    return await jobs.reconfirm(desk.ask_as)


async def test_d07_asked_on_the_place_answered_by_one_tap_and_seen_by_the_organiser(
    stage: Stage, desk: Desk
) -> None:
    event, booking = await booked(stage, desk)
    assert await before(desk, event, 6 * DAY) == 1
    ana, omar = await signed_in(stage, "ana"), await signed_in(stage, "omar")
    mine = words((await ana.see("/bookings")).text)
    asked = words((await ana.see(f"/bookings/{booking}")).text)
    waiting = words((await omar.see(f"/events/{event}")).text)

    await ana.see(f"/bookings/{booking}")
    await ana.send(f"/bookings/{booking}/still-coming")
    thanks = words((await ana.see(f"/bookings/{booking}")).text)
    seen = words((await omar.see(f"/events/{event}")).text)

    assert "Say by" in mine
    assert "Are you still coming?" in asked
    assert "No, we cannot" in asked
    assert "Asked once, no answer" in waiting
    assert "You said that you come." in thanks
    assert "Said they come" in seen


async def test_d07_who_stays_silent_reads_kind_words_and_the_organiser_switches_it(
    stage: Stage, desk: Desk
) -> None:
    event, booking = await booked(stage, desk)
    steps = [await before(desk, event, days * DAY) for days in (6, 4, 2)]
    ana, omar = await signed_in(stage, "ana"), await signed_in(stage, "omar")
    gone = words((await ana.see(f"/bookings/{booking}")).text)
    team = f"/events/{event}/team"
    on = words((await omar.see(team)).text)
    await omar.send(team, {"do": "ask", "asked": "no"})
    off = words((await omar.see(team)).text)

    assert steps == [1, 1, 1]
    assert "The place went to the next family" in gone
    assert "You have done nothing wrong" in gone
    assert "No longer ask them" in on
    assert re.search(r"Families are not asked\.", off)
