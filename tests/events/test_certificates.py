"""Certificates: whose they are, for how much, and what they leave out (A5 row 46; D08, F06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.actions.certificates import certificates
from services.events.model.attendance import Certificate, Mark
from services.events.model.event import Kind
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState
from services.events.rules.attendance import Adult, came
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, TWO, Desk, adult, family_id
from tests.events.test_feedback import sittings, until

ANA = replace(adult("Osei"), person=uuid5(NAMES, "ana"))
BEN = replace(ANA, account=uuid5(NAMES, "ben"), person=uuid5(NAMES, "ben"))
WEEKS = [FAR + week * timedelta(days=7) for week in range(4)]


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def learning(desk: Desk, kind: Kind = Kind.COURSE, **given: object) -> EventId:
    event = await desk.event(of=await desk.offering(kind=kind), **given)  # type: ignore[arg-type]
    await desk.family("Osei")
    return event


async def mark(desk: Desk, event: EventId, booking: BookingId, *dates: tuple[Actor, ...]) -> None:
    """Who came to each date, by name, an hour after the last one ended."""
    await until(desk, event, timedelta(hours=1))
    for sitting, there in zip(await sittings(desk, event), dates, strict=False):
        one = Mark(
            booking_id=booking,
            sitting_id=sitting.id,
            adults=len(there),
            children=0,
            people=tuple(who.person for who in there if who.person),
        )
        await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[one])


async def own(desk: Desk, who: Actor, booking: BookingId) -> Certificate | None:
    return (await certificates(desk.ask(who), [booking])).get(booking)


async def test_f06_of_two_carers_only_who_came_has_one_and_the_place_is_the_familys(
    desk: Desk,
) -> None:
    event = await learning(desk, Kind.WORKSHOP)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    before = await own(desk, BEN, booking)

    await mark(desk, event, booking, (BEN,))

    his = await own(desk, BEN, booking)
    place = await desk.place("Osei", event)
    assert place is not None
    assert (before, await own(desk, ANA, booking)) == (None, None)
    assert his is not None
    assert (his.title, his.dates, his.dates_in_all, his.minutes) == (
        "An evening together",
        1,
        1,
        120,
    )
    assert (place.state, place.places) == (BookingState.PART_ATTENDED, 1)


async def test_row_46_each_carer_is_measured_by_the_dates_they_came_to(desk: Desk) -> None:
    event = await learning(desk, at=WEEKS, attendance_min=3)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    await mark(desk, event, booking, (ANA, BEN), (ANA,), (ANA, BEN), ())

    hers, his = await own(desk, ANA, booking), await own(desk, BEN, booking)
    *_, last = await sittings(desk, event)
    caught = Mark(booking_id=booking, sitting_id=last.id, adults=0, children=0, caught_up=True)
    await keep_register(desk.ask(OMAR), sitting=last.id, marks=[caught])

    assert hers is not None
    assert (hers.dates, hers.dates_in_all, hers.minutes) == (3, 4, 360)
    assert (hers.first_on.isoformat(), hers.completed_on.isoformat()) == (
        "2027-01-20",
        "2027-02-10",
    )
    assert his is None
    caught_up = await own(desk, BEN, booking)
    assert caught_up is not None
    assert caught_up.dates == 3


async def test_d08_who_is_put_right_from_not_there_to_there_has_one(desk: Desk) -> None:
    event = await learning(desk, Kind.WORKSHOP)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    seen = []
    for there in ((), (ANA,), ()):
        await mark(desk, event, booking, there)
        seen.append(await own(desk, ANA, booking) is not None)

    assert seen == [False, True, False]


async def test_there_is_none_of_a_group_nor_before_the_end(desk: Desk) -> None:
    group = await learning(desk, Kind.SUPPORT_GROUP)
    booking = await book(desk.ask(ANA), event=group, party=TWO)
    await mark(desk, group, booking, (ANA,))
    course = await learning(desk, at=[at + timedelta(days=30) for at in WEEKS], attendance_min=1)
    begun = await book(desk.ask(ANA), event=course, party=TWO)
    first = (await sittings(desk, course))[0]
    async with desk.ask(OMAR).read() as store:
        left = first.ends_at - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())
    one = Mark(booking_id=begun, sitting_id=first.id, adults=2, children=0)
    await keep_register(desk.ask(OMAR), sitting=first.id, marks=[one])

    assert (await own(desk, ANA, booking), await own(desk, ANA, begun)) == (None, None)


async def test_protected_familys_names_no_agency(desk: Desk) -> None:
    issued = []
    for protected in (False, True):
        event = await learning(desk, Kind.WORKSHOP, at=[FAR + timedelta(days=protected)])
        booking = await book(desk.ask(ANA), event=event, party=TWO)
        await desk.family("Osei", protected=protected, version=2 + protected)
        await mark(desk, event, booking, (ANA,))
        found = await own(desk, ANA, booking)
        assert found is not None
        issued.append(found.issued_by)

    assert issued == ["ATV", None]


async def test_nobody_else_has_it(desk: Desk) -> None:
    event = await learning(desk, Kind.WORKSHOP)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    await mark(desk, event, booking, (ANA,))
    other = Actor("adopter", UUID(int=1), None, ANA.person, family_id("Hart"))

    for who in (OMAR, PRIYA, other, Actor.nobody(), replace(ANA, person=None)):
        assert await own(desk, who, booking) is None
    assert await own(desk, ANA, booking) is not None


async def test_no_more_are_named_than_came(desk: Desk) -> None:
    event = await learning(desk, Kind.WORKSHOP)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    (sitting,) = await sittings(desk, event)
    await until(desk, event)
    people = (ANA.person, BEN.person)
    assert all(people)
    one = Mark(booking_id=booking, sitting_id=sitting.id, adults=1, children=0, people=people)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="MORE_THAN_THE_PARTY"):
        await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[one])


@pytest.mark.parametrize(
    ("adults", "booked", "is_there"),
    [(2, True, True), (2, False, True), (1, True, True), (1, False, False), (0, True, False)],
)
async def test_where_nobody_was_named_the_number_decides(
    desk: Desk, adults: int, booked: bool, is_there: bool
) -> None:
    event = await learning(desk, Kind.WORKSHOP)
    booking = await book(desk.ask(ANA), event=event, party=TWO)
    place = await desk.place("Osei", event)
    (sitting,) = await sittings(desk, event)
    assert place is not None
    one = Mark(booking_id=booking, sitting_id=sitting.id, adults=adults, children=0)

    assert came(Adult(UUID(int=1), booked), place, one) is is_there
