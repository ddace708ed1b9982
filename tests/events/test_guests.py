"""Somebody at the door who is not known (domain.md A3 row 19): a place, and no more kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid5

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.attendance import keep_register, register
from services.events.actions.gates import set_gates
from services.events.actions.guests import guests, welcome_guest
from services.events.model.attendance import Mark
from services.events.model.gate import EventGate, GateKind
from services.events.model.given import GivenShare
from services.events.model.ids import BookingId, EventId
from services.events.model.place import BookingState, Party
from tests.databases import Clock
from tests.events.programme import FAR, NAMES, OMAR, PRIYA, TWO, Desk, adult
from tests.events.test_feedback import sittings, until

FERN = Actor("facilitator", uuid5(NAMES, "fern"), "ATV")
ONE = Party(adults=1)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def at_the_door(desk: Desk, event: EventId) -> None:
    """The clock to the beginning."""
    (sitting, *_) = await sittings(desk, event)
    async with desk.ask(OMAR).read() as store:
        left = sitting.starts_at - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())


async def welcome(
    desk: Desk, event: EventId, name: str = "Jo", party: Party = ONE, *, by: Actor = FERN
) -> BookingId:
    (sitting, *_) = await sittings(desk, event)
    return await welcome_guest(desk.ask(by), sitting=sitting.id, first_name=name, party=party)


async def names(desk: Desk, event: EventId) -> list[str | None]:
    (sitting,) = await sittings(desk, event)
    found = await register(desk.ask(FERN), sitting.id)
    assert found is not None
    return [row.guest_name for row in found.rows if row.is_guest]


async def test_row_19_guest_has_a_place_is_marked_and_nobody_is_told(
    desk: Desk, events_db: Db
) -> None:
    event = await desk.event(2, walk_ins=True)
    await desk.full(event, "Osei")
    told = len(await desk.told())
    await at_the_door(desk, event)

    booking = await welcome(desk, event, "Jo-Ann")
    with pytest.raises(Refused) as full:
        await welcome(desk, event, "Sam")

    seen = await desk.seen(event)
    async with events_db.begin(Actor.system("ATV"), readonly=True) as turn:
        state = await turn.fetchval("SELECT state FROM booking WHERE id = $1", booking)
        audited = await turn.fetch(
            "SELECT what, facts FROM audit WHERE subject = $1 ORDER BY at, what", booking
        )
    assert (seen.taken, seen.share_of("ATV").used, full.value.code) == (2, 2, "FULL")  # type: ignore[union-attr]
    assert state == BookingState.ATTENDED
    assert {row["what"] for row in audited} == {"welcomed_guest", "marked_attendance"}
    assert "Jo" not in str([row["facts"] for row in audited])
    assert len(await desk.told()) == told
    assert await names(desk, event) == ["Jo-Ann"]


async def test_places_promised_to_others_stay_theirs(desk: Desk) -> None:
    shares = [GivenShare(agency=code, guaranteed=1, most=2) for code in ("ATV", "AS")]
    event = await desk.event(2, walk_ins=True, shares=shares)
    await at_the_door(desk, event)
    await welcome(desk, event)

    seen = await desk.seen(event)

    assert [share.used for share in seen.shares] == [1, 0]


async def test_name_is_forgotten_when_the_register_closes_and_the_place_stays(desk: Desk) -> None:
    event = await desk.event(walk_ins=True)
    await at_the_door(desk, event)
    booking = await welcome(desk, event)
    gone = []
    for after in (timedelta(days=6, hours=23), timedelta(days=7)):
        await until(desk, event, after)
        gone.append(await jobs.forget_guests(desk.ask_as))

    assert gone == [0, 1]
    assert (await desk.seen(event)).taken == 1
    assert await guests(desk.ask(OMAR), [booking]) == {booking: True}


async def test_mark_of_a_guest_is_put_right_like_any(desk: Desk) -> None:
    event = await desk.event(walk_ins=True)
    await at_the_door(desk, event)
    booking = await welcome(desk, event)
    (sitting,) = await sittings(desk, event)
    one = Mark(booking_id=booking, sitting_id=sitting.id, adults=0, children=0)

    await keep_register(desk.ask(FERN), sitting=sitting.id, marks=[one])

    async with desk.ask(OMAR).read() as store:
        found = (await store.bookings.bookings([booking]))[booking]
    assert found.state is BookingState.NOT_ATTENDED
    assert (await desk.seen(event)).taken == 1


async def test_guest_is_never_asked_how_it_was(desk: Desk) -> None:
    event = await desk.event(walk_ins=True)
    await at_the_door(desk, event)
    await welcome(desk, event)
    await until(desk, event, timedelta(hours=1))

    assert await jobs.ask_how_it_was(desk.ask_as) == 0


@pytest.mark.parametrize("name", ["", "Jo Bell Smith", "Jo 2", "x" * 41, "jo@example.org"])
async def test_no_more_than_a_first_name_is_taken(desk: Desk, name: str) -> None:
    event = await desk.event(walk_ins=True)
    await at_the_door(desk, event)

    with pytest.raises(Refused, match="FIRST_NAME_NEEDED"):
        await welcome(desk, event, name)


async def test_there_are_no_guests_where_families_must_be_known(desk: Desk) -> None:
    closed = await desk.event()
    weeks = [FAR + timedelta(days=7 * week) for week in range(2)]
    course = await desk.event(walk_ins=True, at=weeks)
    gated = await desk.event(walk_ins=True)
    gate = EventGate(event_id=gated, kind=GateKind.REFERRAL, by_on=date(2027, 1, 10))
    await set_gates(desk.ask(OMAR), event=gated, gates=[gate])
    await at_the_door(desk, closed)

    said = []
    for event in (closed, course, gated):
        with pytest.raises(Refused) as no:
            await welcome(desk, event)
        said.append(no.value.code)

    assert said == ["NO_WALK_INS", "GUESTS_NOT_HERE", "GUESTS_NOT_HERE"]


async def test_nobody_but_who_keeps_the_register_lets_in_or_reads(desk: Desk) -> None:
    event = await desk.event(walk_ins=True)
    await desk.family("Osei")
    await at_the_door(desk, event)
    booking = await welcome(desk, event)

    for by in (replace(FERN, agency="AS"), PRIYA, adult("Osei"), Actor.nobody()):
        with pytest.raises(Refused) as no:
            await welcome(desk, event, by=by)
        assert no.value.code in {"NOT_FOUND", "NOT_ALLOWED"}
        assert await guests(desk.ask(by), [booking]) == {}
    early = await desk.event(walk_ins=True, at=[FAR + timedelta(days=2)])
    with pytest.raises(Refused, match="TOO_EARLY_TO_MARK"):
        await welcome(desk, early, party=TWO)
