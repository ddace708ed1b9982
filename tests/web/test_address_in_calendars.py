"""The address of an event is on its page from the day, and in no calendar ever (I03, E23)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from tests.databases import Clock
from tests.front import Stage
from tests.web.test_calendars import ADDRESS, booked, desk, signed_in, stage

__all__ = ["booked", "desk", "stage"]  # fixtures
STREET = "Mill Lane"


async def told(stage: Stage, booking: UUID) -> tuple[bool, bool, bool]:
    """Whether the street is on the page, in the file of one place, and in the private address."""
    ana = await signed_in(stage, "ana")
    page = await ana.see(f"/bookings/{booking}")
    file = await ana.see(f"/bookings/{booking}/booking.ics")
    await ana.see("/calendar")
    (address,) = ADDRESS.findall((await ana.send("/calendar")).text)
    feed = await stage.browser().see(urlsplit(address).path)
    for calendar in (file, feed):
        assert calendar.text.count("BEGIN:VEVENT") == 1
        assert "LOCATION" not in calendar.text
    return STREET in page.text, STREET in file.text, STREET in feed.text


async def test_i03_page_tells_the_street_from_the_day_and_calendars_never(
    stage: Stage, booked: UUID, clock: Clock
) -> None:
    await clock.set(datetime(2027, 1, 5, 23, 59, 59, tzinfo=UTC))
    before = await told(stage, booked)
    await clock.set(datetime(2027, 1, 6, 0, 0, 1, tzinfo=UTC))
    after = await told(stage, booked)

    assert before == (False, False, False)
    assert after == (True, False, False)
