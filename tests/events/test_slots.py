"""A slot held while the form is filled in, then free again (event-scenarios.md G02)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import cancel_booking
from services.events.actions.moving import transfer_booking
from services.events.actions.reading import why_not_book
from services.events.actions.running import set_places
from services.events.actions.slots import hold_slot, others_holds, own_holds
from services.events.model.event import Kind
from services.events.model.given import GivenPlaces
from services.events.model.ids import EventId
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, PRIYA, Desk, adult, family_id


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    desk = Desk(events_db, clock)
    await desk.family("Osei", "Hart")
    return desk


async def slot(desk: Desk, *, day: int = 20, capacity: int = 1) -> EventId:
    offering = await desk.offering(kind=Kind.CONSULTATION)
    return await desk.event(capacity, of=offering, at=[FAR.replace(day=day)])


async def held(desk: Desk, name: str, event: EventId) -> str:
    """What is said to who would hold it: nothing, or the refusal in words."""
    try:
        await hold_slot(desk.ask(adult(name)), event=event)
    except Refused as no:
        return no.message
    return ""


async def test_g02_a_slot_that_is_held_is_its_familys_for_ten_minutes_and_then_free_unswept(
    desk: Desk,
) -> None:
    event = await slot(desk)
    looked = await why_not_book(desk.ask(adult("Osei")), [event])

    first = await held(desk, "Hart", event)
    until = await own_holds(desk.ask(adult("Hart")), [event])
    meanwhile = (await why_not_book(desk.ask(adult("Osei")), [event]))[event]
    with pytest.raises(Refused, match="SLOT_HELD"):
        await desk.book("Osei", event)
    also = await held(desk, "Osei", event)
    await desk.clock.advance(seconds=600)
    after = await why_not_book(desk.ask(adult("Osei")), [event])
    await desk.book("Osei", event)

    assert (looked, first, after) == ({}, "", {})
    assert meanwhile.code == "SLOT_HELD"
    assert also == meanwhile.message
    assert f"{until[event]:%H:%M}" in also  # in November our clocks show UTC
    assert (await desk.seen(event)).taken == 1
    with pytest.raises(Refused, match="FULL"):
        await desk.book("Hart", event)


async def test_g02_who_holds_it_books_it_and_a_hold_takes_no_place(desk: Desk) -> None:
    event = await slot(desk)

    await held(desk, "Hart", event)
    before = await desk.seen(event)
    await desk.book("Hart", event)

    assert (before.taken, before.listed, before.queue) == (0, 0, 0)
    assert (await desk.seen(event)).taken == 1
    assert await desk.kinds_told("Hart") == ["booked"]
    assert await held(desk, "Hart", event) == (
        "Your family has a place already. You can change who comes in your bookings."
    )


async def test_g02_a_slot_that_is_given_back_is_free_at_once(desk: Desk) -> None:
    event, other = await slot(desk), await slot(desk)
    await held(desk, "Hart", event)
    await desk.book("Hart", event)
    place = await desk.place("Hart", event)
    assert place is not None
    kept = await held(desk, "Hart", other)

    await cancel_booking(desk.ask(adult("Hart")), booking=place.id)
    taken_up = await held(desk, "Osei", event)
    still = await own_holds(desk.ask(adult("Hart")), [event, other])

    assert (kept, taken_up) == ("", "")
    assert list(still) == [other]


async def test_g02_to_ask_again_buys_no_time_and_another_slot_lets_the_first_go(
    desk: Desk,
) -> None:
    first, second = await slot(desk), await slot(desk, day=21)
    hart = desk.ask(adult("Hart"))
    await held(desk, "Hart", first)
    until = (await own_holds(hart, [first]))[first]
    await desk.clock.advance(seconds=540)

    await held(desk, "Hart", first)
    again = (await own_holds(hart, [first]))[first]
    await held(desk, "Hart", second)

    assert again == until
    assert set(await own_holds(hart, [first, second])) == {second}
    assert await held(desk, "Osei", first) == ""


async def test_g02_no_other_place_is_moved_to_a_slot_that_is_held(desk: Desk) -> None:
    offering = await desk.offering(kind=Kind.CONSULTATION)
    mine, other = [await desk.event(1, of=offering, at=[FAR.replace(day=day)]) for day in (20, 21)]
    booking = await desk.book("Osei", mine)
    await held(desk, "Hart", other)

    with pytest.raises(Refused, match="SLOT_HELD"):
        await transfer_booking(desk.ask(adult("Osei")), booking=booking, to=other)
    await desk.clock.advance(seconds=600)
    await transfer_booking(desk.ask(adult("Osei")), booking=booking, to=other)

    assert ((await desk.seen(mine)).taken, (await desk.seen(other)).taken) == (0, 1)


async def test_g01_of_many_who_would_hold_it_at_once_one_does(desk: Desk) -> None:
    event = await slot(desk)
    names = [f"family {number}" for number in range(8)]
    await desk.family(*names)

    said = await asyncio.gather(*(held(desk, name, event) for name in names))

    assert said.count("") == 1
    assert all("It is free again at" in one for one in said if one)


async def test_nobody_learns_who_holds_it_and_other_agencies_not_that_it_is(desk: Desk) -> None:
    event = await slot(desk)
    await held(desk, "Hart", event)
    await desk.family("sue", agency="AS")

    told = (await why_not_book(desk.ask(adult("Osei")), [event]))[event]

    assert str(family_id("Hart")) not in told.message
    for other in (adult("sue"), OMAR, PRIYA, Actor.nobody()):
        assert await own_holds(desk.ask(other), [event]) == {}
        async with desk.ask(other).read() as store:
            assert await store.slots.held_by_others([event]) == {}
            assert await store.slots.held_by(family_id("Hart"), [event]) == {}
    async with desk.ask(adult("Osei")).read() as store:
        assert await store.slots.held_by(family_id("Hart"), [event]) == {}


async def test_nothing_but_a_slot_that_can_be_booked_is_held(desk: Desk) -> None:
    full, evening = await slot(desk, capacity=0), await desk.event()
    await desk.family("sue", agency="AS")

    said = [
        await held(desk, "Hart", full),
        await held(desk, "Hart", evening),
        await held(desk, "sue", full),
    ]
    for staff in (OMAR, PRIYA, replace(OMAR, role="assessing_social_worker")):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await hold_slot(desk.ask(staff), event=full)

    assert "All places have gone" in said[0]
    assert "Only a slot of a consultation" in said[1]
    assert said[2].startswith("We cannot find that.")


async def test_g02_an_offer_of_a_slot_that_nobody_answers_lets_it_go(desk: Desk) -> None:
    event = await slot(desk, capacity=0)
    await desk.listed(event, "Moss")
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    offered = (await desk.seen(event)).taken

    await desk.clock.advance(hours=73)
    await jobs.lapse_offers(desk.ask_as)

    assert (offered, (await desk.seen(event)).taken) == (1, 0)


async def test_g02_what_was_held_is_forgotten_also_where_nobody_asks_again(
    desk: Desk, clock: Clock
) -> None:
    event = await slot(desk)
    await held(desk, "Hart", event)
    await clock.advance(seconds=599)
    early = await jobs.forget_holds(desk.ask_as)
    await clock.advance(seconds=1)

    assert (early, await jobs.forget_holds(desk.ask_as)) == (0, 1)
    assert await jobs.forget_holds(desk.ask_as) == 0


async def test_g02_the_list_says_of_a_held_slot_that_it_is_taken_for_now(
    desk: Desk, clock: Clock
) -> None:
    event, free = await slot(desk), await slot(desk, day=21)
    await held(desk, "Hart", event)

    seen = await others_holds(desk.ask(adult("Osei")), [event, free])
    own = await others_holds(desk.ask(adult("Hart")), [event, free])
    await clock.advance(seconds=600)

    assert list(seen) == [event]
    assert own == {}
    assert await others_holds(desk.ask(adult("Osei")), [event]) == {}
