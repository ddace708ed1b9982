"""A family comes to one date of its course at a parallel one (event-scenarios.md F03)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.once import once
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import keep_register, register
from services.events.actions.booking import book, cancel_booking, change_party
from services.events.actions.calendars import give_address, open_calendar, slots_of
from services.events.actions.reading import whereabouts
from services.events.actions.running import cancel_event, move_sitting, set_places
from services.events.actions.swapping import (
    dates_to_swap,
    expected,
    swap_date,
    swap_date_back,
    swapped_dates,
)
from services.events.model.attendance import Mark
from services.events.model.event import CountsBy, Kind
from services.events.model.given import GivenDate, GivenPlaces
from services.events.model.ids import BookingId, EventId, SittingId, SwapId
from services.events.model.place import BookingState, Party
from tests.databases import Clock
from tests.events.programme import FAR, NEAR, OMAR, TWO, Desk, adult, family_id
from tests.events.test_feedback import sittings
from tests.events.test_scenarios_days import begin

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SYSTEM = Actor.system("ATV")


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


class Two:
    """Two courses of three dates of one thing, the second a day after the first."""

    def __init__(self, desk: Desk, first: EventId, second: EventId) -> None:
        self.desk, self.first, self.second = desk, first, second

    async def date(self, event: EventId, number: int = 1) -> SittingId:
        return (await sittings(self.desk, event))[number].id

    async def swap(self, name: str, *, number: int = 1, back: bool = False) -> BookingId:
        """From the first to the second, or the other way."""
        own, other = (self.second, self.first) if back else (self.first, self.second)
        place = await self.desk.place(name, own)
        assert place is not None
        return await swap_date(
            self.desk.ask(adult(name)),
            booking=place.id,
            own=await self.date(own, number),
            other=await self.date(other, number),
        )

    async def expected(self, event: EventId) -> list[int]:
        dates = [one.id for one in await sittings(self.desk, event)]
        found = await expected(self.desk.ask(OMAR), dates)
        return [found[one] for one in dates]

    async def swap_of(self, name: str) -> SwapId:
        place = await self.desk.place(name, self.first)
        assert place is not None
        (one,) = (await swapped_dates(self.desk.ask(adult(name)), [place.id]))[place.id]
        return one.id

    async def count(self) -> None:
        await jobs.count_visits(self.desk.ask_as)


async def two(desk: Desk, first: int = 2, second: int = 2, *, begins: datetime = FAR) -> Two:
    weeks = [begins + week * WEEK for week in range(3)]
    offering = await desk.offering(kind=Kind.COURSE)
    one = await desk.event(first, at=weeks, of=offering)
    other = await desk.event(second, at=[at + DAY for at in weeks], of=offering)
    return Two(desk, one, other)


async def test_f03_each_date_counts_who_comes_and_the_place_stays_whole(desk: Desk) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei", "Hart")
    await desk.full(at.second, "Lee")

    await at.swap("Osei")

    assert await at.expected(at.first) == [2, 1, 2]
    assert await at.expected(at.second) == [1, 2, 1]
    assert ((await desk.seen(at.first)).taken, (await desk.seen(at.second)).taken) == (2, 1)
    assert (await desk.seen(at.second)).free == 0
    place = await desk.place("Osei", at.first)
    assert place is not None
    assert place.state is BookingState.CONFIRMED


async def test_f03_a_full_date_takes_nobody_more_and_the_last_place_goes_once(desk: Desk) -> None:
    at = await two(desk, 3, 1)
    await desk.full(at.first, "Osei", "Hart", "Kaur")
    await desk.family("New")

    outcomes = await asyncio.gather(
        at.swap("Osei"), at.swap("Hart"), desk.book("New", at.second), return_exceptions=True
    )

    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert {one.code for one in outcomes if isinstance(one, Refused)} == {"FULL"}
    assert max(await at.expected(at.second)) == 1


async def test_f03_two_families_of_full_courses_change_with_each_other(desk: Desk) -> None:
    at = await two(desk, 1, 2)
    await desk.full(at.first, "Osei")
    await desk.full(at.second, "Hart")

    booking = await at.swap("Osei")
    await at.swap("Hart", back=True)  # into the place that the first has left

    assert await at.expected(at.first) == [1, 1, 1]
    assert await at.expected(at.second) == [1, 1, 1]
    assert (await desk.seen(at.second)).free == 1

    swap, ask = await at.swap_of("Osei"), desk.ask(adult("Osei"))
    with pytest.raises(Refused, match="OWN_DATE_FILLED"):
        await swap_date_back(ask, booking=booking, swap=swap)
    with pytest.raises(Refused, match="FULL"):
        await desk.full(at.first, "New")


async def test_f03_taken_back_both_dates_are_as_they_were(desk: Desk) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei")
    booking = await at.swap("Osei")

    await swap_date_back(desk.ask(adult("Osei")), booking=booking, swap=await at.swap_of("Osei"))

    assert await at.expected(at.first) == [1, 1, 1]
    assert await at.expected(at.second) == [0, 0, 0]
    assert (await desk.seen(at.second)).free == 2
    await at.swap("Osei")  # and it can be swapped anew
    with pytest.raises(Refused, match="SWAPPED_ALREADY"):
        await at.swap("Osei")


async def test_f03_a_place_given_back_takes_its_swaps_along(desk: Desk) -> None:
    at = await two(desk, 2, 1)
    await desk.full(at.first, "Osei", "Hart")
    booking = await at.swap("Osei")
    assert (await desk.seen(at.second)).free == 0

    await cancel_booking(desk.ask(adult("Osei")), booking=booking)
    await at.count()

    assert (await desk.seen(at.second)).free == 1
    assert await at.expected(at.first) == [1, 1, 1]
    assert await at.expected(at.second) == [0, 0, 0]


async def test_f03_who_leaves_a_place_that_another_comes_to_does_not_free_it(desk: Desk) -> None:
    at = await two(desk, 2, 2)
    await desk.full(at.first, "Osei", "Kaur")
    await desk.full(at.second, "Hart")
    booking = await at.swap("Osei")
    await at.swap("Hart", back=True)
    await desk.family("New")

    await cancel_booking(desk.ask(adult("Osei")), booking=booking)

    assert await at.expected(at.first) == [1, 2, 1]
    with pytest.raises(Refused, match="FULL"):
        await desk.book("New", at.first)


async def test_f03_the_other_course_called_off_sends_them_back_and_tells_them(desk: Desk) -> None:
    at = await two(desk, 1, 2)
    await desk.full(at.first, "Osei")
    await desk.full(at.second, "Hart")
    await at.swap("Osei")
    await at.swap("Hart", back=True)

    await cancel_event(desk.ask(OMAR), event=at.second, reason="The trainer is ill")

    assert await at.expected(at.first) == [1, 1, 1]
    assert "date_moved" in await desk.kinds_told("Osei")
    assert (await desk.seen(at.first)).taken == 1


async def test_f03_whose_date_is_filled_is_expected_all_the_same_and_nobody_more(
    desk: Desk,
) -> None:
    """Back from a course that is called off to a date that somebody else has filled (A07)."""
    at = await two(desk, 2, 2)
    offering = (await desk.seen(at.first)).offering_id
    third = await desk.event(2, at=[FAR + 2 * DAY + week * WEEK for week in range(3)], of=offering)
    await desk.full(at.first, "Osei")
    await desk.full(third, "Hart", "Kaur")
    await at.swap("Osei")
    for name in ("Hart", "Kaur"):
        place = await desk.place(name, third)
        assert place is not None
        own, other = await at.date(third), await at.date(at.first)
        await swap_date(desk.ask(adult(name)), booking=place.id, own=own, other=other)

    await cancel_event(desk.ask(OMAR), event=at.second, reason="The trainer is ill")

    assert await at.expected(at.first) == [1, 3, 1]
    seen = await desk.seen(at.first)
    assert (seen.places, seen.taken, seen.free) == (0, 1, 0)
    with pytest.raises(Refused, match="FULL"):
        await desk.full(at.first, "New")


async def test_f03_moved_the_other_date_is_told_to_who_comes_to_it(desk: Desk) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei", "Hart")
    await at.swap("Osei")

    to = GivenDate(at=FAR + DAY + WEEK + timedelta(hours=1), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=await at.date(at.second), to=to)

    assert "date_moved" in await desk.kinds_told("Osei")
    assert "date_moved" not in await desk.kinds_told("Hart")


async def test_f03_the_register_of_the_other_date_marks_who_comes_for_their_own(
    desk: Desk,
) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei")
    await desk.full(at.second, "Hart")
    booking = await at.swap("Osei")
    for number in range(3):
        where = at.second if number == 1 else at.first
        await begin(desk, where, number)
        date = await at.date(where, number)
        shown = await register(desk.ask(OMAR), date)
        assert shown is not None
        assert booking in {row.booking_id for row in shown.rows}
        one = Mark(booking_id=booking, sitting_id=date, adults=2, children=0)
        await keep_register(desk.ask(OMAR), sitting=date, marks=[one])
        again = await register(desk.ask(OMAR), date)
        assert again is not None
        assert [row.mark is not None for row in again.rows if row.booking_id == booking] == [True]

    own = await register(desk.ask(OMAR), await at.date(at.first))
    assert own is not None
    assert own.rows == ()
    place = await desk.place("Osei", at.first)
    assert place is not None
    assert place.state is BookingState.ATTENDED
    theirs = await desk.place("Hart", at.second)
    assert theirs is not None
    assert theirs.state is BookingState.CONFIRMED


async def test_f03_reminders_addresses_and_calendars_go_by_the_other_date(
    desk: Desk, clock: Clock
) -> None:
    at = await two(desk, begins=NEAR)
    await desk.full(at.first, "Osei")
    before = await whereabouts(desk.ask(adult("Osei")), [at.second])
    await at.swap("Osei")

    after = await whereabouts(desk.ask(adult("Osei")), [at.second])
    assert not before
    assert after[at.second].venue is not None
    ask = desk.ask(adult("Osei"))
    await open_calendar(ask)
    slots = await slots_of(desk.ask(Actor("nobody")), await give_address(ask))
    assert slots is not None
    assert {one.sitting_id for one in slots} == {
        await at.date(at.first, 0),
        await at.date(at.second, 1),
        await at.date(at.first, 2),
    }

    told = []
    for _ in range(25):
        await clock.advance(hours=24)
        await jobs.remind(desk.ask_as)
        told = [one for one in await desk.told() if one["kind"] == "reminder"]
    starts = {one["starts_at"] for one in told}
    dates = [await sittings(desk, at.first), await sittings(desk, at.second)]
    assert starts == {one.starts_at.isoformat() for one in (dates[0][0], dates[1][1], dates[0][2])}


async def test_f03_no_date_is_swapped_that_is_not_the_same_of_a_parallel_course(
    desk: Desk,
) -> None:
    at = await two(desk)
    other = await two(desk)
    await desk.full(at.first, "Osei")
    await desk.full(at.second, "Hart")
    place = await desk.place("Osei", at.first)
    assert place is not None
    own = await at.date(at.first)

    for wrong in (
        await at.date(at.first, 2),
        await at.date(at.second, 2),
        await other.date(other.second),
        SittingId(uuid4()),
    ):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await swap_date(desk.ask(adult("Osei")), booking=place.id, own=own, other=wrong)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await swap_date(
            desk.ask(adult("Hart")), booking=place.id, own=own, other=await at.date(at.second)
        )


async def test_f03_a_date_that_has_begun_stays(desk: Desk) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei")
    await begin(desk, at.first, 1)
    with pytest.raises(Refused, match="EVENT_BEGUN"):
        await at.swap("Osei")


async def test_f03_families_who_must_not_meet_meet_at_no_date(desk: Desk) -> None:
    at = await two(desk)
    await desk.family("Osei", apart_from=["Hart"])
    await desk.family("Hart", apart_from=["Osei"])
    await desk.book("Hart", at.second)
    await desk.book("Osei", at.first)
    with pytest.raises(Refused, match="FULL"):
        await at.swap("Osei")

    third = await two(desk)
    await desk.book("Osei", third.first)
    await third.swap("Osei")
    with pytest.raises(Refused, match="FULL"):
        await desk.book("Hart", third.second)
    async with desk.ask(adult("Hart")).read() as store:
        seen = (await store.events.events([third.second]))[third.second]
    assert seen.free == 0


@pytest.mark.parametrize("told_of", ["Osei", "Hart"])
async def test_f03_kept_apart_afterwards_who_swapped_comes_to_their_own_date_again(
    desk: Desk, told_of: str
) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei", "Lee")
    await desk.full(at.second, "Hart")
    await at.swap("Osei")
    other = {"Osei": "Hart", "Hart": "Osei"}[told_of]

    await desk.family(told_of, apart_from=[other], version=2)

    assert await at.expected(at.first) == [2, 2, 2]
    assert await at.expected(at.second) == [1, 1, 1]
    assert "date_moved" in await desk.kinds_told("Osei")
    assert "date_moved" not in await desk.kinds_told("Hart")
    assert (await desk.seen(at.second)).free == 1


async def test_f03_who_waits_comes_first_and_one_family_is_counted_once(desk: Desk) -> None:
    at = await two(desk, 2, 1)
    await desk.full(at.first, "Osei", "Hart")
    await desk.full(at.second, "Lee")
    await desk.listed(at.second, "Kaur", "Osei")
    with pytest.raises(Refused, match="ALREADY_WAITING"):
        await at.swap("Osei")
    await set_places(desk.ask(OMAR), event=at.second, given=GivenPlaces(capacity=6))
    with pytest.raises(Refused, match="ALREADY_BOOKED"):
        await at.swap("Osei")
    await at.swap("Hart")
    with pytest.raises(Refused, match="TAKE_SWAP_BACK_FIRST"):
        await book(desk.ask(adult("Hart")), event=at.second, party=TWO)


async def test_f03_no_more_of_a_party_while_a_date_is_swapped(desk: Desk) -> None:
    weeks = [FAR, FAR + WEEK]
    offering = await desk.offering(kind=Kind.COURSE, counts_by=CountsBy.HEADS)
    one = await desk.event(6, at=weeks, of=offering)
    other = await desk.event(6, at=[at + DAY for at in weeks], of=offering)
    at = Two(desk, one, other)
    await desk.full(one, "Osei")
    booking = await at.swap("Osei")

    with pytest.raises(Refused, match="SWAPPED_SO_NOT_MORE"):
        await change_party(desk.ask(adult("Osei")), booking=booking, party=Party(adults=3))
    await change_party(desk.ask(adult("Osei")), booking=booking, party=Party(adults=1))
    await at.count()

    assert await at.expected(other) == [0, 1]
    assert await at.expected(one) == [1, 0]
    assert (await desk.seen(other)).free == 5


async def test_f03_pressed_twice_it_is_swapped_once(desk: Desk) -> None:
    at = await two(desk)
    await desk.full(at.first, "Osei")
    place = await desk.place("Osei", at.first)
    assert place is not None
    key, own, other = uuid4(), await at.date(at.first), await at.date(at.second)
    ask = desk.ask(adult("Osei"))

    for _ in range(2):
        await once(ask, key, swap_date, booking=place.id, own=own, other=other)

    assert await at.expected(at.second) == [0, 1, 0]


async def test_f03_only_what_has_room_is_shown_to_choose_from(desk: Desk) -> None:
    at = await two(desk, 2, 1)
    await desk.full(at.first, "Osei", "Hart")
    place = await desk.place("Osei", at.first)
    assert place is not None
    ask = desk.ask(adult("Osei"))

    choices = (await dates_to_swap(ask, [place.id]))[place.id]
    assert [one.own.number for one in choices] == [1, 2, 3]
    await at.swap("Hart", number=0)
    choices = (await dates_to_swap(ask, [place.id]))[place.id]
    assert [one.own.number for one in choices] == [2, 3]  # the one place is taken on the first
    await at.swap("Osei")
    choices = (await dates_to_swap(ask, [place.id]))[place.id]
    assert [one.own.number for one in choices] == [3]
    assert family_id("Osei") == place.family_id
    assert await dates_to_swap(desk.ask(adult("Hart")), [place.id]) == {}
