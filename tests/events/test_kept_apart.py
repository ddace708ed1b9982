"""Two families who must not meet are never at one event, and nothing tells why (I08, E17, E19)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import reading
from services.events.actions.apart import keep_apart, places_apart
from services.events.actions.booking import book, cancel_booking
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import offer_by_hand
from services.events.actions.running import set_places
from services.events.model.event import Standing
from services.events.model.given import GivenPlaces, GivenShare
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Passed
from services.events.model.programme import Wanted
from services.events.model.protected import READS, Reading
from services.events.waiting.room import standing
from tests.databases import Clock
from tests.events.programme import OMAR, TWO, Desk, adult, family_id

SOL = replace(OMAR, role="safeguarding_lead")
SUE = replace(SOL, agency="AS")
ASKED = READS[Reading.APART].why
WORDS = "We have to take this place back. Please ring us."


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    """Ana and Gus are kept apart; Ben is anybody."""
    desk = Desk(events_db, clock)
    await desk.family("ana", apart_from=["gus"])
    await desk.family("gus", apart_from=["ana"])
    await desk.family("ben", "cat")
    return desk


async def looks(desk: Desk, name: str, event: EventId) -> dict[str, object]:
    """All that a family is shown of an event's places."""
    ask = desk.ask(adult(name))
    found = (await reading.events_by_id(ask, [event]))[event]
    free, _ = await reading.programme(ask, Wanted(has_places=True), after=None, limit=50)
    said = (await reading.why_not_book(ask, [event])).get(event)
    return {
        "free": reading.free_of(adult(name), found),
        "standing": standing(found, desk.clock.now),
        "people_wait": found.queue > 0,
        "among the free": event in {one.id for one in free},
        "said": said and (said.code, said.message),
    }


async def test_i08_an_event_at_which_the_other_is_looks_like_one_that_is_full(desk: Desk) -> None:
    event, full = await desk.event(5), await desk.event(1)
    await desk.book("ana", event)
    await desk.book("cat", full)

    assert await looks(desk, "gus", event) == await looks(desk, "gus", full)
    assert (await looks(desk, "gus", event))["standing"] is Standing.FULL
    assert (await looks(desk, "ben", event))["free"] == 4
    for name, at in (("gus", event), ("gus", full)):
        with pytest.raises(Refused) as no:
            await desk.book(name, at)
        assert (no.value.code, no.value.field, no.value.facts) == ("FULL", None, {})


async def test_i08_of_two_who_book_at_once_one_has_a_place(desk: Desk) -> None:
    event = await desk.event(5)

    async def one(name: str) -> str:
        try:
            await desk.book(name, event)
        except Refused as no:
            return no.code
        return "booked"

    told = await asyncio.gather(*(one(name) for name in ("ana", "gus", "ben")))

    assert sorted(told) == ["FULL", "booked", "booked"]
    assert told[2] == "booked"
    assert (await desk.seen(event)).taken == 2


async def test_i08_who_waits_is_passed_over_without_a_word_and_holds_up_nobody(
    desk: Desk,
) -> None:
    event = await desk.event(2)
    await desk.book("ana", event)

    entry = await desk.join("gus", event)
    await desk.book("ben", event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=3))
    await jobs.fill_events(desk.ask_as)
    line = await desk.entry("gus", event)

    assert line is not None
    assert line.id == entry
    assert line.passed_because is Passed.NOT_AVAILABLE
    assert await desk.offered(event) == set()
    assert await desk.kinds_told("gus") == ["on_waiting_list"]


async def test_i08_of_two_on_one_list_the_first_is_offered_and_then_the_next(desk: Desk) -> None:
    event = await desk.event(0)
    for name in ("ana", "gus", "ben"):
        await desk.join(name, event)

    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=3))

    assert await desk.offered(event) == {family_id("ana"), family_id("ben")}


async def test_i08_at_short_notice_only_one_of_them_is_asked(desk: Desk, clock: Clock) -> None:
    event = await desk.event(1)
    await desk.book("cat", event)
    for name in ("ana", "gus", "ben"):
        await desk.join(name, event, short_notice=True)
    await clock.set(datetime.fromisoformat("2027-01-20T09:00+00:00"))
    place = await desk.place("cat", event)
    assert place is not None

    await cancel_booking(desk.ask(adult("cat")), booking=place.id)

    assert await desk.offered(event) == {family_id("ana"), family_id("ben")}


async def test_i08_when_the_other_has_gone_it_is_open_again(desk: Desk) -> None:
    event = await desk.event(2)
    booking = await desk.book("ana", event)
    await desk.join("gus", event)

    await cancel_booking(desk.ask(adult("ana")), booking=booking)

    assert await desk.offered(event) == {family_id("gus")}


