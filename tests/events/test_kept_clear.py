"""Nothing of ours is at a venue within two hours of a service for birth families (C14, D7, E24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from kernel.refusal import Refused
from services.events.actions.drafting import publish_events
from services.events.actions.hosting import put_venue
from services.events.actions.keeping_clear import end_kept_clear, hours_kept_clear, keep_clear
from services.events.actions.running import move_sitting, publish_event
from services.events.actions.scheduling import add_dates
from services.events.model.given import GivenDate, GivenEvent, GivenPlaces
from services.events.model.ids import EventId, VenueId
from services.events.model.kept_clear import GivenKeptClear
from tests.databases import Clock
from tests.events.conserved import ADI
from tests.events.programme import OMAR, VENUE, Desk, adult
from tests.events.test_feedback import sittings

SAM = Actor("safeguarding_lead", uuid4(), "ATV")
wall = datetime.fromisoformat
DAY = date(2027, 1, 20)


@pytest.fixture
async def desk(events_db: Db, clock: Clock) -> Desk:
    return Desk(events_db, clock)


async def hall(desk: Desk, **kept: object) -> VenueId:
    """A venue of which the hours from 13:00 to 15:00 of one day are kept clear."""
    venue = await put_venue(desk.ask(OMAR), given=VENUE)
    hours = GivenKeptClear(
        venue=venue,
        first_on=DAY,
        weekly=False,
        last_on=None,
        from_wall=time(13),
        until_wall=time(15),
    )
    await keep_clear(desk.ask(SAM), given=replace(hours, **kept))  # type: ignore[arg-type]
    return venue


async def draft(desk: Desk, venue: VenueId, *at: str, minutes: int = 60) -> EventId:
    (event,) = await add_dates(
        desk.ask(OMAR),
        offering=await desk.offering(),
        dates=[GivenDate(at=wall(one), minutes=minutes) for one in at],
        given=GivenEvent(places=GivenPlaces(capacity=5), venue=venue),
        as_course=len(at) > 1,
    )
    return event


@pytest.mark.parametrize(
    ("at", "is_free"),
    [
        ("2027-01-20T10:00", True),  # over at 11:00, two hours before
        ("2027-01-20T10:01", False),
        ("2027-01-20T13:30", False),
        ("2027-01-20T16:59", False),
        ("2027-01-20T17:00", True),  # two hours after
        ("2027-01-27T13:30", True),
    ],
)
async def test_e24_nothing_is_published_within_two_hours(
    desk: Desk, at: str, *, is_free: bool
) -> None:
    event = await draft(desk, await hall(desk), at)
    if is_free:
        await publish_event(desk.ask(OMAR), event=event)
    else:
        with pytest.raises(Refused, match="VENUE_NOT_FREE"):
            await publish_event(desk.ask(OMAR), event=event)


@pytest.mark.parametrize("at", ["2027-03-17T13:30", "2027-03-31T13:30", "2027-06-02T13:30"])
async def test_e24_every_week_by_the_wall_when_the_clocks_change(desk: Desk, at: str) -> None:
    venue = await hall(desk, weekly=True)
    with pytest.raises(Refused, match="VENUE_NOT_FREE"):
        await publish_event(desk.ask(OMAR), event=await draft(desk, venue, at))
    early = at.replace("13:30", "10:00")
    await publish_event(desk.ask(OMAR), event=await draft(desk, venue, early))


async def test_e24_to_its_last_day_and_on_that_weekday(desk: Desk) -> None:
    venue = await hall(desk, weekly=True, last_on=date(2027, 2, 3))
    with pytest.raises(Refused, match="VENUE_NOT_FREE"):
        await publish_event(desk.ask(OMAR), event=await draft(desk, venue, "2027-02-03T13:30"))
    for at in ("2027-02-10T13:30", "2027-01-21T13:30"):
        await publish_event(desk.ask(OMAR), event=await draft(desk, venue, at))


async def test_e24_one_date_of_a_course_stops_it_and_so_do_several_at_once(desk: Desk) -> None:
    venue = await hall(desk)
    course = await draft(desk, venue, "2027-01-13T13:30", "2027-01-20T13:30")
    other = await draft(desk, venue, "2027-01-14T13:30")
    with pytest.raises(Refused, match="VENUE_NOT_FREE"):
        await publish_events(desk.ask(OMAR), events=[other, course])
    assert (await desk.seen(other)).state == "draft"


async def test_e24_the_same_hall_written_down_again_is_the_same_place(desk: Desk) -> None:
    await hall(desk)
    again = replace(VENUE, name="Hall, upstairs", address=VENUE.address.upper())
    same = await put_venue(desk.ask(OMAR), given=again)
    elsewhere = await put_venue(desk.ask(OMAR), given=replace(VENUE, address="9 Mill Lane"))
    with pytest.raises(Refused, match="VENUE_NOT_FREE"):
        await publish_event(desk.ask(OMAR), event=await draft(desk, same, "2027-01-20T13:30"))
    await publish_event(desk.ask(OMAR), event=await draft(desk, elsewhere, "2027-01-20T13:30"))


async def test_e24_no_date_is_moved_there(desk: Desk) -> None:
    venue = await hall(desk)
    event = await draft(desk, venue, "2027-01-14T13:30")
    await publish_event(desk.ask(OMAR), event=event)
    (one,) = await sittings(desk, event)
    to = GivenDate(at=wall("2027-01-20T13:30"), minutes=60)
    with pytest.raises(Refused, match="VENUE_NOT_FREE"):
        await move_sitting(desk.ask(OMAR), sitting=one.id, to=to)


async def test_e24_what_was_published_before_is_shown_to_who_keeps_them(desk: Desk) -> None:
    venue = await put_venue(desk.ask(OMAR), given=VENUE)
    event = await draft(desk, venue, "2027-01-20T13:30")
    await publish_event(desk.ask(OMAR), event=event)
    hours = GivenKeptClear(
        venue=venue,
        first_on=DAY - timedelta(weeks=2),
        weekly=True,
        last_on=None,
        from_wall=time(13),
        until_wall=time(15),
    )
    kept = await keep_clear(desk.ask(ADI), given=hours)
    seen = await hours_kept_clear(desk.ask(SAM))
    assert [one.event_id for one in seen.not_clear] == [event]
    assert [one.given for one in seen.hours] == [hours]

    await end_kept_clear(desk.ask(SAM), kept=kept)

    assert (await hours_kept_clear(desk.ask(SAM))).hours == ()
    assert (await hours_kept_clear(desk.ask(SAM))).not_clear == ()


async def test_e24_nobody_else_reads_or_keeps_them(desk: Desk) -> None:
    venue = await hall(desk)
    hours = (await hours_kept_clear(desk.ask(SAM))).hours
    elsewhere = replace(SAM, agency="AS")
    for actor in (OMAR, elsewhere, adult("Osei"), Actor("facilitator", uuid4(), "ATV")):
        seen = await hours_kept_clear(desk.ask(actor))
        assert (seen.hours, seen.not_clear, seen.venues) == ((), (), ())
        async with desk.ask(actor).read() as store:
            assert await store.turn.fetchval("SELECT count(*) FROM kept_clear") == 0
            assert await store.kept_clear.not_clear() == []
        with pytest.raises(Refused, match=r"NOT_ALLOWED|NOT_FOUND"):
            await end_kept_clear(desk.ask(actor), kept=hours[0].id)
    with pytest.raises(Refused, match="VENUE_NOT_KNOWN"):
        await keep_clear(desk.ask(elsewhere), given=replace(hours[0].given, venue=venue))


@pytest.mark.parametrize(
    ("wrong", "no"),
    [
        ({"until_wall": time(13)}, "HOURS_NOT_POSSIBLE"),
        ({"last_on": DAY}, "LAST_DAY_NOT_POSSIBLE"),
        ({"weekly": True, "last_on": DAY - timedelta(days=1)}, "LAST_DAY_NOT_POSSIBLE"),
    ],
)
async def test_e24_hours_that_cannot_be_are_refused_in_words(
    desk: Desk, wrong: dict[str, object], no: str
) -> None:
    with pytest.raises(Refused, match=no):
        await hall(desk, **wrong)
