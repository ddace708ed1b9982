"""Two in a row not attended: a call and never a ban (domain.md D7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.db import Db
from services.events.actions.attendance import keep_register
from services.events.actions.desks import call_backs_page
from services.events.actions.guests import welcome_guest
from services.events.model.attendance import Mark
from services.events.model.desks import CallBack, CallBackState
from services.events.model.given import GivenShare
from services.events.model.ids import EventId
from services.events.model.place import Party
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, PRIYA, Desk, family_id
from tests.events.test_feedback import sittings
from tests.events.test_scenarios_days import begin, mark

WEEK = timedelta(weeks=1)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def evenings(desk: Desk, count: int, *names: str) -> list[EventId]:
    """So many evenings, a week apart, at which these families have a place."""
    await desk.family(*names, reference="ATV-7")
    events = [await desk.event(at=[FAR + week * WEEK]) for week in range(count)]
    for event in events:
        for name in names:
            await desk.book(name, event)
    return events


async def to_ring(desk: Desk) -> list[CallBack]:
    rows, total = await call_backs_page(desk.ask(OMAR), after=None, limit=20)
    assert len(rows) == total
    return list(rows)


async def test_d7_missed_twice_in_a_row_a_family_is_rung_and_books_as_before(desk: Desk) -> None:
    first, second, third = await evenings(desk, 3, "Osei", "Hart")
    await begin(desk, first)
    await mark(desk, "Osei", first, 0)
    await mark(desk, "Hart", first, 0)
    assert await to_ring(desk) == []

    await begin(desk, second)
    await mark(desk, "Osei", second, 0)
    await mark(desk, "Hart", second, 2)

    (call,) = await to_ring(desk)
    assert (call.family_id, call.missed, call.words) == (family_id("Osei"), True, "")
    assert call.state is CallBackState.ASKED
    assert call.reference == "ATV-7"
    assert (await desk.place("Osei", third)) is not None
    await desk.book("Osei", await desk.event(at=[FAR + 9 * WEEK]))


async def test_d7_marked_again_it_is_one_call_and_put_right_it_is_none(desk: Desk) -> None:
    first, second = await evenings(desk, 2, "Osei")
    for event in (first, second):
        await begin(desk, event)
        await mark(desk, "Osei", event, 0)
    await mark(desk, "Osei", second, 0)
    assert len(await to_ring(desk)) == 1

    await mark(desk, "Osei", second, 2)

    assert await to_ring(desk) == []


async def test_d7_who_comes_to_the_next_is_rung_no_more(desk: Desk) -> None:
    events = await evenings(desk, 3, "Osei")
    for event, came in zip(events, (0, 0, 1), strict=True):
        await begin(desk, event)
        await mark(desk, "Osei", event, came)
    assert await to_ring(desk) == []


async def test_d7_a_register_that_is_kept_late_counts_by_its_date(desk: Desk) -> None:
    first, second, third = await evenings(desk, 3, "Osei")
    await begin(desk, third)
    await mark(desk, "Osei", first, 0)
    await mark(desk, "Osei", third, 2)
    await mark(desk, "Osei", second, 0)
    assert await to_ring(desk) == []


async def test_d7_a_family_of_a_partner_is_rung_by_its_own_agency(desk: Desk) -> None:
    await desk.family("Lee", agency="AS", reference="AS-3")
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    for week in range(2):
        event = await desk.event(at=[FAR + week * WEEK], shares=shares)
        await desk.book("Lee", event)
        await begin(desk, event)
        await mark(desk, "Lee", event, 0)

    assert await to_ring(desk) == []
    organiser = replace(OMAR, account=PRIYA.account, agency="AS")
    (call,), total = await call_backs_page(desk.ask(organiser), after=None, limit=20)
    assert (total, call.agency, call.family_id) == (1, "AS", family_id("Lee"))


async def test_d7_whoever_dropped_by_is_nobodys_family(desk: Desk) -> None:
    for week in range(2):
        event = await desk.event(at=[FAR + week * WEEK], walk_ins=True)
        await begin(desk, event)
        (sitting,) = await sittings(desk, event)
        ask = desk.ask(OMAR)
        booking = await welcome_guest(
            ask, sitting=sitting.id, first_name="Jo", party=Party(adults=1)
        )
        one = Mark(booking_id=booking, sitting_id=sitting.id, adults=0, children=0)
        await keep_register(ask, sitting=sitting.id, marks=[one])
    assert await to_ring(desk) == []
