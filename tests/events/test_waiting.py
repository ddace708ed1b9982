"""Waiting lists and offers (event-scenarios.md B)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import cancel_booking, change_party, withdraw_booking
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import Answer, answer_offer, lapse_offer, offer_by_hand
from services.events.actions.running import set_places
from services.events.actions.waiting import leave_waiting_list
from services.events.model.event import Event
from services.events.model.given import GivenPlaces
from services.events.model.ids import EventId
from services.events.model.place import BookingState, EntryState, Party, Passed
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, Desk, adult, family_id

TEN = [f"family {number}" for number in range(10)]
ONE = Party(adults=1)
SYSTEM = Actor.system("ATV")


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def places(desk: Desk, event: EventId, capacity: int) -> None:
    given = GivenPlaces(capacity=capacity)
    await set_places(desk.ask(OMAR), event=event, given=given)


async def test_b01_with_nothing_free_nothing_is_offered_by_hand(desk: Desk) -> None:
    event = await desk.event(1)
    await desk.full(event, "ana")
    await desk.listed(event, "ben")
    entry = await desk.entry("ben", event)
    assert entry is not None

    with pytest.raises(Refused, match="NOTHING_TO_OFFER"):
        await offer_by_hand(desk.ask(OMAR), entry=entry.id, reason="They asked")


async def test_b02_seven_places_for_ten_go_to_the_first_seven(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, *TEN)

    await places(desk, event, 7)
    seen = await desk.seen(event)

    assert await desk.offered(event) == {family_id(name) for name in TEN[:7]}
    assert (seen.taken, seen.queue, seen.listed) == (7, 3, 10)


async def test_b03_what_nobody_waits_for_is_open_to_all(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana")
    await desk.family("ben", "cat", "dan")

    await places(desk, event, 3)
    await desk.book("ben", event)
    await desk.book("cat", event)

    assert await desk.offered(event) == {family_id("ana")}
    with pytest.raises(Refused, match="FULL"):
        await desk.book("dan", event)


async def test_b06_who_may_not_come_any_more_is_passed_over_and_keeps_the_rank(
    desk: Desk,
) -> None:
    event = await desk.event(0)
    await desk.listed(event, "first", "second")
    await desk.family("first", stage="withdrew", version=2)

    await places(desk, event, 1)
    first = await desk.entry("first", event)

    assert await desk.offered(event) == {family_id("second")}
    assert first is not None
    assert first.passed_because is Passed.NOT_ELIGIBLE
    await desk.family("first", version=3)
    await places(desk, event, 2)
    assert await desk.offered(event) == {family_id("first"), family_id("second")}


async def test_b07_a_place_too_small_for_the_head_goes_to_the_next(desk: Desk) -> None:
    event = await desk.event(0, heads=True)
    await desk.family("two", "one")
    await desk.join("two", event, Party(adults=2))
    await desk.join("one", event, ONE)

    await places(desk, event, 1)
    head = await desk.entry("two", event)

    assert await desk.offered(event) == {family_id("one")}
    assert head is not None
    assert head.passed_because is Passed.PARTY_TOO_BIG


async def test_b07_or_is_kept_for_the_head_for_so_many_days_and_no_longer(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(1, heads=True, party_waits_days=3)
    await desk.family("ana", "two", "one", "public")
    await desk.book("ana", event, ONE)
    await desk.join("two", event, Party(adults=2))
    await desk.join("one", event, ONE)

    await places(desk, event, 2)
    kept = await desk.offered(event)
    with pytest.raises(Refused, match="LIST_FIRST"):
        await desk.book("public", event, ONE)
    await clock.advance(days=3)
    await jobs.fill_events(desk.ask_as)

    assert kept == set()
    assert await desk.offered(event) == {family_id("one")}


async def test_b08_a_second_before_the_deadline_counts_and_a_second_after_does_not(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(0)
    await desk.listed(event, "early", "late")
    await places(desk, event, 2)
    offer = await desk.offer_to("early", event)
    assert offer is not None

    await clock.set(offer.answer_by - timedelta(seconds=1))
    await desk.answer("early", event)
    await clock.set(offer.answer_by + timedelta(seconds=1))

    with pytest.raises(Refused, match="OFFER_LAPSED"):
        await desk.answer("late", event)


async def test_b12_a_no_passes_the_place_on_at_once(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "first", "second")
    await places(desk, event, 1)

    await desk.answer("first", event, Answer.NO)

    assert await desk.offered(event) == {family_id("second")}
    assert (await desk.seen(event)).taken == 1


async def test_b13_the_same_answer_twice_is_one_booking_and_only_the_familys(
    desk: Desk,
) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana")
    await desk.family("ben")
    await places(desk, event, 1)
    offer = await desk.answer("ana", event)

    await answer_offer(desk.ask(adult("ana")), offer=offer, answer=Answer.YES)
    with pytest.raises(Refused, match="OFFER_OVER"):
        await answer_offer(desk.ask(adult("ana")), offer=offer, answer=Answer.NO)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await answer_offer(desk.ask(adult("ben")), offer=offer, answer=Answer.YES)

    assert (await desk.seen(event)).taken == 1
    assert (await desk.kinds_told("ana")).count("booked") == 1


async def test_b16_who_accepted_and_cancels_is_not_offered_again(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana", "ben")
    await places(desk, event, 1)
    await desk.answer("ana", event)
    place = await desk.place("ana", event)
    assert place is not None

    await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    assert await desk.offered(event) == {family_id("ben")}


async def test_b17_a_family_is_on_the_list_once(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana")

    with pytest.raises(Refused, match="ALREADY_WAITING"):
        await desk.join("ana", event)


async def test_b18_who_left_joins_again_at_the_end(desk: Desk, clock: Clock) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana", "ben")
    entry = await desk.entry("ana", event)
    assert entry is not None

    await leave_waiting_list(desk.ask(adult("ana")), entry=entry.id)
    await clock.advance(seconds=1)
    await desk.join("ana", event)
    await places(desk, event, 1)

    assert await desk.offered(event) == {family_id("ben")}


async def test_b21_nothing_is_offered_a_quarter_of_an_hour_before(desk: Desk, clock: Clock) -> None:
    event = await desk.event(1)
    await desk.full(event, "ana")
    await desk.listed(event, "ben")
    place = await desk.place("ana", event)
    assert place is not None
    starts_at = (await desk.seen(event)).starts_at

    await clock.set(starts_at - timedelta(minutes=15))
    await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    assert await desk.offered(event) == set()
    assert (await desk.seen(event)).free == 1


async def test_b22_after_booking_has_closed_only_where_the_list_stays_open(
    desk: Desk, clock: Clock
) -> None:
    closes = FAR - timedelta(days=5)
    shut = await desk.event(1, books_until=closes)
    stays = await desk.event(1, books_until=closes, list_stays_open=True)
    for event in (shut, stays):
        await desk.full(event, "ana")
        await desk.listed(event, "ben")
    await clock.set(datetime.fromisoformat("2027-01-16T10:00+00:00"))

    for event in (shut, stays):
        place = await desk.place("ana", event)
        assert place is not None
        await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    assert await desk.offered(shut) == set()
    assert await desk.offered(stays) == {family_id("ben")}


async def test_b23_without_automatic_offers_nobody_is_asked(desk: Desk) -> None:
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, "ana")

    await places(desk, event, 1)
    await jobs.fill_events(desk.ask_as)

    assert await desk.offered(event) == set()
    assert (await desk.seen(event)).listed == 1


async def test_b26_an_offer_that_is_given_back_frees_its_own_places_only(desk: Desk) -> None:
    event = await desk.event(0)
    await desk.listed(event, *TEN)
    await places(desk, event, 3)
    entry = await desk.entry(TEN[0], event)
    assert entry is not None

    await leave_waiting_list(desk.ask(adult(TEN[0])), entry=entry.id)

    assert await desk.offered(event) == {family_id(name) for name in TEN[1:4]}
    assert (await desk.seen(event)).taken == 3


async def test_b28_the_deadline_never_passes_the_last_moment(desk: Desk, clock: Clock) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana")
    starts_at = (await desk.seen(event)).starts_at
    await clock.set(starts_at - timedelta(days=1, hours=6, minutes=30))  # 12:00

    await places(desk, event, 1)
    offer = await desk.offer_to("ana", event)

    assert offer is not None
    assert offer.answer_by == clock.now + timedelta(hours=4)


async def test_b32_a_free_place_belongs_to_the_list_first(desk: Desk) -> None:
    event = await desk.event(0, auto_offers=False)
    await desk.listed(event, "ana")
    await desk.family("ben")
    await places(desk, event, 1)

    with pytest.raises(Refused, match="LIST_FIRST"):
        await desk.book("ben", event)


async def test_b36_a_full_list_is_told(desk: Desk) -> None:
    event = await desk.event(0, list_max=1)
    await desk.listed(event, "ana")
    await desk.family("ben")

    with pytest.raises(Refused, match="LIST_FULL"):
        await desk.join("ben", event)


async def test_lapsing_keeps_the_turn_once_and_then_goes_to_the_end(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(0)
    await desk.listed(event, "first", "second")
    await places(desk, event, 1)

    async def lapse(name: str) -> None:
        offer = await desk.offer_to(name, event)
        assert offer is not None
        await clock.set(offer.answer_by)
        assert await lapse_offer(desk.ask_as(SYSTEM), offer.id)

    await lapse("first")
    after_one = await desk.offered(event)
    await lapse("second")
    after_two = await desk.offered(event)
    first = await desk.entry("first", event)

    assert after_one == {family_id("second")}
    assert after_two == {family_id("first")}
    assert first is not None
    assert (first.state, first.lapses) == (EntryState.OFFERED, 1)
    assert "offer_lapsed" in await desk.kinds_told("first")


async def test_a06_a_late_offer_is_closed_before_the_next_is_told_that_it_is_full(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(0)
    await desk.listed(event, "ana")
    await desk.family("ben")
    await places(desk, event, 1)
    offer = await desk.offer_to("ana", event)
    assert offer is not None

    await clock.set(offer.answer_by)
    await desk.book("ben", event)
    place = await desk.place("ben", event)

    assert place is not None
    assert place.state is BookingState.CONFIRMED
    assert (await desk.seen(event)).taken == 1
    assert "offer_lapsed" in await desk.kinds_told("ana")


async def test_who_is_on_the_list_has_no_second_place_however_it_is_taken(
    desk: Desk, clock: Clock
) -> None:
    """Its line rests and holds up nobody; a booking beside it would be offered a place again."""
    offering = await desk.offering()
    event = await desk.event(0, of=offering)
    other = await desk.event(of=offering, at=[FAR + timedelta(days=7)])
    await desk.listed(event, "ana")
    await places(desk, event, 1)
    offer = await desk.offer_to("ana", event)
    assert offer is not None
    await clock.set(offer.answer_by)
    await jobs.lapse_offers(desk.ask_as)

    with pytest.raises(Refused, match="ALREADY_WAITING"):
        await desk.book("ana", event)
    elsewhere = await desk.book("ana", other)
    with pytest.raises(Refused, match="ALREADY_WAITING"):
        await transfer_booking(desk.ask(adult("ana")), booking=elsewhere, to=event)
    await clock.advance(days=2)
    await jobs.fill_events(desk.ask_as)

    assert await desk.offered(event) == {family_id("ana")}


async def test_a06_who_comes_to_the_door_or_moves_a_place_finds_what_a_booking_would(
    desk: Desk,
) -> None:
    offering = await desk.offering()
    there = await desk.event(1, of=offering, walk_ins=True)
    here = await desk.event(1, of=offering, at=[FAR + timedelta(days=7)])
    heads = await desk.event(4, heads=True)
    await desk.full(there, "first")
    await desk.listed(there, "slow")
    await desk.full(here, "mover")
    await desk.family("grower", "gone")
    grows = await desk.book("grower", heads)
    await desk.book("gone", heads)
    await desk.listed(heads, "late")
    for name, event in (("first", there), ("gone", heads)):
        place = await desk.place(name, event)
        assert place is not None
        await cancel_booking(desk.ask(adult(name)), booking=place.id)
    assert [(await _read(desk, one)).free for one in (there, heads)] == [0, 0]
    await desk.clock.advance(days=8)

    seen = [(await _read(desk, one)).free for one in (there, heads)]
    held = [(await desk.seen(one)).taken for one in (there, heads)]
    mine = await desk.place("mover", here)
    assert mine is not None
    await transfer_booking(desk.ask(adult("mover")), booking=mine.id, to=there)
    party = Party(adults=2, children=("4-5", "4-5"))
    await change_party(desk.ask(adult("grower")), booking=grows, party=party)

    assert (seen, held) == ([1, 2], [1, 4])
    assert [(await desk.seen(one)).taken for one in (there, heads)] == [1, 4]
    for name in ("slow", "late"):
        assert "offer_lapsed" in await desk.kinds_told(name)


async def test_place_that_is_only_offered_is_taken_back_with_its_offer_and_its_line(
    desk: Desk,
) -> None:
    event = await desk.event(1)
    await desk.full(event, "first")
    await desk.listed(event, "second", "third")
    place = await desk.place("first", event)
    assert place is not None
    await cancel_booking(desk.ask(adult("first")), booking=place.id)
    offer = await desk.offer_to("second", event)
    held = await desk.place("second", event)
    assert offer is not None
    assert held is not None

    await withdraw_booking(desk.ask(OMAR), booking=held.id, reason="Sent to the wrong family")

    assert await desk.offered(event) == {family_id("third")}
    assert await desk.entry("second", event) is None
    assert (await desk.kinds_told("second")).count("place_lost") == 1
    with pytest.raises(Refused) as no:
        await answer_offer(desk.ask(adult("second")), offer=offer.id, answer=Answer.YES)
    assert no.value.code == "OFFER_OVER"
    await desk.clock.advance(days=8)
    await jobs.lapse_offers(desk.ask_as)
    assert (await desk.seen(event)).taken <= 1


async def _read(desk: Desk, event: EventId) -> Event:
    """As the organiser reads it, whose counters are not the worker's."""
    async with desk.ask(OMAR).read() as store:
        found = await store.events.event(event)
        assert found is not None
        return found
