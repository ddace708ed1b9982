"""Events that families come to by asking: agreed to or not by the host (event-scenarios.md A22)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import cancel_booking
from services.events.actions.gates import set_gates
from services.events.actions.offering import offer_by_hand
from services.events.actions.reading import entries_by_id, why_not_book
from services.events.actions.running import cancel_event, set_shares
from services.events.actions.waiting import leave_waiting_list
from services.events.actions.who_comes import decide_who_comes, why_not_yet
from services.events.model.event import Standing
from services.events.model.gate import EventGate, GateKind
from services.events.model.given import GivenShare
from services.events.model.group import Decision
from services.events.model.ids import EntryId, EventId
from services.events.model.place import BookingState, EntryState, Passed
from services.events.refusals import Why
from services.events.waiting.room import standing
from tests.databases import Clock
from tests.events.programme import FAR, OMAR, PRIYA, Desk, adult

NO_ROOM = "The room is small, and you came in March"


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def agree(desk: Desk, *entries: EntryId, by: Actor = OMAR) -> list[str]:
    """What is said to each yes, all at once: nothing, or the refusal's code."""

    async def one(entry: EntryId) -> str:
        try:
            await decide_who_comes(desk.ask(by), entry=entry, decision=Decision.YES)
        except Refused as no:
            return no.code
        return ""

    return list(await asyncio.gather(*(one(entry) for entry in entries)))


async def asked(desk: Desk, event: EventId, *names: str) -> list[EntryId]:
    await desk.family(*names)
    return [await desk.join(name, event) for name in names]


async def test_a22_of_two_agreed_to_at_once_for_the_last_place_one_comes_and_the_other_still_asks(
    desk: Desk,
) -> None:
    event = await desk.event(1, by_asking=True)
    entries = await asked(desk, event, "ana", "ben")

    said = await agree(desk, *entries)
    states = [one.state for one in (await entries_by_id(desk.ask(OMAR), entries)).values()]
    beside = await why_not_yet(desk.ask(OMAR), entries)

    assert sorted(said) == ["", "NO_PLACE_LEFT"]
    assert sorted(states) == [EntryState.ACCEPTED, EntryState.WAITING]
    assert beside == {entries[said.index("NO_PLACE_LEFT")]: Why.NO_PLACE_LEFT}
    seen = await desk.seen(event)
    assert (seen.taken, seen.listed, seen.queue) == (1, 1, 0)


async def test_who_is_agreed_to_has_a_place_and_who_is_not_reads_why(desk: Desk) -> None:
    event = await desk.event(5, by_asking=True)
    ana, ben = await asked(desk, event, "ana", "ben")

    assert await agree(desk, ana) == [""]
    with pytest.raises(Refused, match="REASON_NEEDED"):
        await decide_who_comes(desk.ask(OMAR), entry=ben, decision=Decision.NO, words=" ")
    with pytest.raises(Refused, match="TOO_LONG"):
        await decide_who_comes(desk.ask(OMAR), entry=ben, decision=Decision.NO, words="n" * 501)
    await decide_who_comes(desk.ask(OMAR), entry=ben, decision=Decision.NO, words=NO_ROOM)
    for decision in Decision:
        with pytest.raises(Refused, match="NOT_WAITING"):
            await decide_who_comes(desk.ask(OMAR), entry=ben, decision=decision, words=NO_ROOM)

    place = await desk.place("ana", event)
    line = (await entries_by_id(desk.ask(adult("ben")), [ben]))[ben]
    assert place is not None
    assert place.state is BookingState.CONFIRMED
    assert (line.state, line.said) == (EntryState.REMOVED, NO_ROOM)
    assert await desk.kinds_told("ana") == ["asked_to_come", "booked"]
    assert await desk.kinds_told("ben") == ["asked_to_come", "not_this_time"]
    assert not [one for one in await desk.told() if NO_ROOM in str(one)]


async def test_nothing_is_booked_or_offered_by_itself(desk: Desk) -> None:
    event = await desk.event(5, by_asking=True)
    (ana,) = await asked(desk, event, "ana")
    await desk.family("ben")

    with pytest.raises(Refused, match="ASKS_FIRST"):
        await desk.book("ben", event)
    with pytest.raises(Refused, match="NOTHING_TO_OFFER"):
        await offer_by_hand(desk.ask(OMAR), entry=ana, reason="They rang")
    await jobs.fill_events(desk.ask_as)
    seen = await desk.seen(event)
    line = await desk.entry("ana", event)

    assert (await why_not_book(desk.ask(adult("ben")), [event]))[event].code == "ASKS_FIRST"
    assert await desk.offered(event) == set()
    assert line is not None
    assert line.passed_because is Passed.HOST_DECIDES
    assert standing(seen, line.since) is Standing.OPEN
    assert (seen.taken, seen.listed, seen.queue) == (0, 1, 0)


