"""Of two adults the one who came is asked how it was, and the one at home is not (F06, F07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid5

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions import feedback
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.model.attendance import Mark
from services.events.model.event import Kind
from services.events.model.ids import BookingId, EventId, SittingId
from services.events.model.place import Booking
from services.events.rules.attendance import Adult, came, known_to_have_come, stayed_at_home
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, TWO, Desk, adult
from tests.events.test_feedback import asked, sittings, until

HOME = "Osei"
ANA = replace(adult(HOME), person=uuid5(NAMES, "ana herself"))  # who booked
BEN = replace(adult(HOME), account=uuid5(NAMES, "ben"), person=uuid5(NAMES, "ben himself"))
ASKS = ("feedback_wanted", "follow_up_wanted")
PLAIN: dict[str, Any] = {"to_people": [], "to_account_id": None}


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family(HOME)
    return desk


async def workshop(desk: Desk, **given: Any) -> EventId:
    event = await desk.event(of=await desk.offering(kind=Kind.WORKSHOP), **given)
    await book(desk.ask(ANA), event=event, party=TWO)
    return event


async def marked(
    desk: Desk, event: EventId, *, adults: int = 1, people: Sequence[UUID] = ()
) -> Booking:
    """The place of the family is marked at every date, an hour after the last."""
    await until(desk, event, timedelta(hours=1))
    place = await desk.place(HOME, event)
    assert place is not None
    for sitting in await sittings(desk, event):
        mark = Mark(
            booking_id=place.id,
            sitting_id=sitting.id,
            adults=adults,
            children=0,
            people=tuple(people),
        )
        await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[mark])
    return place


async def asks(desk: Desk) -> list[dict[str, Any]]:
    """To whom each asking goes."""
    return [
        {name: one[name] for name in PLAIN} for one in await desk.told() if one.get("kind") in ASKS
    ]


async def test_f06_the_one_who_came_is_asked_after_it_and_two_and_eight_weeks_on(
    desk: Desk,
) -> None:
    event = await workshop(desk)
    assert BEN.person is not None
    await marked(desk, event, people=[BEN.person])

    for after in (timedelta(hours=1), timedelta(days=15), timedelta(days=57)):
        await until(desk, event, after)
        assert await asked(desk) == 1

    assert await asks(desk) == [{**PLAIN, "to_people": [str(BEN.person)]}] * 3


async def test_f06_who_came_unnamed_is_the_one_who_booked_and_where_both_came_both_are_asked(
    desk: Desk,
) -> None:
    one, both = await workshop(desk), await workshop(desk, at=[FAR + timedelta(hours=3)])
    await marked(desk, one)
    await asked(desk)
    await marked(desk, both, adults=2)
    await asked(desk)

    assert await asks(desk) == [{**PLAIN, "to_account_id": str(ANA.account)}, PLAIN]


async def test_f06_who_stayed_at_home_finds_nothing_to_say_and_who_came_does(desk: Desk) -> None:
    event = await workshop(desk)
    assert BEN.person is not None
    place = await marked(desk, event, people=[BEN.person])
    await asked(desk)

    assert set(await feedback.open_asks(desk.ask(BEN), [place.id])) == {place.id}
    assert await feedback.open_asks(desk.ask(ANA), [place.id]) == {}
    with pytest.raises(Refused, match="FEEDBACK_OVER"):
        await feedback.give_link(desk.ask(ANA), place.id)
    await feedback.give_link(desk.ask(BEN), place.id)


async def test_f06_where_the_register_names_nobody_either_may_say_how_it_was(desk: Desk) -> None:
    event = await workshop(desk)
    place = await marked(desk, event)
    await asked(desk)

    for who in (ANA, BEN):
        assert set(await feedback.open_asks(desk.ask(who), [place.id])) == {place.id}


async def test_f06_each_who_came_to_a_date_of_a_course_is_asked(desk: Desk) -> None:
    weeks = [FAR + week * timedelta(days=7) for week in range(2)]
    course = await desk.event(of=await desk.offering(kind=Kind.COURSE), at=weeks)
    await book(desk.ask(ANA), event=course, party=TWO)
    place = await desk.place(HOME, course)
    assert place is not None
    await until(desk, course, timedelta(hours=1))
    for sitting, who in zip(await sittings(desk, course), (ANA, BEN), strict=True):
        assert who.person is not None
        mark = Mark(
            booking_id=place.id, sitting_id=sitting.id, adults=1, children=0, people=(who.person,)
        )
        await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[mark])

    await asked(desk)

    (one,) = await asks(desk)
    assert one == {**PLAIN, "to_people": sorted([str(ANA.person), str(BEN.person)])}


def test_whom_it_goes_to_is_whom_the_certificate_counts_as_there() -> None:
    """Every mark that one date of a place of two can have, and each adult of it."""
    ana, ben = UUID(int=1), UUID(int=2)
    booked = _place(adults=2)
    for adults, children, people, caught_up in product(
        range(4), range(2), ((), (ana,), (ben,), (ana, ben)), (False, True)
    ):
        if len(people) > adults:
            continue
        mark = _mark(adults=adults, children=children, people=people, caught_up=caught_up)
        known = known_to_have_come(booked, [mark])
        there = {
            who
            for who, by in ((ana, True), (ben, False))
            if mark.counts and came(Adult(who, by), booked, mark)
        }
        told = {who for who, by in ((ana, True), (ben, False)) if who in known.people}
        told |= {ana} if known.booker else set()
        if not known.people and not known.booker:
            assert there in ({ana, ben}, set()), mark  # all, or nobody knows
        else:
            assert told == there, mark
        for who in there:
            assert not stayed_at_home(who, [mark]), mark


def test_who_came_to_none_of_the_dates_that_name_everybody_stayed_at_home() -> None:
    ana, ben = UUID(int=1), UUID(int=2)
    named = _mark(adults=1, people=(ben,))

    assert stayed_at_home(ana, [named])
    assert not stayed_at_home(ben, [named])
    assert not stayed_at_home(ana, [named, _mark(adults=1)])  # came unnamed: perhaps it was she
    assert not stayed_at_home(ana, [_mark(adults=2, people=(ben,))])
    assert not stayed_at_home(ana, [named, _mark(adults=0, caught_up=True)])
    assert not stayed_at_home(ana, [_mark(adults=0, children=2)])  # children alone: who else says


def _place(*, adults: int) -> Booking:
    kept: dict[str, Any] = dict.fromkeys(Booking.__dataclass_fields__)
    return Booking(**{**kept, "id": BookingId(UUID(int=9)), "adults": adults, "children": []})


def _mark(
    *, adults: int, children: int = 0, people: tuple[UUID, ...] = (), caught_up: bool = False
) -> Mark:
    return Mark(
        booking_id=BookingId(UUID(int=9)),
        sitting_id=SittingId(UUID(int=8)),
        adults=adults,
        children=children,
        people=people,
        caught_up=caught_up,
    )
