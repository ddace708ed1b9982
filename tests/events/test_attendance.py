"""The register of a date: its hours, who came, walk-ins, and what a course comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.messages import FamilyCard
from kernel.refusal import Refused
from services.events.actions.attendance import keep_register, register, walk_in
from services.events.actions.cards import record_family_card
from services.events.actions.running import set_places
from services.events.model.attendance import LedTo, Mark, Register
from services.events.model.event import Kind, Sitting
from services.events.model.given import GivenPlaces
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState, Party
from tests.databases import Clock, Databases
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, TWO, Desk, adult, family_id

FERN = Actor("facilitator", uuid5(NAMES, "fern"), "ATV")
ELSEWHERE = replace(FERN, agency="AS")
DAY = timedelta(days=1)


@pytest.fixture
async def desk(databases: Databases, events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def sittings(desk: Desk, event: EventId) -> list[Sitting]:
    async with desk.ask(OMAR).read() as store:
        return (await store.sittings.of_events([event]))[event]


async def go_to(desk: Desk, sitting: Sitting, before: timedelta = timedelta()) -> None:
    """The clock to so long before a date begins."""
    async with desk.ask(OMAR).read() as store:
        left = sitting.starts_at - before - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def read(desk: Desk, sitting: Sitting, *, by: Actor = FERN) -> Register | None:
    return await register(desk.ask(by), sitting.id)


async def mark(
    desk: Desk, sitting: Sitting, booking: BookingId, adults: int, *, caught_up: bool = False
) -> None:
    one = Mark(
        booking_id=booking, sitting_id=sitting.id, adults=adults, children=0, caught_up=caught_up
    )
    await keep_register(desk.ask(FERN), sitting=sitting.id, marks=[one])


async def state(desk: Desk, name: str, event: EventId) -> BookingState | None:
    place = await desk.place(name, event)
    return place.state if place else None


async def test_e22_register_is_open_from_48_hours_before_to_7_days_after(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "Osei")
    (sitting,) = await sittings(desk, event)

    async def rows(before: timedelta) -> int:
        await go_to(desk, sitting, before)
        found = await read(desk, sitting)
        assert found is not None
        return len(found.rows)

    lasts = sitting.ends_at - sitting.starts_at
    second = timedelta(seconds=1)
    assert await rows(2 * DAY + second) == 0
    assert await rows(2 * DAY) == 1
    assert await rows(-lasts - 7 * DAY + second) == 1
    assert await rows(-lasts - 7 * DAY) == 0


async def test_register_says_first_what_is_needed_and_nothing_that_locates(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "Osei")
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    found = await read(desk, sitting)

    assert found is not None
    (row,) = found.rows
    shown = set(row.__dataclass_fields__)
    assert shown.isdisjoint({"reference", "outcode", "council", "address", "stage", "name"})
    assert (row.adults, row.photos_allowed, row.mark) == (2, False, None)


async def test_nobody_else_reads_or_marks_it(desk: Desk) -> None:
    worker = uuid5(NAMES, "somebody else")
    led = await desk.event(worker=worker)
    event = await desk.event(at=[FAR + timedelta(hours=4)])
    await desk.full(event, "Osei")
    (sitting,), (others,) = await sittings(desk, event), await sittings(desk, led)
    await go_to(desk, sitting)
    place = await desk.place("Osei", event)
    assert place is not None

    for asker in (ELSEWHERE, PRIYA, adult("Osei")):
        assert await read(desk, sitting, by=asker) is None
        one = Mark(booking_id=place.id, sitting_id=sitting.id, adults=2, children=0)
        with pytest.raises(Refused) as no:
            await keep_register(desk.ask(asker), sitting=sitting.id, marks=[one])
        assert no.value.code in {"NOT_FOUND", "NOT_ALLOWED"}
    assert await read(desk, others) is None
    assert await read(desk, others, by=replace(FERN, account=worker)) is not None


async def test_row_30_what_a_consultation_led_to_is_written_beside_who_came(desk: Desk) -> None:
    offering = await desk.offering(kind=Kind.CONSULTATION)
    slot = await desk.event(1, of=offering)
    group = await desk.event(at=[FAR + timedelta(hours=4)])
    sitting, place = await held_by_osei(desk, slot)
    other, elsewhere = await held_by_osei(desk, group)
    await go_to(desk, sitting)

    async def say(at: Sitting, of: BookingId, led_to: LedTo | None, *, adults: int = 2) -> str:
        one = Mark(booking_id=of, sitting_id=at.id, adults=adults, children=0, led_to=led_to)
        try:
            await keep_register(desk.ask(OMAR), sitting=at.id, marks=[one])
        except Refused as no:
            return no.code
        found = await read(desk, at)
        assert found is not None
        mark = found.rows[0].mark
        return str(mark.led_to) if mark else "unmarked"

    said = [
        await say(sitting, place, LedTo.ONE_OFF),
        await say(sitting, place, LedTo.LONGER_PROGRAMME),
        await say(sitting, place, None),
        await say(sitting, place, LedTo.FOLLOW_UP, adults=0),
    ]
    await go_to(desk, other)

    assert said == ["one_off", "longer_programme", "None", "LED_TO_NOTHING"]
    assert await say(other, elsewhere, LedTo.FOLLOW_UP) == "LED_TO_NOTHING"


async def held_by_osei(desk: Desk, event: EventId) -> tuple[Sitting, BookingId]:
    await desk.full(event, "Osei")
    (sitting,) = await sittings(desk, event)
    place = await desk.place("Osei", event)
    assert place is not None
    return sitting, place.id


async def test_newest_mark_counts_and_each_is_kept(desk: Desk, events_db: Db) -> None:
    event = await desk.event()
    await desk.full(event, "Osei")
    (sitting,) = await sittings(desk, event)
    place = await desk.place("Osei", event)
    assert place is not None
    with pytest.raises(Refused) as early:
        await mark(desk, sitting, place.id, 2)
    await go_to(desk, sitting)

    seen = []
    for came in (0, 1, 2):
        await mark(desk, sitting, place.id, came)
        seen.append(await state(desk, "Osei", event))
    async with events_db.begin(Actor.system("ATV")) as turn:
        kept = await turn.fetch("SELECT adults FROM attendance ORDER BY place")

    assert early.value.code == "TOO_EARLY_TO_MARK"
    assert seen == [
        BookingState.NOT_ATTENDED,
        BookingState.PART_ATTENDED,
        BookingState.ATTENDED,
    ]
    assert [row["adults"] for row in kept] == [0, 1, 2]
    assert (await desk.seen(event)).taken == 1


async def test_row_46_course_is_completed_by_its_minimum_or_by_catching_up(desk: Desk) -> None:
    weeks = [FAR + week * timedelta(days=7) for week in range(14)]
    event = await desk.event(at=weeks, attendance_min=12)
    await desk.full(event, "Osei")
    dates = await sittings(desk, event)
    place = await desk.place("Osei", event)
    assert place is not None

    for number, sitting in enumerate(dates):
        await go_to(desk, sitting)
        await mark(desk, sitting, place.id, 0 if number in (2, 5, 9) else 2)
        if number < len(dates) - 1:
            assert await state(desk, "Osei", event) is BookingState.CONFIRMED
    missed = await state(desk, "Osei", event)
    one = Mark(booking_id=place.id, sitting_id=dates[5].id, adults=0, children=0, caught_up=True)
    with pytest.raises(Refused) as closed:
        await keep_register(desk.ask(FERN), sitting=dates[5].id, marks=[one])
    await keep_register(desk.ask(OMAR), sitting=dates[5].id, marks=[one])

    assert missed is BookingState.PART_ATTENDED
    assert closed.value.code == "REGISTER_CLOSED"
    assert await state(desk, "Osei", event) is BookingState.ATTENDED


async def test_walk_in_has_a_place_and_is_marked_while_there_is_room(desk: Desk) -> None:
    event = await desk.event(1, extra=1, walk_ins=True)
    await desk.full(event, "Osei")
    for name in ("Lee", "Khan"):
        card = FamilyCard(
            family_id=family_id(name), version=2, agency="ATV", stage="placed", reference=name
        )
        await record_family_card(desk.ask(Actor.system()), card)
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    async def comes(reference: str, party: Party = TWO) -> str:
        try:
            await walk_in(desk.ask(FERN), sitting=sitting.id, reference=reference, party=party)
        except Refused as no:
            return no.code
        return "in"

    said = [await comes(one) for one in ("nobody", " lee ", "Lee", "Khan")]

    assert said == ["FAMILY_NOT_KNOWN", "in", "FULL", "FULL"]
    assert await state(desk, "Lee", event) is BookingState.ATTENDED
    assert (await desk.seen(event)).taken == 2


async def test_who_waits_and_stands_at_the_door_waits_no_longer(desk: Desk) -> None:
    event = await desk.event(1, walk_ins=True, auto_offers=False)
    await desk.full(event, "Osei")
    await desk.family("Lee", reference="Lee")
    await desk.join("Lee", event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    await walk_in(desk.ask(FERN), sitting=sitting.id, reference="Lee", party=TWO)

    seen = await desk.seen(event)
    assert (seen.taken, seen.listed, seen.queue) == (2, 0, 0)
    assert await desk.entry("Lee", event) is None


async def test_nobody_walks_in_where_that_is_not_offered(desk: Desk) -> None:
    event = await desk.event()
    (sitting,) = await sittings(desk, event)
    await go_to(desk, sitting)

    with pytest.raises(Refused) as no:
        await walk_in(desk.ask(FERN), sitting=sitting.id, reference="Lee", party=TWO)

    assert no.value.code == "NO_WALK_INS"
