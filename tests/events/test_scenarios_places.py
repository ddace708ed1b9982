"""Counting, cancelling, slots and rights, row by row (event-scenarios.md A, B, D, G, I; A3)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import reading
from services.events.actions.booking import book, cancel_booking, withdraw_booking
from services.events.actions.filling import fill
from services.events.actions.offering import Answer, answer_offer, offer_by_hand
from services.events.actions.running import cancel_event, set_places
from services.events.actions.scheduling import add_dates
from services.events.model.event import Kind
from services.events.model.given import GivenDate, GivenEvent, GivenPlaces
from services.events.model.ids import EventId
from services.events.model.place import Party
from services.events.model.programme import Wanted
from services.events.waiting.promotion import AT_ONCE_MAX
from tests.databases import Clock, Databases
from tests.events.programme import FAR, NEAR, OMAR, TWO, Desk, adult, family_id

SYSTEM = Actor.system("ATV")
LAST_DAY = datetime.fromisoformat("2027-01-20T09:00+00:00")
SLOT = GivenEvent(places=GivenPlaces(capacity=1), is_online=True)


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def cancel(desk: Desk, name: str, event: EventId) -> None:
    place = await desk.place(name, event)
    assert place is not None
    await cancel_booking(desk.ask(adult(name)), booking=place.id)


async def test_a13_of_two_dates_one_is_full_and_the_other_is_its_own(desk: Desk) -> None:
    offering = await desk.offering()
    first = await desk.event(1, of=offering)
    second = await desk.event(1, of=offering, at=[FAR + timedelta(days=7)])
    await desk.full(first, "ana")
    await desk.listed(first, "ben")

    await desk.book("ben", second)
    await cancel(desk, "ana", first)

    assert await desk.offered(first) == {family_id("ben")}
    assert [(await desk.seen(one)).taken for one in (first, second)] == [1, 1]


async def test_b11_an_offer_and_its_message_are_one_or_neither(desk: Desk) -> None:
    """A worker that dies between the two leaves nothing; the next one makes both, once."""
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, "ana")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    await switch_on(desk, event)

    with pytest.raises(ConnectionResetError):
        await fill_and_die(desk, event)
    nothing = await desk.offered(event), await desk.kinds_told("ana")
    await jobs.fill_events(desk.ask_as)
    await jobs.fill_events(desk.ask_as)

    assert nothing == (set(), ["on_waiting_list"])
    assert await desk.offered(event) == {family_id("ana")}
    assert await desk.kinds_told("ana") == ["offer_made", "on_waiting_list"]


async def fill_and_die(desk: Desk, event: EventId) -> None:
    async with desk.ask(SYSTEM).begin() as store:
        assert await fill(store, event) == 1
        raise ConnectionResetError


async def switch_on(desk: Desk, event: EventId) -> None:
    async with desk.ask(SYSTEM).begin() as store:
        await store.events.correct(replace(await store.events.lock_one(event), auto_offers=True))


async def test_b27_many_places_go_to_many_in_order_a_batch_at_a_time(desk: Desk) -> None:
    names = [f"family {number}" for number in range(2 * AT_ONCE_MAX + 5)]
    event = await desk.event(0)
    await desk.listed(event, *names)

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=len(names)))
    at_first = await desk.offered(event)
    await jobs.fill_events(desk.ask_as)

    assert at_first == {family_id(name) for name in names[:AT_ONCE_MAX]}
    assert await desk.offered(event) == {family_id(name) for name in names}
    told = [one["family_id"] for one in await desk.told() if one.get("kind") == "offer_made"]
    assert len(told) == len(set(told)) == len(names)


async def test_b31_a_yes_gives_up_what_is_offered_at_the_same_time_and_passes_it_on(
    desk: Desk,
) -> None:
    first, clashing = await desk.event(0), await desk.event(0)
    later = await desk.event(0, at=[FAR + timedelta(days=7)])
    await desk.family("ana", "ben")
    for event in (first, clashing, later):
        for name in ("ana", "ben"):
            await desk.join(name, event)
        await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    both = await desk.offered(first), await desk.offered(clashing)

    await desk.answer("ana", first)

    assert both == ({family_id("ana")}, {family_id("ana")})
    assert await desk.offered(clashing) == {family_id("ben")}
    assert await desk.offered(later) == {family_id("ana")}
    assert await desk.entry("ana", clashing) is None


async def test_b33_a_family_is_told_about_when_and_never_how_many(desk: Desk) -> None:
    names = [f"family {number}" for number in range(6)]
    event = await desk.event(0)
    await desk.listed(event, *names)

    turns: list[str] = []
    for name in names:
        entry = await desk.entry(name, event)
        assert entry is not None
        turns += (await reading.turns(desk.ask(adult(name)), [entry.id])).values()

    assert turns == ["next", "soon", "soon", "soon", "later", "later"]
    assert await reading.lists_at(desk.ask(adult(names[5])), [event]) == {}
    assert await reading.counted(desk.ask(adult(names[5])), [event]) == {}


async def test_d03_who_has_been_there_does_not_cancel(desk: Desk, databases: Databases) -> None:
    event = await desk.event()
    await desk.full(event, "ana")
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    await connection.execute("UPDATE booking SET state = 'attended'")
    await connection.close()

    with pytest.raises(Refused, match="BOOKING_OVER"):
        await cancel(desk, "ana", event)

    assert (await desk.seen(event)).taken == 1


async def test_d06_of_two_who_answer_at_once_at_short_notice_one_has_the_place(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(1)
    await desk.full(event, "cat")
    await desk.family("ana", "ben")
    for name in ("ana", "ben"):
        await desk.join(name, event, short_notice=True)
    await clock.set(LAST_DAY)
    await cancel(desk, "cat", event)

    async def yes(name: str) -> str:
        offer = await desk.offer_to(name, event)
        assert offer is not None
        try:
            await answer_offer(desk.ask(adult(name)), offer=offer.id, answer=Answer.YES)
        except Refused as no:
            return no.code
        return "booked"

    told = await asyncio.gather(yes("ana"), yes("ben"))
    slower = ("ana", "ben")[told.index("PLACE_GONE")]

    assert sorted(told) == ["PLACE_GONE", "booked"]
    assert (await desk.seen(event)).taken == 1
    assert "offer_gone" in await desk.kinds_told(slower)
    entry = await desk.entry(slower, event)
    assert entry is not None
    assert (entry.state, entry.lapses) == ("waiting", 0)


async def test_d13_when_it_is_called_off_each_family_is_told_once_for_where_it_stood(
    desk: Desk,
) -> None:
    event = await desk.event(1)
    await desk.full(event, "booked")
    await desk.listed(event, "offered", "waiting")
    await cancel(desk, "booked", event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))
    await desk.answer("offered", event)
    await desk.family("late")
    await desk.join("late", event)
    before = {one["notice_id"] for one in await desk.told()}

    with pytest.raises(Refused, match="TOO_LONG"):
        await cancel_event(desk.ask(OMAR), event=event, reason="w" * 501)
    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")
    told = [one for one in await desk.told() if one["notice_id"] not in before]
    with pytest.raises(Refused, match="NOT_PUBLISHED"):
        await cancel_event(desk.ask(OMAR), event=event, reason="Again")

    assert {one["family_id"]: one["kind"] for one in told} == {
        str(family_id("offered")): "event_off_booked",
        str(family_id("waiting")): "event_off_offered",
        str(family_id("late")): "event_off_waiting",
    }
    assert len(told) == len(await desk.told()) - len(before) == 3


async def slots(desk: Desk, *times: str, minutes: int = 90) -> list[EventId]:
    """Consultations with one social worker, published."""
    offering = await desk.offering(kind=Kind.CONSULTATION, title="Time with a social worker")
    return [
        await desk.event(1, of=offering, at=[datetime.fromisoformat(at)], worker=family_id("wyn"))
        for at in times
    ]


async def test_row_30_and_g01_a_slot_is_booked_at_short_notice_without_an_assessment_and_once(
    desk: Desk, clock: Clock
) -> None:
    """Booked at 11:50 for 14:00; a second cannot, and is shown the next that is free."""
    cut_off = datetime.fromisoformat("2027-01-20T12:00")
    offering = await desk.offering(kind=Kind.CONSULTATION)
    at = [datetime.fromisoformat("2027-01-20T14:00")]
    slot = await desk.event(1, of=offering, at=at, books_until=cut_off)
    later = await desk.event(1, of=offering, at=[at[0] + timedelta(hours=3)])
    await desk.family("ana", "ben", "cat")
    await clock.set(datetime.fromisoformat("2027-01-20T11:50+00:00"))

    async def take(name: str) -> str:
        try:
            await desk.book(name, slot)
        except Refused as no:
            return no.code
        return "booked"

    told = await asyncio.gather(take("ana"), take("ben"))
    free = await reading.programme(
        desk.ask(adult("ben")), Wanted(has_places=True), after=None, limit=10
    )
    await clock.set(datetime.fromisoformat("2027-01-20T12:00+00:00"))

    assert sorted(told) == ["FULL", "booked"]
    assert [event.id for event in free[0]] == [later]
    with pytest.raises(Refused, match="BOOKING_CLOSED"):
        await desk.book("cat", slot)


async def test_g03_slots_of_one_worker_never_overlap_whatever_their_length(desk: Desk) -> None:
    await slots(desk, "2027-01-20T14:00")
    offering = await desk.offering(kind=Kind.CONSULTATION)
    given = replace(SLOT, worker=family_id("wyn"))
    within = [GivenDate(at=datetime.fromisoformat("2027-01-20T15:30"), minutes=60)]

    async def add(dates: list[GivenDate], of: GivenEvent) -> int:
        return len(await add_dates(desk.ask(OMAR), offering=offering, dates=dates, given=of))

    with pytest.raises(Refused, match="WORKER_IS_BUSY"):
        await add(within, given)
    assert await add(within, replace(given, worker=family_id("another"))) == 1
    touching = [GivenDate(at=datetime.fromisoformat("2027-01-20T16:00"), minutes=60)]
    assert await add(touching, given) == 1


async def test_i01_another_agencys_family_is_not_found_by_any_id(desk: Desk) -> None:
    event = await desk.event()
    await desk.full(event, "ana")
    place = await desk.place("ana", event)
    assert place is not None
    south = replace(OMAR, agency="AS")

    assert await reading.bookings_by_id(desk.ask(south), [place.id]) == {}
    assert await reading.places_at(desk.ask(south), [event]) == {event: []}
    with pytest.raises(Refused, match="NOT_FOUND"):
        await book(desk.ask(south), event=event, party=TWO, family=family_id("ana"))


async def test_i02_and_i03_nobody_sees_who_comes_and_only_who_comes_sees_where(
    desk: Desk,
) -> None:
    event = await desk.event(join_link="https://example.org/meet", at=[NEAR])
    await desk.full(event, "ana")
    await desk.listed(await desk.event(0), "ben")

    told = await reading.whereabouts(desk.ask(adult("ana")), [event])
    after = [
        await reading.whereabouts(desk.ask(who), [event])
        for who in (adult("ben"), Actor.nobody(), replace(OMAR, agency="AS"))
    ]
    await cancel(desk, "ana", event)

    assert told[event].join_link == "https://example.org/meet"
    assert after == [{}, {}, {}]
    assert await reading.whereabouts(desk.ask(adult("ana")), [event]) == {}
    assert await reading.places_at(desk.ask(adult("ana")), [event]) == {}


async def test_i07_out_of_turn_needs_a_reason_that_stays_in_the_audit(desk: Desk) -> None:
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, "ana", "ben")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    entry = await desk.entry("ben", event)
    assert entry is not None

    with pytest.raises(Refused, match="REASON_NEEDED"):
        await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason="  ")
    await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason="Their placement is at risk")
    async with desk.db.begin(OMAR, readonly=True) as turn:
        (row,) = await turn.fetch("SELECT why, account FROM audit WHERE what = 'offered'")

    assert await desk.offered(event) == {family_id("ben")}
    assert (row["why"], row["account"]) == ("Their placement is at risk", OMAR.account)
    place = await desk.place("ben", event)
    assert place is not None
    with pytest.raises(Refused, match="REASON_NEEDED"):
        await withdraw_booking(desk.ask(OMAR), booking=place.id, reason="")


async def test_row_24_heads_are_right_in_each_age_band_and_row_25_no_photos_unless_said(
    desk: Desk,
) -> None:
    event = await desk.event(20, of=await desk.offering(kind=Kind.FUN_DAY, counts_by="heads"))
    await desk.family("ana")

    await desk.book("ana", event, Party(adults=2, children=("2-3", "2-3", "6-8")))
    place = await desk.place("ana", event)

    assert place is not None
    assert (place.places, place.adults, place.children) == (5, 2, ["2-3", "2-3", "6-8"])
    assert place.photos_allowed is False
    assert (await desk.seen(event)).taken == 5


async def test_row_22_a_child_registers_for_nothing_and_row_23_a_listing_takes_no_booking(
    desk: Desk,
) -> None:
    group = await desk.event(of=await desk.offering(kind=Kind.TEEN_GROUP))
    listing = await desk.event(
        of=await desk.offering(
            kind=Kind.LISTING, provider="Adopteens", link="https://example.org/adopteens"
        )
    )
    await desk.family("ana")

    for nobody in (Actor.nobody(), Actor("child", family_id("kit"), None, None, family_id("ana"))):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await book(desk.ask(nobody), event=group, party=TWO)
    with pytest.raises(Refused, match="BOOKED_ELSEWHERE"):
        await desk.book("ana", listing)


async def test_row_26_a_verified_adopter_books_without_a_case_or_a_worker(desk: Desk) -> None:
    picnic = await desk.event(of=await desk.offering(kind=Kind.CELEBRATION, title="Summer picnic"))
    await desk.family("ana", stage="child_now_adult")

    assert await desk.book("ana", picnic)
