"""Nine irregular dates of three support groups keep their times on both sides of a clock change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from dev.programme import nine_dates, year_of_nine
from kernel.db import Db
from services.events.calendar import wall_of
from services.events.model.event import Event, EventState, Kind
from tests.databases import Clock
from tests.events.programme import OMAR, Desk

YEAR = 2024  # the source names none (domain.md H); in this one its weekdays hold
SOUTH = replace(OMAR, agency="AS")

# domain.md A3 row 19: town, weekday, times on the wall, and the start in UTC.
ALL_NINE = [
    ("Hythe", "Tue", "2024-06-04 13:00", "15:00", "12:00"),
    ("Hythe", "Tue", "2024-09-10 13:00", "15:00", "12:00"),
    ("Hythe", "Tue", "2024-12-03 13:00", "15:00", "13:00"),
    ("Swanwick", "Wed", "2024-06-05 18:30", "20:30", "17:30"),
    ("Swanwick", "Wed", "2024-09-04 18:30", "20:30", "17:30"),
    ("Swanwick", "Wed", "2024-12-04 18:30", "20:30", "18:30"),
    ("Basingstoke", "Fri", "2024-06-07 10:00", "12:00", "09:00"),
    ("Basingstoke", "Fri", "2024-09-06 10:00", "12:00", "09:00"),
    ("Basingstoke", "Fri", "2024-12-06 10:00", "12:00", "10:00"),
]


def seen(event: Event) -> tuple[str, str, str, str, str]:
    starts, ends = wall_of(event.starts_at), wall_of(event.ends_at)
    return (
        event.town,
        f"{starts:%a}",
        f"{starts:%Y-%m-%d %H:%M}",
        f"{ends:%H:%M}",
        f"{event.starts_at:%H:%M}",
    )


async def test_row_19_all_nine_dates_keep_their_time_on_the_wall(
    events_db: Db, clock: Clock
) -> None:
    await clock.set(datetime.fromisoformat("2024-05-01T09:00:00+00:00"))
    desk = Desk(events_db, clock, by=SOUTH)

    added = await nine_dates(desk.ask(SOUTH), year=YEAR)

    events = [await desk.seen(event) for event in added]
    assert [seen(event) for event in events] == ALL_NINE
    assert {event.kind for event in events} == {Kind.SUPPORT_GROUP}
    assert {event.state for event in events} == {EventState.PUBLISHED}
    assert all(event.walk_ins and event.places > event.capacity for event in events)


def test_the_demo_shows_them_in_the_next_year_that_has_their_weekdays() -> None:
    assert year_of_nine(date(2024, 6, 3)) == 2024
    assert year_of_nine(date(2024, 6, 4)) == 2030
    assert year_of_nine(date(2026, 11, 28)) == 2030
