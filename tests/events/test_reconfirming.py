"""Families are asked whether they still come; a silent place goes on (D07)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import say_still_coming
from services.events.actions.charge_rules import add_charge_rule
from services.events.actions.giving import place_settings, set_place_settings
from services.events.actions.reconfirming import (
    reconfirm,
    reconfirmed_events,
    set_reconfirming,
    still_comings,
)
from services.events.actions.running import cancel_event, move_sitting
from services.events.model.charge import GivenRule
from services.events.model.event import Kind
from services.events.model.given import GivenDate
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, adult, family_id

ADI = replace(OMAR, role="agency_admin")
STARTS = datetime(2027, 1, 20, 10, tzinfo=UTC)  # the day of FAR, at ten on the wall
ASK, AGAIN, ON = (STARTS - timedelta(days=days) for days in (7, 5, 3))
SECOND = timedelta(seconds=1)
CONSERVED = """
    SELECT e.taken = coalesce(sum(b.places) FILTER (
               WHERE b.state IN ('held', 'waiting_for_gate', 'confirmed')), 0)
      FROM event AS e LEFT JOIN booking AS b ON b.event_id = e.id
     WHERE e.id = $1
     GROUP BY e.taken
"""


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def asking(desk: Desk, *names: str, capacity: int = 2, **given: object) -> EventId:
    """An event that asks, at which these have the places."""
    event = await desk.event(capacity, **given)  # type: ignore[arg-type]
    await set_reconfirming(desk.ask(OMAR), event=event, asked=True)
    await desk.full(event, *names)
    return event


async def at(desk: Desk, instant: datetime) -> int:
    """The clock there, and a sweep: how many steps it did."""
    async with desk.ask(OMAR).read() as store:
        left = instant - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())
    return await jobs.reconfirm(desk.ask_as)


async def place(desk: Desk, name: str, event: EventId) -> Booking:
    found = await desk.place(name, event)
    assert found is not None
    return found


async def say_yes(desk: Desk, name: str, booking: BookingId) -> None:
    await say_still_coming(desk.ask(adult(name)), booking=booking)


async def conserved(desk: Desk, event: EventId) -> bool:
    async with desk.db.begin(Actor.system("ATV")) as turn:
        return bool(await turn.fetchval(CONSERVED, event))


async def test_d07_asked_twice_and_silent_the_place_goes_to_the_list_in_its_order(
    desk: Desk,
) -> None:
    event = await asking(desk, "Osei", "Hart")
    await desk.listed(event, "Lund", "Khan")
    osei = await place(desk, "Osei", event)

    steps = [await at(desk, ASK - SECOND), await at(desk, ASK), await at(desk, ASK)]
    await say_yes(desk, "Osei", osei.id)
    await say_yes(desk, "Osei", osei.id)
    steps += [await at(desk, AGAIN), await at(desk, AGAIN)]
    steps += [await at(desk, ON - SECOND), await at(desk, ON), await at(desk, ON)]

    assert steps == [0, 2, 0, 1, 0, 0, 1, 0]
    assert await desk.place("Hart", event) is None
    assert (await place(desk, "Osei", event)).id == osei.id
    assert await desk.offered(event) == {family_id("Lund")}
    assert await desk.kinds_told("Osei") == ["booked", "still_coming"]
    assert await desk.kinds_told("Hart") == [
        "booked",
        "passed_on",
        "still_coming",
        "still_coming_again",
    ]
    assert await conserved(desk, event)


async def test_d07_off_by_default_and_nobody_is_asked_who_booked_or_was_moved_since(
    desk: Desk,
) -> None:
    silent, event = await desk.event(2), await asking(desk, "Osei")
    await desk.full(silent, "Hart")
    moved = await asking(desk, "Lund")
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([moved]))[moved]
    first = await at(desk, ASK)
    await desk.full(event, "Khan")
    to = GivenDate(at=FAR + timedelta(days=1), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=to)

    assert first == 2
    assert await at(desk, AGAIN) == 2  # one again, and one for the new date
    assert await desk.kinds_told("Hart") == ["booked"]
    assert await desk.kinds_told("Khan") == ["booked"]
    assert await reconfirmed_events(desk.ask(OMAR), [silent, event]) == {
        silent: False,
        event: True,
    }
    assert await desk.kinds_told("Lund") == [
        "booked",
        "date_moved",
        "still_coming",
        "still_coming",
    ]


async def test_d07_nothing_is_asked_of_what_is_called_off_or_given_back(desk: Desk) -> None:
    event = await asking(desk, "Osei")
    await at(desk, ASK)
    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")

    assert (await at(desk, AGAIN), await at(desk, ON)) == (0, 0)
    assert await desk.kinds_told("Osei") == ["booked", "event_off_booked", "still_coming"]


async def test_d07_a_worker_that_was_away_asks_twice_all_the_same_and_leaves_time_to_answer(
    desk: Desk,
) -> None:
    event = await asking(desk, "Osei")
    await at(desk, ASK)
    late = ON + timedelta(hours=1)
    steps = [await at(desk, late), await at(desk, late + timedelta(hours=23))]
    (asked,) = (
        await still_comings(desk.ask(OMAR), [(await place(desk, "Osei", event)).id])
    ).values()
    steps.append(await at(desk, late + timedelta(hours=24)))

    assert steps == [1, 0, 1]
    assert asked.answer_by == late + timedelta(hours=24)


async def test_d07_of_several_workers_at_once_each_step_is_done_by_one(desk: Desk) -> None:
    event = await asking(desk, "Osei", "Hart")
    await desk.listed(event, "Lund")
    done = []
    for instant in (ASK, AGAIN, ON):
        await at(desk, instant - SECOND)
        await desk.clock.advance(seconds=1)
        done.append(sum(await asyncio.gather(*(jobs.reconfirm(desk.ask_as) for _ in range(4)))))

    assert done == [2, 2, 2]
    for name in ("Osei", "Hart"):
        assert len(await desk.kinds_told(name)) == 4
    assert len(await desk.offered(event)) == 1
    assert await conserved(desk, event)


async def test_d07_a_worker_that_is_killed_half_way_leaves_the_place_and_the_next_passes_it_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await asking(desk, "Osei", capacity=1)
    await desk.listed(event, "Lund")
    await at(desk, ASK)
    await at(desk, AGAIN)

    async def killed(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr("services.events.actions.reconfirming.fill", killed)
        with pytest.raises(asyncio.CancelledError):
            await at(desk, ON)
    held = await place(desk, "Osei", event)
    steps = [await at(desk, ON), await at(desk, ON)]

    assert held.state == "confirmed"
    assert steps == [1, 0]
    assert (await desk.kinds_told("Osei")).count("passed_on") == 1
    assert await desk.offered(event) == {family_id("Lund")}
    assert await conserved(desk, event)


async def test_d07_yes_a_moment_before_keeps_the_place_and_a_moment_after_is_told_so(
    desk: Desk,
) -> None:
    event = await asking(desk, "Osei", "Hart")
    osei, hart = await place(desk, "Osei", event), await place(desk, "Hart", event)
    await add_charge_rule(
        desk.ask(ADI),
        given=GivenRule(kind=Kind.SUPPORT_GROUP, free_days=30, late_pence=500),
        why="Empty chairs",
    )
    with pytest.raises(Refused) as unasked:
        await say_yes(desk, "Osei", osei.id)
    await at(desk, ASK)
    await at(desk, AGAIN)
    await at(desk, ON - SECOND)
    await say_yes(desk, "Osei", osei.id)
    await at(desk, ON)
    with pytest.raises(Refused) as late:
        await say_yes(desk, "Hart", hart.id)
    with pytest.raises(Refused) as not_theirs:
        await say_yes(desk, "Hart", osei.id)

    assert (unasked.value.code, late.value.code) == ("NOT_ASKED", "BOOKING_OVER")
    assert not_theirs.value.code == "NOT_FOUND"
    assert (await place(desk, "Osei", event)).state == "confirmed"


async def test_days_are_settings_in_their_order_and_only_staff_and_the_worker_decide(
    desk: Desk,
) -> None:
    event = await asking(desk, "Osei")
    now = await place_settings(desk.ask(ADI))
    assert now is not None
    wrong = replace(now, ask_days=5, ask_again_days=5)
    with pytest.raises(Refused) as disorder:
        await set_place_settings(desk.ask(ADI), given=wrong, why="Quick")
    for asker in (adult("Osei"), Actor.nobody()):
        with pytest.raises(Refused) as no:
            await set_reconfirming(desk.ask(asker), event=event, asked=False)
        assert no.value.code == "NOT_ALLOWED"
    osei = await place(desk, "Osei", event)
    with pytest.raises(Refused):
        await reconfirm(desk.ask(OMAR), osei.id)
    later = replace(now, ask_days=4, ask_again_days=3, pass_on_days=2)
    await set_place_settings(desk.ask(ADI), given=later, why="They know earlier")

    assert disorder.value.code == "ASKING_OUT_OF_ORDER"
    assert await at(desk, ASK) == 0
    assert await at(desk, STARTS - timedelta(days=4)) == 1
