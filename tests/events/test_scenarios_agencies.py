"""Places promised to agencies, and what becomes of them (event-scenarios.md C)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import asyncpg
import pytest

from kernel.db import Db
from kernel.refusal import Refused
from services.events import jobs
from services.events.actions.booking import cancel_booking
from services.events.actions.giving import set_place_settings
from services.events.actions.running import cancel_event, release_share, set_places, set_shares
from services.events.calendar import midnight
from services.events.model.given import GivenPlaces, GivenShare
from services.events.model.ids import EventId
from services.events.model.place import PlaceSettings
from tests.databases import Clock, Databases
from tests.events.programme import NEAR, OMAR, PRIYA, Desk, adult, family_id

ADI = replace(OMAR, role="agency_admin")
RELEASE = date(2026, 12, 30)
MIDNIGHT = datetime.fromisoformat("2026-12-30T00:00+00:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


def promised(atv: int, south: int, west: int | None = None) -> list[GivenShare]:
    numbers = {"ATV": atv, "AS": south, "OAWY": west}
    return [
        GivenShare(agency=name, guaranteed=number, release_on=RELEASE)
        for name, number in numbers.items()
        if number is not None
    ]


async def away(desk: Desk, *names: str, agency: str = "AS") -> None:
    await desk.family(*names, agency=agency)


async def shared(desk: Desk, capacity: int, *numbers: int) -> EventId:
    return await desk.event(capacity, shares=promised(*numbers))


async def used(desk: Desk, event: EventId) -> dict[str, int]:
    return {share.agency: share.used for share in (await desk.seen(event)).shares}


async def test_c01_before_the_release_the_seventh_of_six_waits_though_others_have_room(
    desk: Desk,
) -> None:
    event = await shared(desk, 18, 8, 6, 4)
    names = [f"south {number}" for number in range(7)]
    await away(desk, *names)
    for name in names[:6]:
        await desk.book(name, event)

    with pytest.raises(Refused, match="PLACES_KEPT"):
        await desk.book(names[6], event)
    await desk.join(names[6], event)
    await jobs.fill_events(desk.ask_as)

    assert await desk.offered(event) == set()
    assert (await desk.seen(event)).free == 12


@pytest.mark.parametrize(("by", "booked"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
async def test_c02_the_promise_ends_with_the_midnight_of_its_day(
    desk: Desk, clock: Clock, by: timedelta, booked: bool
) -> None:
    event = await shared(desk, 1, 1, 0)
    await away(desk, "sue")

    await clock.set(MIDNIGHT + by)
    told = "booked"
    try:
        await desk.book("sue", event)
    except Refused as no:
        told = no.code

    assert told == ("booked" if booked else "PLACES_KEPT")


DEFAULT = datetime.fromisoformat("2026-12-30T00:00+00:00")  # 21 days before FAR
UNTOLD = [GivenShare(agency="ATV", guaranteed=1), GivenShare(agency="AS")]


@pytest.mark.parametrize(("by", "booked"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
@pytest.mark.parametrize(("days", "early"), [(21, 0), (30, 9)])
async def test_c02_a_promise_without_a_day_ends_so_many_days_before_as_the_host_has_set(
    desk: Desk, by: timedelta, booked: bool, days: int, early: int
) -> None:
    if days != PlaceSettings().release_days:
        given = PlaceSettings(release_days=days)
        await set_place_settings(desk.ask(ADI), given=given, why="Partners fill late")
    event = await desk.event(1, shares=UNTOLD)
    await away(desk, "sue")

    await desk.clock.set(DEFAULT - timedelta(days=early) + by)
    told = "booked"
    try:
        await desk.book("sue", event)
    except Refused as no:
        told = no.code

    assert told == ("booked" if booked else "PLACES_KEPT")


async def test_c02_so_many_days_are_days_on_the_wall_though_the_clocks_change(desk: Desk) -> None:
    summer = datetime.fromisoformat("2027-04-05T18:30")

    event = await desk.event(1, shares=UNTOLD, at=[summer])

    promise = (await desk.seen(event)).share_of("ATV")
    assert promise is not None
    assert promise.release_at == datetime.fromisoformat("2027-03-15T00:00+00:00")


async def test_c02_a_day_that_was_said_stays_and_so_does_a_promise_that_stands(
    desk: Desk,
) -> None:
    said, unsaid = await shared(desk, 1, 1, 0), await desk.event(1, shares=UNTOLD)
    other = date(2027, 1, 2)
    given = [replace(one, release_on=other) for one in promised(1, 0)]
    await set_shares(desk.ask(OMAR), event=said, shares=given)
    now = PlaceSettings(release_days=90)
    await set_place_settings(desk.ask(ADI), given=now, why="Partners fill early")

    ends = [share.release_at for one in (said, unsaid) for share in (await desk.seen(one)).shares]

    assert ends == [midnight(other)] * 2 + [DEFAULT] * 2


async def test_c07_a_promise_without_a_day_is_free_at_once_where_its_day_is_past(
    desk: Desk,
) -> None:
    event = await desk.event(1, shares=UNTOLD, at=[NEAR])
    waited_for = await desk.event(1, shares=promised(1, 0), at=[NEAR + timedelta(days=1)])
    await away(desk, "sue", "sam")
    await desk.join("sam", waited_for)
    assert await desk.offered(waited_for) == set()

    await desk.book("sue", event)
    await set_shares(desk.ask(OMAR), event=waited_for, shares=UNTOLD)

    assert await used(desk, event) == {"ATV": 0, "AS": 1}
    assert await desk.offered(waited_for) == {family_id("sam")}


async def test_c11_who_waits_is_offered_the_place_once_the_day_has_come_by_itself(
    desk: Desk,
) -> None:
    event = await desk.event(1, shares=UNTOLD)
    await away(desk, "sue")
    await desk.join("sue", event)
    offered = []

    for at in (DEFAULT - SECOND, DEFAULT):
        await desk.clock.set(at)
        await jobs.fill_events(desk.ask_as)
        offered.append(await desk.offered(event))

    assert offered == [set(), {family_id("sue")}]


async def test_c03_a_place_that_is_offered_at_the_release_goes_to_the_pool_only_if_it_lapses(
    desk: Desk, clock: Clock
) -> None:
    event = await desk.event(1, shares=promised(1, 0))
    await desk.full(event, "ana")
    await desk.listed(event, "ben")
    await away(desk, "sue")
    await desk.join("sue", event)
    await clock.set(MIDNIGHT - timedelta(hours=1))
    place = await desk.place("ana", event)
    assert place is not None
    await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    await clock.set(MIDNIGHT + SECOND)
    await jobs.fill_events(desk.ask_as)
    held = await desk.offered(event)
    await clock.advance(hours=72)
    await jobs.lapse_offers(desk.ask_as)

    assert held == {family_id("ben")}
    assert await desk.offered(event) == {family_id("sue")}


async def test_c06_a_later_release_takes_back_what_nobody_has_taken(
    desk: Desk, clock: Clock
) -> None:
    event = await shared(desk, 3, 2, 0)
    await away(desk, "sue", "sam", "sid")
    await clock.set(MIDNIGHT)
    await desk.book("sue", event)
    await desk.book("sam", event)

    later = [replace(one, release_on=date(2027, 1, 10)) for one in promised(1, 0)]
    await set_shares(desk.ask(OMAR), event=event, shares=later)
    with pytest.raises(Refused, match="PLACES_KEPT"):
        await desk.book("sid", event)

    assert await used(desk, event) == {"ATV": 0, "AS": 2}
    assert ("set_shares", event) in await audited(desk)


async def audited(desk: Desk) -> set[tuple[str, EventId]]:
    async with desk.db.begin(OMAR, readonly=True) as turn:
        rows = await turn.fetch("SELECT what, subject FROM audit")
    return {(row["what"], row["subject"]) for row in rows}


async def test_c07_a_release_that_is_moved_into_the_past_or_given_up_counts_at_once(
    desk: Desk,
) -> None:
    event = await desk.event(2, shares=promised(0, 1))
    given_up = await desk.event(2, shares=promised(0, 1))
    await desk.family("ana", "ben")
    for one in (event, given_up):
        await desk.book("ana", one)
        await desk.join("ben", one)
    assert await desk.offered(event) == set()

    earlier = [replace(one, release_on=date(2026, 11, 22)) for one in promised(0, 1)]
    await set_shares(desk.ask(OMAR), event=event, shares=earlier)
    await release_share(desk.ask(PRIYA), event=given_up)
    await release_share(desk.ask(PRIYA), event=given_up)

    for one in (event, given_up):
        assert await desk.offered(one) == {family_id("ben")}


async def test_c08_promises_add_up_to_no_more_than_there_is_and_the_rest_is_open(
    desk: Desk,
) -> None:
    event = await desk.event(5)
    ask = desk.ask(OMAR)

    with pytest.raises(Refused, match="SHARES_NOT_POSSIBLE"):
        await set_shares(ask, event=event, shares=promised(3, 3))
    await set_shares(ask, event=event, shares=promised(1, 1))
    with pytest.raises(Refused, match="CAPACITY_NOT_POSSIBLE"):
        await set_places(ask, event=event, given=GivenPlaces(capacity=1))
    names = [f"home {number}" for number in range(5)]
    await desk.family(*names)
    for name in names[:4]:
        await desk.book(name, event)

    with pytest.raises(Refused, match="PLACES_KEPT"):
        await desk.book(names[4], event)


async def test_c11_after_the_release_a_place_goes_to_the_first_of_all_agencies(
    desk: Desk, clock: Clock
) -> None:
    event = await shared(desk, 1, 1, 0)
    await desk.full(event, "ana")
    await away(desk, "sue")
    await desk.join("sue", event)
    await desk.listed(event, "ben")
    await clock.set(MIDNIGHT)

    place = await desk.place("ana", event)
    assert place is not None
    await cancel_booking(desk.ask(adult("ana")), booking=place.id)

    assert await desk.offered(event) == {family_id("sue")}


async def test_c12_an_agency_that_withdraws_keeps_what_its_families_have_and_no_more(
    desk: Desk,
) -> None:
    event = await shared(desk, 4, 1, 3)
    await away(desk, "sue", "sam")
    await desk.book("sue", event)
    names = [f"home {number}" for number in range(3)]
    await desk.family(*names)
    out = [*promised(1, 0)[:1], GivenShare(agency="AS", most=0)]

    with pytest.raises(Refused, match="SHARES_NOT_POSSIBLE"):
        await set_shares(desk.ask(OMAR), event=event, shares=promised(1, 0)[:1])
    await set_shares(desk.ask(OMAR), event=event, shares=out)
    with pytest.raises(Refused, match="NOT_FOR_YOUR_AGENCY"):
        await desk.book("sam", event)
    with pytest.raises(Refused, match="NOT_FOR_YOUR_AGENCY"):
        await desk.join("sam", event)
    for name in names:
        await desk.book(name, event)

    assert await used(desk, event) == {"ATV": 3, "AS": 1}


async def test_c13_an_agency_that_joins_later_has_what_is_open_and_displaces_nobody(
    desk: Desk,
) -> None:
    event = await shared(desk, 2, 1, 0)
    await away(desk, "sue")
    await away(desk, "wes", "win", agency="OAWY")
    await desk.book("sue", event)

    await set_shares(desk.ask(OMAR), event=event, shares=promised(1, 0, 0))
    with pytest.raises(Refused, match="PLACES_KEPT"):
        await desk.book("wes", event)
    with pytest.raises(Refused, match="SHARES_NOT_POSSIBLE"):
        await set_shares(desk.ask(OMAR), event=event, shares=promised(1, 0, 2))

    assert await used(desk, event) == {"ATV": 0, "AS": 1, "OAWY": 0}


async def test_c17_a_tie_is_decided_by_a_number_that_stays_and_gives_the_same_order_again(
    desk: Desk, databases: Databases
) -> None:
    event = await desk.event(0)
    names = [f"home {number}" for number in range(6)]
    await desk.listed(event, *names)
    connection = await asyncpg.connect(databases.dsn("events", "migrator"))
    rows = await connection.fetch(
        """
        UPDATE waiting_entry SET since = joined_at - joined_at::time WHERE event_id = $1
     RETURNING family_id, draw
        """,
        event,
    )
    await connection.close()
    by_draw = [row["family_id"] for row in sorted(rows, key=lambda row: row["draw"])]

    async def order() -> list[object]:
        async with desk.ask(OMAR).read() as store:
            lines = await store.entries.in_order(event, after=None, limit=50)
        return [line.family_id for line in lines]

    first, again = await order(), await order()
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=3))

    assert first == again == by_draw
    assert await desk.offered(event) == set(by_draw[:3])


async def test_c12_an_agency_whose_family_rests_on_the_list_is_not_just_left_out(
    desk: Desk,
) -> None:
    """A line that a free place went past counts for nobody, and yet somebody waits."""
    both = [GivenShare(agency="ATV"), GivenShare(agency="AS")]
    event = await desk.event(0, shares=both)
    await away(desk, "sue")
    await desk.join("sue", event)
    await set_places(desk.ask(OMAR), event=event, given=GivenPlaces(capacity=1))
    await desk.clock.advance(hours=73)
    await jobs.lapse_offers(desk.ask_as)
    share = (await desk.seen(event)).share_of("AS")
    assert share is not None
    assert (share.used, share.queue) == (0, 0)

    with pytest.raises(Refused, match="SHARES_NOT_POSSIBLE"):
        await set_shares(desk.ask(OMAR), event=event, shares=both[:1])
    out = [both[0], GivenShare(agency="AS", most=0)]
    await set_shares(desk.ask(OMAR), event=event, shares=out)
    told = await desk.kinds_told("sue")
    await set_shares(desk.ask(OMAR), event=event, shares=out)

    seen = await desk.seen(event)
    assert told[-1] == "waiting_over"
    assert await desk.entry("sue", event) is None
    assert (seen.listed, seen.agencies) == (0, ["ATV"])


async def test_c21_a_shared_event_that_its_host_calls_off_is_told_to_every_agencys_families_once(
    desk: Desk,
) -> None:
    event = await shared(desk, 2, 1, 1)
    await desk.family("ana", "ben")
    await away(desk, "sue", "tom")
    for name in ("ana", "sue"):
        await desk.book(name, event)
    for name in ("ben", "tom"):
        await desk.join(name, event)
    for partner in (PRIYA, replace(OMAR, agency="AS")):
        with pytest.raises(Refused) as no:
            await cancel_event(desk.ask(partner), event=event, reason="Not ours")
        assert no.value.code in ("NOT_ALLOWED", "NOT_FOUND")

    await cancel_event(desk.ask(OMAR), event=event, reason="The hall is flooded")

    told = {name: await desk.kinds_told(name) for name in ("ana", "sue", "ben", "tom")}
    booked, waited = ["booked", "event_off_booked"], ["event_off_waiting", "on_waiting_list"]
    assert told == {"ana": booked, "sue": booked, "ben": waited, "tom": waited}
    assert await used(desk, event) == {"ATV": 0, "AS": 0}
