"""Places: never oversold, whole parties, and which limit is full (event-scenarios.md A)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import FamilyNoticeWanted
from kernel.refusal import Refused
from services.events.actions.booking import book, cancel_booking, change_party
from services.events.actions.hosting import put_offering
from services.events.actions.running import set_places
from services.events.model.event import Kind
from services.events.model.given import GivenOffering, GivenPlaces, GivenShare
from services.events.model.ids import EventId
from services.events.model.place import Booking, Party, Passed
from services.events.store.bookings import Bookings
from services.events.store.whole import Whole
from tests.databases import Clock, Databases
from tests.events.programme import FAR, OMAR, TWO, Desk, adult, family_id

AT_ONCE = 20  # a slow machine must not run into the pool's own timeout


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def race(desk: Desk, event: EventId, names: list[str], **store: Any) -> list[str]:
    """All book at once, twice as many as there are connections; returns what each was told."""
    doors = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> str:
        ask = Ask(adult(name), desk.db, store.get("store_of", Whole))
        try:
            async with doors:
                await book(ask, event=event, party=TWO)
        except Refused as no:
            return no.code
        return "booked"

    return await asyncio.gather(*(one(name) for name in names))


async def counted(databases: Databases, event: EventId) -> tuple[int, int]:
    """What the counter says, and how many rows there are."""
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    try:
        row = await connection.fetchrow(
            """
            SELECT taken, (SELECT count(*) FROM booking WHERE event_id = $1) AS rows
              FROM event WHERE id = $1
            """,
            event,
        )
    finally:
        await connection.close()
    assert row is not None
    return row["taken"], row["rows"]


async def test_a01_two_hundred_for_twenty_places_at_once(desk: Desk, databases: Databases) -> None:
    names = [f"family {number}" for number in range(200)]
    await desk.family(*names)
    event = await desk.event(20)

    told = await race(desk, event, names)

    assert sorted(set(told)) == ["FULL", "booked"]
    assert told.count("booked") == 20
    assert await counted(databases, event) == (20, 20)
    assert len(await desk.told()) == 20


class Unguarded(Bookings):
    """How it would go without the guard: look, then write."""

    async def take(self, booking: Booking, *, message: FamilyNoticeWanted) -> bool:
        row = await self._turn.fetchrow(
            "SELECT taken < places AS free FROM event WHERE id = $1", booking.event_id
        )
        assert row is not None
        if not row["free"]:
            return False
        await asyncio.sleep(0)
        await self._turn.execute(
            "UPDATE event SET taken = taken + 1, used[1] = used[1] + 1 WHERE id = $1",
            booking.event_id,
        )
        await self.add(booking, host="ATV")
        return True


class UnguardedWhole(Whole):
    def __init__(self, turn: Any) -> None:
        super().__init__(turn)
        self.bookings = Unguarded(turn)


async def test_a02_without_the_guard_the_same_race_oversells(
    desk: Desk, databases: Databases
) -> None:
    names = [f"family {number}" for number in range(200)]
    await desk.family(*names)
    event = await desk.event(20)
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    checks = await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'event'::regclass AND contype = 'c'"
    )
    for check in checks:
        await connection.execute(f"ALTER TABLE event DROP CONSTRAINT {check['conname']}")
    await connection.close()

    told = await race(desk, event, names, store_of=UnguardedWhole)

    assert told.count("booked") > 20


async def test_a03_with_no_places_nobody_books_and_all_may_wait(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.family("ana")

    with pytest.raises(Refused, match="FULL"):
        await desk.book("ana", event)
    await desk.join("ana", event)

    assert (await desk.seen(event)).listed == 1


async def test_a07_fewer_places_than_bookings_remove_nobody(desk: Desk) -> None:
    names = [f"family {number}" for number in range(18)]
    event = await desk.event(20)
    await desk.full(event, *names)
    await desk.family("late")

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=15))
    seen = await desk.seen(event)

    assert (seen.taken, seen.places, seen.free) == (18, 15, 0)
    with pytest.raises(Refused, match="FULL"):
        await desk.book("late", event)


async def test_a08_only_what_falls_below_the_new_number_is_offered(desk: Desk) -> None:
    names = [f"family {number}" for number in range(18)]
    event = await desk.event(20)
    await desk.full(event, *names)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=15))
    await desk.listed(event, "first", "second")

    for name in names[:4]:
        place = await desk.place(name, event)
        assert place is not None
        await cancel_booking(desk.ask(adult(name)), booking=place.id)

    assert len(await desk.offered(event)) == 1
    assert (await desk.seen(event)).taken == 15


async def test_a11_one_agencys_limit_is_full_and_the_room_is_not(desk: Desk) -> None:
    shares = [GivenShare(agency="ATV", most=1), GivenShare(agency="AS")]
    event = await desk.event(30, shares=shares)
    await desk.family("ana", "ben")
    await desk.family("sue", agency="AS")
    await desk.book("ana", event)

    with pytest.raises(Refused, match="AGENCY_FULL"):
        await desk.book("ben", event)
    await desk.book("sue", event)

    assert [share.used for share in (await desk.seen(event)).shares] == [1, 1]


async def test_a12_the_refusal_says_which_limit_is_full(desk: Desk) -> None:
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS", guaranteed=1)]
    event = await desk.event(1, shares=shares)
    await desk.family("ana")
    await desk.family("sue", agency="AS")

    async def said() -> str:
        with pytest.raises(Refused) as no:
            await desk.book("ana", event)
        return no.value.code

    kept = await said()
    await desk.book("sue", event)

    assert (kept, await said()) == ("PLACES_KEPT", "FULL")


async def test_a16_more_of_a_party_only_if_all_fit_and_fewer_always(desk: Desk) -> None:
    event = await desk.event(3, heads=True)
    await desk.family("ana", "ben")
    place = await desk.book("ana", event, Party(adults=2))
    await desk.book("ben", event, Party(adults=1))
    ana = desk.ask(adult("ana"))

    with pytest.raises(Refused, match="FULL"):
        await change_party(ana, booking=place, party=Party(adults=2, children=("4-5",)))
    await desk.family("tom")
    await desk.join("tom", event, Party(adults=1))
    await change_party(ana, booking=place, party=Party(adults=1))

    assert await desk.offered(event) == {family_id("tom")}
    assert (await desk.seen(event)).taken == 3


async def test_b32_more_of_a_party_do_not_go_past_who_waits(desk: Desk) -> None:
    event = await desk.event(5, heads=True, auto_offers=False)
    await desk.family("ana", "ben", "cat")
    place = await desk.book("ana", event)
    await desk.book("ben", event)
    await desk.join("cat", event)
    ana = desk.ask(adult("ana"))

    with pytest.raises(Refused, match="MORE_AFTER_LIST"):
        await change_party(ana, booking=place, party=Party(adults=3))
    await change_party(ana, booking=place, party=Party(adults=1, children=("4-5",)))

    assert (await desk.seen(event)).taken == 4


async def test_a16_no_more_of_a_party_once_booking_has_closed_but_by_who_runs_it(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(9, heads=True, closes_before_hours=48)
    await desk.family("ana")
    place = await desk.book("ana", event)
    await clock.set((await desk.seen(event)).books_until)
    ana, three = desk.ask(adult("ana")), Party(adults=3)

    with pytest.raises(Refused, match="BOOKING_CLOSED"):
        await change_party(ana, booking=place, party=three)
    await change_party(ana, booking=place, party=Party(adults=1))
    fewer = (await desk.seen(event)).taken
    await change_party(desk.ask(OMAR), booking=place, party=three)

    assert (fewer, (await desk.seen(event)).taken) == (1, 3)
    with pytest.raises(Refused, match="FULL"):
        await change_party(desk.ask(OMAR), booking=place, party=Party(adults=10))


async def test_a_family_of_four_does_not_fit_into_three(desk: Desk) -> None:
    """Row 20 of domain.md A3: offered the waiting list whole, not split."""
    event = await desk.event(20, heads=True)
    await desk.family("big", "ana")
    await desk.book("ana", event, Party(adults=10, children=("4-5",) * 7))
    four = Party(adults=2, children=("2-3", "6-8"))

    with pytest.raises(Refused, match="FULL"):
        await desk.book("big", event, four)
    entry = await desk.join("big", event, four)

    assert entry
    assert (await desk.seen(event)).taken == 17


async def test_a21_the_last_place_is_booked_and_not_waited_for(desk: Desk) -> None:
    event = await desk.event(12)
    await desk.full(event, *(f"family {number}" for number in range(11)))
    await desk.family("twelfth")

    with pytest.raises(Refused, match="PLACE_IS_FREE"):
        await desk.join("twelfth", event)
    await desk.book("twelfth", event)


async def test_a23_places_over_the_aim_stop_at_the_room(desk: Desk) -> None:
    event = await desk.event(20, extra=2, room_max=21)
    names = [f"family {number}" for number in range(22)]
    await desk.family(*names)

    told = await race(desk, event, names)

    assert told.count("booked") == 21


async def test_a_family_books_once_whichever_adult_and_however_at_once(desk: Desk) -> None:
    event = await desk.event(20)
    await desk.family("ana")

    told = await race(desk, event, ["ana"] * 6)

    assert sorted(set(told)) == ["ALREADY_BOOKED", "booked"]
    assert told.count("booked") == 1
    assert (await desk.seen(event)).taken == 1


async def test_who_is_not_verified_or_of_another_agency_is_told(desk: Desk) -> None:
    event = await desk.event(20, shares=[GivenShare(agency="ATV")])
    await desk.family("new", stage="enquiring")
    await desk.family("far", agency="OAWY")

    with pytest.raises(Refused, match="NOT_VERIFIED"):
        await desk.book("new", event)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await desk.book("far", event)


async def test_booking_closes_with_the_start_where_nothing_is_said(desk: Desk) -> None:
    """E12 of event-scenarios.md."""
    event = await desk.event(20, at=[FAR])

    seen = await desk.seen(event)

    assert seen.books_until == seen.starts_at
    assert Actor.nobody().household is None


async def test_row_20_who_is_older_or_younger_than_it_is_for_is_not_booked_nor_waits(
    desk: Desk,
) -> None:
    toddlers = await desk.offering(kind=Kind.STAY_AND_PLAY, age_bands=("2-3", "0-1"))
    event, full = await desk.event(9, of=toddlers), await desk.event(0, of=toddlers)
    await desk.family("ana")
    right, wrong = Party(adults=1, children=("2-3",)), Party(adults=1, children=("2-3", "12-15"))

    async def said(doing: Awaitable[object]) -> tuple[str, str | None, str]:
        with pytest.raises(Refused) as no:
            await doing
        return no.value.code, no.value.field, no.value.message

    no = await said(desk.book("ana", event, wrong))
    waits = await said(desk.join("ana", full, wrong))
    booking = await desk.book("ana", event, right)
    more = await said(change_party(desk.ask(adult("ana")), booking=booking, party=wrong))

    words = "This is for children aged 0-1 or 2-3. Leave out who is younger or older."
    assert no == waits == more == ("AGE_NOT_HERE", "party", words)


async def test_row_20_a_child_who_was_booked_stays_when_it_is_for_others_now(desk: Desk) -> None:
    given = GivenOffering(kind=Kind.CLUB, title="Club", age_bands=("6-8", "9-11"))
    club = await put_offering(desk.ask(OMAR), given=given)
    event = await desk.event(5, of=club)
    await desk.family("ana")
    booking = await desk.book("ana", event, Party(adults=1, children=("6-8",)))
    await put_offering(desk.ask(OMAR), given=replace(given, age_bands=("9-11",)), offering=club)

    more = Party(adults=2, children=("6-8", "9-11"))
    await change_party(desk.ask(adult("ana")), booking=booking, party=more)
    place = await desk.place("ana", event)

    assert place is not None
    assert (place.adults, place.children) == (2, ["6-8", "9-11"])


async def test_b06_whose_child_it_is_no_longer_for_is_passed_over(desk: Desk) -> None:
    given = GivenOffering(kind=Kind.CLUB, title="Club", age_bands=("6-8", "9-11"))
    club = await put_offering(desk.ask(OMAR), given=given)
    event = await desk.event(0, of=club)
    await desk.family("ana", "ben")
    await desk.join("ana", event, Party(adults=1, children=("6-8",)))
    await desk.join("ben", event, Party(adults=1, children=("9-11",)))

    await put_offering(desk.ask(OMAR), given=replace(given, age_bands=("9-11",)), offering=club)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))
    line = await desk.entry("ana", event)

    assert await desk.offered(event) == {family_id("ben")}
    assert line is not None
    assert line.passed_because is Passed.NOT_ELIGIBLE
