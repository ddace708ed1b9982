"""Gates and rules are asked again wherever a place is moved, offered or confirmed."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import cancel_booking
from services.events.actions.gates import (
    mark_gate,
    mark_gate_for_line,
    meet_gates,
    set_gates,
)
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import Answer, answer_offer
from services.events.actions.running import cancel_event, move_sitting, set_places
from services.events.model.event import Kind
from services.events.model.gate import EventGate, GateKind, GateState
from services.events.model.given import GivenDate, GivenPlaces
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState, Passed
from services.events.states.gates import GateMove
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, Desk, adult, family_id

ASSESSED = GateKind.ASSESSMENT_DONE
TODAY = date(2026, 11, 23)
BY = date(2027, 1, 11)


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def gate(desk: Desk, event: EventId, by: date = BY) -> None:
    gates = [EventGate(event_id=event, kind=ASSESSED, by_on=by)]
    await set_gates(desk.ask(OMAR), event=event, gates=gates)


async def met(desk: Desk, booking: BookingId) -> None:
    await mark_gate(desk.ask(OMAR), booking=booking, kind=ASSESSED, move=GateMove.MEET, on=TODAY)


async def two_dates(desk: Desk) -> tuple[EventId, EventId]:
    """Two dates of one course that asks for an assessment."""
    offering = await desk.offering(kind=Kind.COURSE)
    first = await desk.event(of=offering)
    second = await desk.event(of=offering, at=[FAR + timedelta(days=28)])
    return first, second


async def test_a_place_that_moves_is_judged_by_the_gates_of_the_other_date(desk: Desk) -> None:
    first, second = await two_dates(desk)
    await gate(desk, second)
    await desk.family("ana")
    booking = await desk.book("ana", first)

    await transfer_booking(desk.ask(adult("ana")), booking=booking, to=second)
    moved = await desk.place("ana", second)

    assert moved is not None
    assert moved.state is BookingState.WAITING_FOR_GATE
    assert moved.hold_until == datetime.fromisoformat("2027-01-12T00:00+00:00")
    assert (await desk.kinds_told("ana"))[-1] == "place_held"
    assert [one["answer_at"] for one in await desk.told() if one.get("kind") == "place_held"] == [
        "2027-01-12T00:00:00+00:00"
    ]


async def test_a_held_place_that_moves_to_a_date_without_gates_is_confirmed(desk: Desk) -> None:
    first, second = await two_dates(desk)
    await gate(desk, first)
    await desk.family("ana")
    booking = await desk.book("ana", first)

    await transfer_booking(desk.ask(adult("ana")), booking=booking, to=second)
    moved = await desk.place("ana", second)

    assert moved is not None
    assert (moved.state, moved.hold_until) == (BookingState.CONFIRMED, None)


async def test_a_place_that_waits_for_a_gate_is_held_until_the_date_that_was_moved_begins(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(2)
    await gate(desk, event)
    await desk.family("ana", "ben")
    await desk.book("ana", event)
    other = await desk.book("ben", event)
    await meet_gates(desk.ask(OMAR), booking=other)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]

    sooner = GivenDate(at=datetime.fromisoformat("2026-12-01T18:30"), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=sitting.id, to=sooner)
    waits, confirmed = await desk.place("ana", event), await desk.place("ben", event)
    await clock.set(datetime.fromisoformat("2026-12-01T18:30+00:00"))
    await jobs.expire_gates(desk.ask_as)

    assert waits is not None
    assert confirmed is not None
    assert waits.hold_until == datetime.fromisoformat("2026-12-01T18:30+00:00")
    assert (confirmed.state, confirmed.hold_until) == (BookingState.CONFIRMED, None)
    assert await desk.place("ana", event) is None
    assert (await desk.seen(event)).taken == 1


async def test_nobody_moves_past_the_day_of_a_gate(desk: Desk, clock: Clock) -> None:
    first, second = await two_dates(desk)
    await gate(desk, second, by=date(2026, 11, 24))
    await desk.family("ana")
    booking = await desk.book("ana", first)
    await clock.advance(days=3)

    with pytest.raises(Refused, match="GATE_DAY_PASSED"):
        await transfer_booking(desk.ask(adult("ana")), booking=booking, to=second)

    assert (await desk.seen(first)).taken == 1


async def on_the_last_day(desk: Desk, *names: str) -> EventId:
    """One place comes free on the last morning, and these have said "at short notice too"."""
    event = await desk.event(1)
    await gate(desk, event, by=date(2027, 1, 20))
    await desk.family("cleared", *names)
    await met(desk, await desk.book("cleared", event))
    for name in names:
        await desk.join(name, event, short_notice=True)
    await desk.clock.set(datetime.fromisoformat("2027-01-20T09:00+00:00"))
    return event


async def free(desk: Desk, event: EventId) -> None:
    place = await desk.place("cleared", event)
    assert place is not None
    await cancel_booking(desk.ask(adult("cleared")), booking=place.id)


async def clear(desk: Desk, name: str, event: EventId) -> None:
    entry = await desk.entry(name, event)
    assert entry is not None
    await mark_gate_for_line(
        desk.ask(OMAR), entry=entry.id, kind=ASSESSED, move=GateMove.MEET, on=TODAY
    )


async def test_g3_close_to_the_start_who_is_not_cleared_is_passed_with_the_reason(
    desk: Desk,
) -> None:
    event = await on_the_last_day(desk, "ana", "ben")
    await clear(desk, "ben", event)

    await free(desk, event)
    ana = await desk.entry("ana", event)

    assert await desk.offered(event) == {family_id("ben")}
    assert ana is not None
    assert ana.passed_because is Passed.GATE_NOT_MET


async def test_the_first_to_answer_waits_for_a_gate_that_came_up_meanwhile(desk: Desk) -> None:
    event = await on_the_last_day(desk, "ana")
    await clear(desk, "ana", event)
    await free(desk, event)
    entry, offer = await desk.entry("ana", event), await desk.offer_to("ana", event)
    assert entry is not None
    assert offer is not None
    await mark_gate_for_line(
        desk.ask(OMAR), entry=entry.id, kind=ASSESSED, move=GateMove.CORRECT, on=TODAY
    )

    await answer_offer(desk.ask(adult("ana")), offer=offer.id, answer=Answer.YES)
    place = await desk.place("ana", event)

    assert offer.booking_id is None
    assert place is not None
    assert place.state is BookingState.WAITING_FOR_GATE


async def test_a_gate_whose_day_is_over_is_not_offered_past(desk: Desk, clock: Clock) -> None:
    event = await desk.event(0)
    await gate(desk, event, by=date(2026, 11, 24))
    await desk.listed(event, "ana")
    await clock.advance(days=3)

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    await jobs.fill_events(desk.ask_as)
    ana = await desk.entry("ana", event)

    assert ana is not None
    assert ana.passed_because is Passed.GATE_NOT_MET


@pytest.mark.parametrize("how", ["all at once", "one gate"])
async def test_gates_are_met_with_the_event_held(
    desk: Desk, databases: Databases, how: str
) -> None:
    """Whoever calls it off or sweeps meanwhile comes first or after, never between."""
    event = await desk.event(2)
    await gate(desk, event)
    await desk.family("ana")
    booking = await desk.book("ana", event)
    host = desk.ask(OMAR)

    async with desk.ask(Actor.system("ATV")).begin() as store:
        await store.events.lock_one(event)
        meeting = asyncio.create_task(
            meet_gates(host, booking=booking)
            if how == "all at once"
            else mark_gate(host, booking=booking, kind=ASSESSED, move=GateMove.MEET, on=TODAY)
        )
        while not meeting.done() and not await store.turn.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ):
            continue  # asking is a rest in itself
        waits = not meeting.done()
        marks = await store.gates.marks(event, [family_id("ana")])
    await meeting
    place = await desk.place("ana", event)

    assert waits
    assert marks == []
    assert place is not None
    assert place.state is BookingState.CONFIRMED


async def test_a_place_that_is_gone_meets_no_gate(desk: Desk) -> None:
    event = await desk.event(2)
    await gate(desk, event)
    await desk.family("ana")
    booking = await desk.book("ana", event)
    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")

    with pytest.raises(Refused, match="BOOKING_OVER"):
        await meet_gates(desk.ask(OMAR), booking=booking)

    async with desk.ask(Actor.system("ATV")).read() as store:
        assert GateState.MET not in {
            mark.state for mark in await store.gates.marks(event, [family_id("ana")])
        }


async def test_assessing_social_workers_mark_gates_of_their_agencys_families_alone(
    desk: Desk,
) -> None:
    event = await desk.event(2)
    await gate(desk, event)
    await desk.family("ana")
    booking = await desk.book("ana", event)
    wyn = Actor("assessing_social_worker", family_id("wyn"), "ATV")
    elsewhere = Actor("assessing_social_worker", family_id("win"), "AS")

    with pytest.raises(Refused, match="NOT_FOUND"):
        await mark_gate(
            desk.ask(elsewhere), booking=booking, kind=ASSESSED, move=GateMove.MEET, on=TODAY
        )
    await mark_gate(desk.ask(wyn), booking=booking, kind=ASSESSED, move=GateMove.MEET, on=TODAY)
    place = await desk.place("ana", event)

    assert place is not None
    assert place.state is BookingState.CONFIRMED
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await set_places(desk.ask(wyn), event=event, given=GivenPlaces(capacity=1))
