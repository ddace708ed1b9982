"""What is called off, moved or over: who stays counted, who is told, what can no longer change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.attendance import keep_register
from services.events.actions.booking import cancel_booking, change_party
from services.events.actions.offering import Answer, answer_offer
from services.events.actions.running import cancel_event, move_sitting, set_places
from services.events.model.attendance import Mark
from services.events.model.event import Sitting
from services.events.model.given import GivenDate, GivenPlaces
from services.events.model.ids import EventId
from services.events.model.place import BookingState
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, TWO, Desk, adult

WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def dates(desk: Desk, event: EventId) -> list[Sitting]:
    async with desk.ask(OMAR).read() as store:
        return (await store.sittings.of_events([event]))[event]


async def mark(desk: Desk, name: str, event: EventId, number: int = 0) -> None:
    """All of a party came to one of the dates."""
    place, sitting = await desk.place(name, event), (await dates(desk, event))[number]
    assert place is not None
    one = Mark(booking_id=place.id, sitting_id=sitting.id, adults=2, children=0)
    await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[one])


async def test_d03_who_is_checked_in_early_gives_nothing_back(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "ana")
    (sitting,) = await dates(desk, event)
    await desk.clock.set(sitting.starts_at - HOUR)
    await mark(desk, "ana", event)
    place = await desk.place("ana", event)
    assert place is not None

    with pytest.raises(Refused, match="BOOKING_OVER"):
        await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    assert place.state is BookingState.ATTENDED
    assert (await desk.seen(event)).taken == 1


async def test_d03_a_course_that_is_over_is_given_back_and_changed_by_nobody(desk: Desk) -> None:
    """Also where nobody has marked who came: what was is not undone."""
    event = await desk.event(at=[FAR, FAR + WEEK])
    await desk.full(event, "ana", "ben")
    *_, last = await dates(desk, event)
    places = [await desk.place(name, event) for name in ("ana", "ben")]
    ana, ben = (one.id for one in places if one is not None)

    await desk.clock.set(last.ends_at - timedelta(seconds=1))
    await cancel_booking(desk.ask(adult("ben")), booking=ben)
    await desk.clock.set(last.ends_at)
    for late in (
        cancel_booking(desk.ask(adult("ana")), booking=ana),
        change_party(desk.ask(adult("ana")), booking=ana, party=TWO),
    ):
        with pytest.raises(Refused, match="EVENT_BEGUN"):
            await late

    assert (await desk.seen(event)).taken == 1


async def test_d13_what_is_over_is_not_called_off(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "ana")
    (sitting,) = await dates(desk, event)
    await desk.clock.set(sitting.ends_at)

    with pytest.raises(Refused, match="EVENT_OVER"):
        await cancel_event(desk.ask(OMAR), event=event, reason="Too late")

    assert await desk.kinds_told("ana") == ["booked"]
    assert (await desk.seen(event)).taken == 1


async def test_a01_called_off_at_the_door_who_is_marked_as_there_stays_counted(desk: Desk) -> None:
    event = await desk.event(2)
    await desk.full(event, "ana", "ben")
    (sitting,) = await dates(desk, event)
    await desk.clock.set(sitting.starts_at - HOUR)
    await mark(desk, "ana", event)

    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")

    seen, ana = await desk.seen(event), await desk.place("ana", event)
    assert ana is not None
    assert ana.state is BookingState.ATTENDED
    assert (seen.taken, [share.used for share in seen.shares]) == (1, [1])
    assert await desk.kinds_told("ben") == ["booked", "event_off_booked"]


async def test_d13_of_a_course_that_is_called_off_the_dates_that_were_took_place(
    desk: Desk,
) -> None:
    event = await desk.event(at=[FAR, FAR + WEEK, FAR + 2 * WEEK])
    await desk.full(event, "ana")
    first, *_ = await dates(desk, event)
    await desk.clock.set(first.ends_at)

    await cancel_event(desk.ask(OMAR), event=event, reason="The trainer is ill")

    assert [(one.is_off, one.sequence) for one in await dates(desk, event)] == [
        (False, 0),
        (True, 1),
        (True, 1),
    ]
    assert await desk.kinds_told("ana") == ["booked", "event_off_booked"]


async def test_e07_who_is_offered_a_place_and_who_waits_are_told_of_the_new_time_once(
    desk: Desk,
) -> None:
    """And nobody may say yes to what has begun by then (B28)."""
    event = await desk.event(0)
    await desk.listed(event, "offered", "waiting")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    before = await desk.offer_to("offered", event)
    (sitting,) = await dates(desk, event)

    to = GivenDate(at=datetime.fromisoformat("2026-11-25T18:30"), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=to)
    after = await desk.offer_to("offered", event)

    assert before is not None
    assert after is not None
    last = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    assert (after.id, after.answer_by) == (before.id, last)
    held = await desk.place("offered", event)
    assert held is not None
    assert held.hold_until == last
    assert last < before.answer_by
    assert await desk.kinds_told("offered") == ["offer_made", "offer_moved", "on_waiting_list"]
    assert await desk.kinds_told("waiting") == ["list_moved", "on_waiting_list"]
    said = {one["kind"]: one for one in await desk.told() if one["kind"].endswith("_moved")}
    assert {one["starts_at"] for one in said.values()} == {"2026-11-25T18:30:00+00:00"}
    assert said["offer_moved"]["answer_at"] == last.isoformat()
    assert said["list_moved"]["answer_at"] is None

    await desk.clock.set(last)
    with pytest.raises(Refused, match="OFFER_LAPSED"):
        await answer_offer(desk.ask(adult("offered")), offer=after.id, answer=Answer.YES)


async def test_e07_a_later_date_leaves_the_time_to_answer_as_it_was(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "offered")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    before = await desk.offer_to("offered", event)
    (sitting,) = await dates(desk, event)

    to = GivenDate(at=FAR + WEEK, minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=to)

    assert before is not None
    assert await desk.offer_to("offered", event) == replace(before)
    assert await desk.answer("offered", event) == before.id
    assert (await desk.seen(event)).taken == 1
