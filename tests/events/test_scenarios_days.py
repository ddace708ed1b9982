"""The day itself, swaps, slots and retries (event-scenarios.md E, F, G, H), each by its row."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.once import once
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import keep_register, walk_in
from services.events.actions.booking import book
from services.events.actions.clearance import clearance
from services.events.actions.drafting import correct_draft, draft_events, publish_events
from services.events.actions.gates import set_gates
from services.events.actions.guests import welcome_guest
from services.events.actions.moving import transfer_booking
from services.events.actions.running import cancel_event, set_places
from services.events.calendar import hours_before, instant_of, wall_of
from services.events.model.attendance import Mark
from services.events.model.event import Kind
from services.events.model.gate import EventGate, GateKind
from services.events.model.given import GivenPlaces
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState, Party
from services.events.store.whole import Whole
from services.events.waiting.room import has_room_at_door
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, TWO, Desk, adult, family_id
from tests.events.test_drafting import DRAFT, MONDAYS
from tests.events.test_feedback import sittings
from tests.house.reading import modules
from tests.patience import PATIENCE_S

WEEK = timedelta(weeks=1)
wall = datetime.fromisoformat


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def begin(desk: Desk, event: EventId, number: int = 0) -> None:
    """The clock to the beginning of one of its dates."""
    one = (await sittings(desk, event))[number]
    async with desk.ask(OMAR).read() as store:
        left = one.starts_at - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def mark(desk: Desk, name: str, event: EventId, adults: int, **more: Any) -> None:
    number = more.pop("number", 0)
    place = await desk.place(name, event)
    sitting = (await sittings(desk, event))[number]
    assert place is not None
    one = Mark(booking_id=place.id, sitting_id=sitting.id, adults=adults, children=0, **more)
    await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[one])


async def arrive(desk: Desk, event: EventId, name: str = "Jo") -> BookingId:
    (sitting,) = await sittings(desk, event)
    party = Party(adults=1)
    return await welcome_guest(desk.ask(OMAR), sitting=sitting.id, first_name=name, party=party)


async def test_e08_a_changed_rule_makes_drafts_anew_and_leaves_what_families_booked(
    desk: Desk,
) -> None:
    first, second, third = await draft_events(
        desk.ask(OMAR), given=DRAFT, rule=MONDAYS, minutes=120
    )
    await publish_events(desk.ask(OMAR), events=[first, second])
    await desk.full(first, "Osei")
    told = len(await desk.told())
    starts = [(await desk.seen(event)).starts_at for event in (first, second)]
    later = replace(DRAFT, dates=(replace(DRAFT.dates[0], at=wall("2027-05-10T20:00")),))

    for event in (first, second):
        with pytest.raises(Refused, match="NOT_A_DRAFT"):
            await correct_draft(desk.ask(OMAR), event=event, given=later)
    await correct_draft(desk.ask(OMAR), event=third, given=later)

    assert [(await desk.seen(event)).starts_at for event in (first, second)] == starts
    assert wall_of((await desk.seen(third)).starts_at).time() == time(20)
    assert (await desk.seen(first)).taken == 1
    assert len(await desk.told()) == told


def test_e11_three_days_before_at_noon_is_noon_when_the_clocks_change() -> None:
    for day in (date(2026, 10, 26), date(2027, 3, 29), date(2027, 6, 14)):
        noon = instant_of(datetime.combine(day, time(12)))
        assert noon is not None

        before = wall_of(hours_before(noon, 72))

        assert before == datetime.combine(day - timedelta(days=3), time(12))


async def test_e11_booking_that_closes_three_days_before_closes_at_the_time_on_the_wall(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(at=[wall("2027-03-29T12:00")], closes_before_hours=72)
    seen = await desk.seen(event)

    assert wall_of(seen.books_until) == wall("2027-03-26T12:00")
    assert seen.starts_at - seen.books_until == timedelta(hours=71)  # an hour was skipped


async def test_f03_a_date_made_good_at_a_parallel_course_takes_no_second_place(desk: Desk) -> None:
    weeks = [FAR + week * WEEK for week in range(2)]
    course = await desk.event(2, at=weeks, attendance_min=2)
    parallel = await desk.event(1, at=[one + timedelta(days=1) for one in weeks])
    await desk.full(course, "Osei")
    await desk.full(parallel, "Hart")
    await begin(desk, parallel, 1)

    await mark(desk, "Osei", course, 2)
    await mark(desk, "Osei", course, 0, number=1)
    before = await desk.place("Osei", course)
    await mark(desk, "Osei", course, 0, number=1, caught_up=True)

    after = await desk.place("Osei", course)
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == (BookingState.PART_ATTENDED, BookingState.ATTENDED)
    assert ((await desk.seen(course)).taken, (await desk.seen(parallel)).taken) == (1, 1)


async def test_f03_a_whole_place_that_moves_is_counted_once(desk: Desk) -> None:
    weeks = [FAR + week * WEEK for week in range(2)]
    offering = await desk.offering(kind=Kind.COURSE)
    course = await desk.event(1, at=weeks, of=offering)
    parallel = await desk.event(1, at=[one + timedelta(days=1) for one in weeks], of=offering)
    await desk.family("Osei")
    booking = await desk.book("Osei", course)

    await transfer_booking(desk.ask(adult("Osei")), booking=booking, to=parallel)

    assert ((await desk.seen(course)).taken, (await desk.seen(parallel)).taken) == (0, 1)


async def test_f08_a_course_that_is_called_off_leaves_what_builds_on_it_booked_and_flagged(
    desk: Desk,
) -> None:
    first, second = await desk.event(), await desk.event(at=[FAR + 8 * WEEK])
    gate = EventGate(event_id=second, kind=GateKind.PRIOR_COURSE, by_on=date(2027, 2, 1))
    await set_gates(desk.ask(OMAR), event=second, gates=[gate])
    await desk.full(first, "Osei")
    await desk.book("Osei", second)

    await cancel_event(desk.ask(OMAR), event=first, reason="The trainer is ill")

    place = await desk.place("Osei", second)
    seen = await clearance(desk.ask(OMAR), second)
    assert place is not None
    assert place.state is BookingState.WAITING_FOR_GATE
    assert seen is not None
    assert [one.is_cleared for one in seen.places] == [False]
    about_second = [one for one in await desk.told() if one["subject_id"] == str(place.id)]
    assert [one["kind"] for one in about_second] == ["place_held"]


async def test_g06_the_place_of_who_did_not_come_goes_to_who_stands_there(
    desk: Desk, events_db: Db
) -> None:
    event = await desk.event(2, walk_ins=True)
    await desk.full(event, "Osei", "Hart")
    await begin(desk, event)
    with pytest.raises(Refused, match="FULL"):
        await arrive(desk, event)
    await mark(desk, "Osei", event, 2)
    await mark(desk, "Hart", event, 0)

    await arrive(desk, event)
    with pytest.raises(Refused, match="FULL"):
        await arrive(desk, event, "Sam")
    await mark(desk, "Hart", event, 2)  # D08: there after all, and the guest stays

    seen = await desk.seen(event)
    hart = await desk.place("Hart", event)
    async with events_db.begin(Actor.system("ATV"), readonly=True) as turn:
        rows = await turn.fetchval("SELECT sum(places) FROM booking WHERE event_id = $1", event)
    assert hart is not None
    assert hart.state is BookingState.ATTENDED
    assert (seen.taken, rows, sum(share.used for share in seen.shares)) == (3, 3, 3)


async def test_g06_a_family_that_drops_by_takes_it_too_and_nobody_on_a_course(desk: Desk) -> None:
    course = await desk.event(1, walk_ins=True, at=[FAR, FAR + WEEK])
    evening = await desk.event(1, walk_ins=True, at=[FAR + timedelta(hours=4)])
    for event in (course, evening):
        await desk.full(event, "Hart")
    async with desk.ask(Actor.system()).begin() as store:
        await store.turn.execute("UPDATE family_card SET reference = 'ATV-7'")
    said = []
    for event in (course, evening):
        await begin(desk, event)
        await mark(desk, "Hart", event, 0)
        sitting = (await sittings(desk, event))[0]
        await desk.family("Lund", version=2)
        async with desk.ask(Actor.system()).begin() as store:
            await store.turn.execute(
                "UPDATE family_card SET reference = 'ATV-8' WHERE family_id = $1",
                family_id("Lund"),
            )
        try:
            await walk_in(desk.ask(OMAR), sitting=sitting.id, reference="ATV-8", party=TWO)
            said.append("in")
        except Refused as no:
            said.append(no.code)

    assert said == ["FULL", "in"]


async def test_g06_on_a_course_an_empty_chair_is_still_whose_it_is(desk: Desk) -> None:
    """Marked away from the whole of it, they may yet be put right (D08); an evening is over."""
    course = await desk.event(1, at=[FAR, FAR + WEEK])
    evening = await desk.event(1)
    for event in (course, evening):
        await desk.full(event, "Hart")

    told = {
        event: has_room_at_door(await desk.seen(event), "ATV", 1, {"ATV": 1})
        for event in (course, evening)
    }

    assert told == {course: False, evening: True}


async def test_h01_the_same_request_twice_at_once_is_one_booking(desk: Desk) -> None:
    event = await desk.event()
    await desk.family("Osei")
    key, ask = uuid4(), desk.ask(adult("Osei"))

    made = await asyncio.gather(*(once(ask, key, book, event=event, party=TWO) for _ in range(5)))

    assert len(set(made)) == 1
    assert (await desk.seen(event)).taken == 1
    assert await desk.kinds_told("Osei") == ["booked"]


async def test_h02_the_same_key_for_something_else_is_refused(desk: Desk) -> None:
    event = await desk.event()
    await desk.family("Osei")
    key, ask = uuid4(), desk.ask(adult("Osei"))
    await once(ask, key, book, event=event, party=TWO)

    with pytest.raises(Refused, match="KEY_ALREADY_USED"):
        await once(ask, key, book, event=event, party=Party(adults=1))


async def test_h03_what_died_half_way_is_done_by_the_next_try(desk: Desk) -> None:
    event = await desk.event()
    await desk.family("Osei")
    key, ask = uuid4(), desk.ask(adult("Osei"))
    dies = [True, False]

    async def booked(asking: Ask[Whole]) -> BookingId:
        made = await book(asking, event=event, party=TWO)
        if dies.pop(0):
            raise RuntimeError("the server died")
        return made

    with pytest.raises(RuntimeError):
        await once(ask, key, booked)
    nothing = (await desk.seen(event)).taken
    made = await once(ask, key, booked)

    assert (nothing, (await desk.seen(event)).taken) == (0, 1)
    assert await once(ask, key, booked) == made


async def test_h07_of_several_who_sweep_at_once_one_ends_each_offer(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "Osei")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    await desk.clock.advance(hours=73)

    ended = await asyncio.gather(*(jobs.lapse_offers(desk.ask_as) for _ in range(4)))

    assert sum(ended) == 1
    assert (await desk.kinds_told("Osei")).count("offer_lapsed") == 1


async def test_h11_two_who_swap_their_dates_at_once_do_not_block_each_other(desk: Desk) -> None:
    offering = await desk.offering()
    one = await desk.event(2, of=offering)
    two = await desk.event(2, at=[FAR + WEEK], of=offering)
    await desk.full(one, "Osei")
    await desk.full(two, "Hart")
    hers, theirs = await desk.place("Osei", one), await desk.place("Hart", two)
    assert hers is not None
    assert theirs is not None

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(
            transfer_booking(desk.ask(adult("Osei")), booking=hers.id, to=two),
            transfer_booking(desk.ask(adult("Hart")), booking=theirs.id, to=one),
        )

    assert [(await desk.seen(event)).taken for event in (one, two)] == [1, 1]
    assert await desk.place("Osei", two) is not None
    assert await desk.place("Hart", one) is not None


def test_h12_nothing_about_places_or_notices_asks_the_clock_of_its_own_machine() -> None:
    asks = ("datetime.now(", "utcnow(", "date.today(", "time.time(")
    found = [
        f"{path.name}: {call}"
        for service in ("events", "notify")
        for path in modules(f"services/{service}")
        for call in asks
        if call in path.read_text(encoding="utf-8")
    ]

    assert found == []