async def test_i08_nobody_moves_to_where_the_other_is(desk: Desk) -> None:
    offering = await desk.offering()
    first = await desk.event(of=offering)
    second = await desk.event(of=offering, at=[datetime.fromisoformat("2027-02-20T18:30")])
    booking = await desk.book("gus", first)
    await desk.book("ana", second)

    with pytest.raises(Refused, match="FULL"):
        await transfer_booking(desk.ask(adult("gus")), booking=booking, to=second)


async def test_i08_staff_read_not_available_and_no_reason(desk: Desk) -> None:
    event = await desk.event(3)
    await desk.book("ana", event)
    entry = await desk.join("gus", event)

    with pytest.raises(Refused, match="NOT_AVAILABLE"):
        await book(desk.ask(OMAR), event=event, party=TWO, family=family_id("gus"))
    with pytest.raises(Refused, match="NOTHING_TO_OFFER"):
        await offer_by_hand(desk.ask(OMAR), entry=entry, reason="They rang")


async def booked_and_then_apart(desk: Desk, event: EventId) -> None:
    """Ben and Dan, of another agency, both have a place before a block stands between them."""
    await desk.family("dan", agency="AS", reference="Dan")
    await desk.family("ben", version=2, reference="Ben")
    for name in ("ben", "dan"):
        await desk.book(name, event)
    await desk.family("ben", version=3, reference="Ben", apart_from=["dan"])
    await desk.family("dan", version=2, agency="AS", reference="Dan", apart_from=["ben"])


async def shared(desk: Desk) -> EventId:
    return await desk.event(5, shares=[GivenShare(agency="ATV"), GivenShare(agency="AS")])


async def test_i08_who_booked_before_they_were_kept_apart_is_shown_to_their_safeguarding_lead(
    desk: Desk,
) -> None:
    event = await shared(desk)
    await booked_and_then_apart(desk, event)

    read = {sol.agency: await places_apart(desk.ask(sol)) for sol in (SOL, SUE)}

    shown = {
        agency: [(one.reference, one.event.id, one.elsewhere) for one in found]
        for agency, found in read.items()
    }
    assert shown == {"ATV": [("Ben", event, True)], "AS": [("Dan", event, True)]}
    for role in ("organiser", "coordinator", "agency_admin", "facilitator", "partner"):
        assert await places_apart(desk.ask(replace(OMAR, role=role))) == []
    assert await places_apart(desk.ask(adult("ben"))) == []


async def test_i08_the_lead_takes_one_place_back_and_nobody_is_told_why(desk: Desk) -> None:
    event = await shared(desk)
    await booked_and_then_apart(desk, event)
    (one,) = await places_apart(desk.ask(SOL))

    await keep_apart(desk.ask(SOL), booking=one.booking.id, words=WORDS)

    assert await desk.place("ben", event) is None
    assert await desk.place("dan", event) is not None
    assert (await desk.seen(event)).taken == 1
    assert (await desk.kinds_told("ben")).count("place_lost") == 1
    assert "place_lost" not in await desk.kinds_told("dan")
    assert [await places_apart(desk.ask(sol)) for sol in (SOL, SUE)] == [[], []]
    said = (await reading.bookings_by_id(desk.ask(adult("ben")), [one.booking.id]))[one.booking.id]
    assert said.ended_because == WORDS


async def test_i08_no_other_place_is_taken_back_that_way_nor_by_anybody_else(desk: Desk) -> None:
    event = await shared(desk)
    await booked_and_then_apart(desk, event)
    bens = await desk.place("ben", event)
    plain = await desk.book("cat", event)
    assert bens is not None

    async def said(actor: Actor, booking: BookingId, words: str = WORDS) -> str:
        with pytest.raises(Refused) as no:
            await keep_apart(desk.ask(actor), booking=booking, words=words)
        return no.value.code

    assert await said(SOL, plain) == "NOT_FOUND"
    assert await said(SUE, bens.id) == "NOT_FOUND"
    assert await said(OMAR, bens.id) == "NOT_ALLOWED"
    assert await said(SOL, bens.id, "  ") == "REASON_NEEDED"
    assert (await desk.seen(event)).taken == 3


async def test_i08_what_is_over_is_nobodys_task(desk: Desk) -> None:
    over = await shared(desk)
    await booked_and_then_apart(desk, over)
    assert len(await places_apart(desk.ask(SOL))) == 1
    await desk.clock.advance(days=90)

    assert await places_apart(desk.ask(SOL)) == []


async def test_e44_that_a_protected_familys_place_was_shown_to_the_lead_is_in_the_audit(
    desk: Desk, events_db: Db
) -> None:
    event = await shared(desk)
    await booked_and_then_apart(desk, event)
    await desk.family("ben", version=4, reference="Ben", apart_from=["dan"], protected=True)

    await places_apart(desk.ask(SOL))

    async with events_db.begin(Actor.system("ATV")) as turn:
        rows = await turn.fetch("SELECT subject, role FROM audit WHERE why = $1", ASKED)
    assert [(row["subject"], row["role"]) for row in rows] == [
        (family_id("ben"), "safeguarding_lead")
    ]