async def test_a_place_that_is_given_back_is_nobodys_until_the_host_agrees(desk: Desk) -> None:
    event = await desk.event(1, by_asking=True)
    ana, ben = await asked(desk, event, "ana", "ben")
    await agree(desk, ana)
    place = await desk.place("ana", event)
    assert place is not None

    await cancel_booking(desk.ask(adult("ana")), booking=place.id)
    free = await why_not_yet(desk.ask(OMAR), [ben])

    assert (free, await desk.place("ben", event)) == ({}, None)
    assert await agree(desk, ben) == [""]
    assert (await desk.seen(event)).listed == 0


async def test_what_was_asked_is_taken_back_with_one_tap_and_asked_again(desk: Desk) -> None:
    event = await desk.event(1, by_asking=True)
    (ana,) = await asked(desk, event, "ana")

    await leave_waiting_list(desk.ask(adult("ana")), entry=ana)
    (again,) = await asked(desk, event, "ana")

    assert await agree(desk, ana, again) == ["NOT_WAITING", ""]
    seen = await desk.seen(event)
    assert (seen.taken, seen.listed, seen.queue) == (1, 0, 0)


async def test_limits_of_agencies_hold_and_say_which(desk: Desk) -> None:
    shares = [GivenShare(agency="ATV", most=1), GivenShare(agency="AS", guaranteed=1)]
    event = await desk.event(3, shares=shares, by_asking=True)
    entries = await asked(desk, event, "ana", "ben")
    await desk.family("sue", agency="AS")
    sue = await desk.join("sue", event)

    said = [(await agree(desk, one))[0] for one in (*entries, sue)]

    assert said == ["", "THEIR_PLACES_TAKEN", ""]


async def test_c12_an_agency_that_takes_no_part_any_more_has_no_places_to_agree_to(
    desk: Desk,
) -> None:
    shares = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(3, shares=shares, by_asking=True)
    await desk.family("sue", agency="AS")
    sue = await desk.join("sue", event)

    with pytest.raises(Refused, match="SHARES_NOT_POSSIBLE"):
        await set_shares(desk.ask(OMAR), event=event, shares=shares[:1])
    out = [shares[0], GivenShare(agency="AS", most=0)]
    await set_shares(desk.ask(OMAR), event=event, shares=out)

    assert await agree(desk, sue) == ["NOT_WAITING"]
    assert await desk.kinds_told("sue") == ["asked_to_come", "waiting_over"]


async def test_i08_whom_a_family_must_not_meet_is_not_agreed_to_and_nobody_learns_why(
    desk: Desk,
) -> None:
    event = await desk.event(5, by_asking=True)
    (ana,) = await asked(desk, event, "ana")
    await desk.family("ben", apart_from=["ana"])
    ben = await desk.join("ben", event)

    assert await agree(desk, ana, by=OMAR) == [""]
    assert await agree(desk, ben) == ["NOT_AVAILABLE"]
    assert await desk.kinds_told("ben") == ["asked_to_come"]
    assert (await desk.seen(event)).taken == 1


async def test_a_gate_holds_the_place_that_was_agreed_to(desk: Desk) -> None:
    event = await desk.event(5, by_asking=True)
    (ana,) = await asked(desk, event, "ana")
    gate = EventGate(event_id=event, kind=GateKind.ASSESSMENT_DONE, by_on=date(2027, 1, 10))
    await set_gates(desk.ask(OMAR), event=event, gates=[gate])

    await agree(desk, ana)

    place = await desk.place("ana", event)
    assert place is not None
    assert place.state is BookingState.WAITING_FOR_GATE
    assert await desk.kinds_told("ana") == ["asked_to_come", "place_held"]


async def test_d13_who_asks_is_told_once_when_it_is_called_off(desk: Desk) -> None:
    event = await desk.event(5, by_asking=True)
    (ana,) = await asked(desk, event, "ana")

    await cancel_event(desk.ask(OMAR), event=event, reason="The room is flooded")

    assert await agree(desk, ana) == ["NOT_WAITING"]
    assert await desk.kinds_told("ana") == ["asked_to_come", "event_off_waiting"]


async def test_nobody_decides_but_the_host(desk: Desk) -> None:
    event = await desk.event(
        5, by_asking=True, shares=[GivenShare(agency="ATV"), GivenShare(agency="AS")]
    )
    (ana,) = await asked(desk, event, "ana")
    plain = await desk.event(0, at=[FAR.replace(day=27)])
    (waits,) = await asked(desk, plain, "ana")
    partner = replace(OMAR, agency="AS")
    facilitator = Actor("facilitator", OMAR.account, "ATV")

    for other in (adult("ana"), PRIYA, facilitator, Actor.nobody()):
        assert await agree(desk, ana, by=other) == ["NOT_ALLOWED"]
    assert await agree(desk, ana, by=partner) == ["NOT_FOUND"]
    for other in (adult("ana"), PRIYA, partner, facilitator):
        assert await why_not_yet(desk.ask(other), [ana]) == {}
    assert await agree(desk, waits) == ["NOT_BY_ASKING"]
