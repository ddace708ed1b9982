"""Two families who must not meet are never at one event, and nothing tells why (I08, E17, E19)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from uuid import uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions import reading
from services.events.actions.apart import keep_apart, places_apart
from services.events.actions.attendance import register, walk_in
from services.events.actions.booking import book, cancel_booking
from services.events.actions.group_dates import add_group_dates
from services.events.actions.groups import end_group, put_group, take_lead
from services.events.actions.hosting import put_venue
from services.events.actions.moving import transfer_booking
from services.events.actions.offering import offer_by_hand
from services.events.actions.running import set_places
from services.events.model.event import Kind, Standing
from services.events.model.given import GivenDate, GivenOffering, GivenPlaces, GivenShare
from services.events.model.group import GivenGroup, Joining
from services.events.model.ids import BookingId, EventId
from services.events.model.place import EntryState, Passed
from services.events.model.programme import Wanted
from services.events.model.protected import READS, Reading
from services.events.waiting.room import standing
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, TWO, VENUE, Desk, adult, family_id

FERN = Actor("facilitator", uuid5(NAMES, "fern"), "ATV")
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
    assert await said(SOL, bens.id, "w" * 501) == "TOO_LONG"
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


async def test_i08_of_many_pairs_who_book_at_once_one_of_each_has_a_place(desk: Desk) -> None:
    events = [await desk.event(5) for _ in range(6)]

    async def one(name: str, event: EventId) -> bool:
        try:
            await desk.book(name, event)
        except Refused:
            return False
        return True

    told = await asyncio.gather(*(one(name, at) for at in events for name in ("ana", "gus")))

    assert sum(told) == len(events)
    assert [(await desk.seen(event)).taken for event in events] == [1] * len(events)


async def test_i08_nobody_comes_in_at_the_door_to_whom_they_must_not_meet(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(3, walk_ins=True)
    await desk.family("ana", version=2, apart_from=["gus"], reference="Ana")
    await desk.family("gus", version=2, apart_from=["ana"], reference="Gus")
    await desk.book("ana", event)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    await clock.set(sitting.starts_at)

    with pytest.raises(Refused, match="NOT_AVAILABLE"):
        await walk_in(desk.ask(FERN), sitting=sitting.id, reference="Gus", party=TWO)
    assert (await desk.seen(event)).taken == 1


async def test_i08_who_is_offered_a_place_is_there_and_nobody_books_beside_them(
    desk: Desk, clock: Clock
) -> None:
    """Also at short notice, when an offer holds no place yet."""
    event = await desk.event(1)
    booking = await desk.book("cat", event)
    await desk.join("ana", event, short_notice=True)
    await clock.set(datetime.fromisoformat("2027-01-20T09:00+00:00"))
    await cancel_booking(desk.ask(adult("cat")), booking=booking)
    offered = await desk.offered(event)

    said = {}
    for name in ("gus", "ben"):
        with pytest.raises(Refused) as no:
            await desk.book(name, event)
        said[name] = no.value.code
    assert offered == {family_id("ana")}
    assert said == {"gus": "FULL", "ben": "LIST_FIRST"}


async def test_i08_who_leads_a_group_is_there_while_the_group_is_and_reads_nobody_else(
    desk: Desk, clock: Clock
) -> None:
    lead = replace(adult("ana"), role="group_leader", agency="ATV")
    venue = await put_venue(desk.ask(OMAR), given=VENUE)
    what = GivenOffering(kind=Kind.SUPPORT_GROUP, title="Breakfast", summary="Porridge.")
    given = GivenGroup(
        what=what, town="Didcot", joining=Joining.AT_ONCE, lead=lead.account, venue=venue
    )
    group = await put_group(desk.ask(OMAR), given=given)
    dates = [GivenDate(at=FAR, minutes=120)]
    await desk.family("gus", version=2)
    (event,) = await add_group_dates(desk.ask(OMAR), group=group, dates=dates)
    await desk.book("gus", event)
    await desk.book("ben", event)
    await take_lead(desk.ask(lead), group=group)
    await desk.family("gus", version=3, apart_from=["ana"])
    await desk.family("eve", apart_from=["ana"])
    with pytest.raises(Refused, match="FULL"):
        await desk.book("eve", event)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
    began = desk.clock.now
    await clock.set(sitting.starts_at)
    read = {actor.role: await register(desk.ask(actor), sitting.id) for actor in (lead, FERN)}
    await clock.set(began)
    await end_group(desk.ask(OMAR), group=group, reason="Nobody to lead it")
    await desk.book("eve", event)

    names = {role: {row.family_id for row in found.rows} for role, found in read.items() if found}
    assert names == {
        "group_leader": {family_id("ben")},
        "facilitator": {family_id("ben"), family_id("gus")},
    }


async def test_i08_one_side_of_it_is_enough_and_who_comes_as_ours_is_said_to_be_ours(
    desk: Desk,
) -> None:
    """A block reaches the two cards one after the other."""
    event = await shared(desk)
    await desk.family("dan", agency="AS", reference="Dan")
    await desk.family("eve", reference="Eve")
    for name in ("ben", "dan", "eve"):
        await desk.book(name, event)
    await desk.family("ben", version=2, reference="Ben", apart_from=["eve"])
    await desk.family("eve", version=2, reference="Eve", apart_from=["dan"])

    ours = {(one.reference, one.elsewhere) for one in await places_apart(desk.ask(SOL))}
    theirs = [(one.reference, one.elsewhere) for one in await places_apart(desk.ask(SUE))]

    assert ours == {("Ben", False), ("Eve", True)}
    assert theirs == [("Dan", True)]


async def test_i08_the_database_itself_says_nothing_of_it_to_anybody_else(desk: Desk) -> None:
    event = await shared(desk)
    await booked_and_then_apart(desk, event)

    found = {}
    for role in ("safeguarding_lead", "organiser", "facilitator", "adopter", "partner"):
        async with desk.ask(replace(OMAR, role=role)).read() as store:
            found[role] = len(await store.apart.places(desk.clock.now))

    assert {role for role, many in found.items() if many} == {"safeguarding_lead"}


async def test_i08_of_two_kept_apart_after_both_were_offered_a_place_the_first_to_say_yes_comes(
    desk: Desk,
) -> None:
    event = await desk.event(0)
    for name in ("ben", "cat"):
        await desk.join(name, event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))
    await desk.family("ben", version=2, apart_from=["cat"])
    await desk.family("cat", version=2, apart_from=["ben"])

    await desk.answer("cat", event)
    with pytest.raises(Refused) as no:
        await desk.answer("ben", event)

    assert no.value.code == "PLACE_GONE"
    assert (await desk.place("cat", event)) is not None
    line = await desk.entry("ben", event)
    assert line is not None
    assert line.state is EntryState.OFFERED


async def test_i08_at_short_notice_too_who_was_kept_apart_since_comes_only_if_first(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(1)
    booking = await desk.book("ana", event)
    for name in ("ben", "cat"):
        await desk.join(name, event, short_notice=True)
    await clock.set(datetime.fromisoformat("2027-01-20T09:00+00:00"))
    await cancel_booking(desk.ask(adult("ana")), booking=booking)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=2))
    await desk.family("ben", version=2, apart_from=["cat"])
    await desk.family("cat", version=2, apart_from=["ben"])

    await desk.answer("cat", event)
    with pytest.raises(Refused) as no:
        await desk.answer("ben", event)

    assert no.value.code == "PLACE_GONE"
    assert (await desk.seen(event)).taken == 1
