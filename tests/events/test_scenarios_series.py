"""Series, clock changes, bank holidays, and courses of several dates (event-scenarios.md E, F)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.booking import cancel_booking
from services.events.actions.running import move_sitting
from services.events.actions.scheduling import add_dates, add_series
from services.events.calendar import OnBankHoliday, Weekly, series, wall_of
from services.events.model.event import Kind
from services.events.model.given import GivenDate, GivenEvent, GivenPlaces
from services.events.model.ids import EventId
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, Desk, adult, family_id

ONLINE = GivenEvent(places=GivenPlaces(capacity=8), is_online=True)
WEEK = timedelta(weeks=1)


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


def weekly(first: date, *weekdays: int, times: int = 10, **more: Any) -> Weekly:
    return Weekly(first=first, at=time(18, 30), weekdays=weekdays, times=times, **more)


async def test_e01_half_past_six_stays_so_when_the_clocks_change(desk: Desk, clock: Clock) -> None:
    await clock.set(datetime.fromisoformat("2026-09-01T09:00+00:00"))
    rule = weekly(date(2026, 10, 1), 3)

    added = await add_series(
        desk.ask(OMAR), offering=await desk.offering(), rule=rule, minutes=90, given=ONLINE
    )
    starts = [(await desk.seen(event)).starts_at for event in added]

    assert {wall_of(at).time() for at in starts} == {time(18, 30)}
    assert [at.hour for at in starts] == [17] * 4 + [18] * 6


@pytest.mark.parametrize(("at", "minutes"), [("2027-10-31T00:30", 120), ("2027-03-28T00:30", 120)])
async def test_e02_a_night_on_which_the_clocks_change_has_the_length_that_was_said(
    desk: Desk, at: str, minutes: int
) -> None:
    dates = [GivenDate(at=datetime.fromisoformat(at), minutes=minutes)]
    offering = await desk.offering()

    (event,) = await add_dates(desk.ask(OMAR), offering=offering, dates=dates, given=ONLINE)
    seen = await desk.seen(event)

    assert seen.ends_at - seen.starts_at == timedelta(minutes=minutes)


async def test_e02_the_hour_that_the_clocks_skip_is_refused(desk: Desk) -> None:
    dates = [GivenDate(at=datetime.fromisoformat("2027-03-28T01:30"), minutes=60)]
    offering = await desk.offering()

    with pytest.raises(Refused) as no:
        await add_dates(desk.ask(OMAR), offering=offering, dates=dates, given=ONLINE)

    assert (no.value.code, no.value.facts) == ("TIME_DOES_NOT_EXIST", {"time": "01:30"})


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (OnBankHoliday.SKIP, [26, 9]),
        (OnBankHoliday.MOVE, [26, 4, 9]),
        (OnBankHoliday.KEEP, [26, 3, 9]),
    ],
)
def test_e03_a_bank_holiday_is_skipped_moved_or_kept_by_the_rule(
    rule: OnBankHoliday, days: list[int]
) -> None:
    """3 May 2027 is one in England; the Mondays are 26 April, 3 and 10 May."""
    found = series(weekly(date(2027, 4, 26), 0, times=3, on_bank_holiday=rule))

    assert [at.day for at in found] == [*days[:-1], 10]


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 11, 30), date(2027, 7, 12)])
def test_e03_holidays_of_scotland_and_northern_ireland_alone_are_working_days(day: date) -> None:
    assert series(weekly(day, day.weekday(), times=1))[0].date() == day


def test_e06_monday_and_tuesday_from_a_tuesday_begin_on_that_tuesday() -> None:
    found = series(weekly(date(2027, 1, 5), 0, 1, times=3))

    assert [at.day for at in found] == [5, 11, 12]


async def test_e07_a_date_that_moves_takes_its_bookings_along_and_its_sequence_rises(
    desk: Desk,
) -> None:
    first, other = await desk.event(), await desk.event(at=[FAR + WEEK])
    await desk.full(first, "ana")
    await desk.full(other, "ben")
    async with desk.ask(OMAR).read() as store:
        (before,) = (await store.sittings.of_events([first]))[first]

    to = GivenDate(at=FAR + timedelta(days=1), minutes=120)
    await move_sitting(desk.ask(OMAR), sitting=before.id, to=to)
    async with desk.ask(OMAR).read() as store:
        (after,) = (await store.sittings.of_events([first]))[first]

    assert (after.id, after.sequence) == (before.id, before.sequence + 1)
    assert await desk.place("ana", first) is not None
    assert "date_moved" in await desk.kinds_told("ana")
    assert "date_moved" not in await desk.kinds_told("ben")


async def course(desk: Desk, **given: Any) -> EventId:
    dates = [FAR + number * WEEK for number in range(6)]
    return await desk.event(2, at=dates, of=await desk.offering(kind=Kind.COURSE), **given)


async def test_e12_booking_closes_with_the_start_where_nothing_is_said(desk: Desk) -> None:
    seen = await desk.seen(await desk.event())

    assert seen.books_until == seen.starts_at


async def test_f01_a_place_is_offered_until_the_late_joining_point_and_not_after(
    desk: Desk, clock: Clock
) -> None:
    event = await course(desk, books_until=FAR + 2 * WEEK)
    await desk.full(event, "ana", "ben")
    await desk.listed(event, "cat", "dan")

    async def give_back(name: str, after_sittings: int) -> None:
        await clock.set(datetime.fromisoformat("2027-01-21T09:00+00:00") + after_sittings * WEEK)
        place = await desk.place(name, event)
        assert place is not None
        await cancel_booking(desk.ask(adult(name)), booking=place.id)

    await give_back("ana", 0)
    early = await desk.offered(event)
    await desk.answer("cat", event)
    await give_back("ben", 2)

    assert early == {family_id("cat")}
    assert await desk.offered(event) == set()


async def test_f02_a_course_is_one_place_in_every_date_and_full_as_a_whole(desk: Desk) -> None:
    event = await course(desk)
    await desk.full(event, "ana", "ben")
    await desk.family("cat")

    with pytest.raises(Refused, match="FULL"):
        await desk.book("cat", event)
    async with desk.ask(OMAR).read() as store:
        sittings = (await store.sittings.of_events([event]))[event]

    assert len(sittings) == 6
    assert (await desk.seen(event)).taken == 2
