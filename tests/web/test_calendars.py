"""Bookings in one's own calendar, and what is on for everybody, as a browser gets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import icalendar
import orjson
import pytest

from kernel.access import Actor
from services.events.actions.booking import book
from services.events.model.event import Kind
from services.web.linked_data import linked_data
from tests.databases import Clock, Databases
from tests.events.programme import FAR, TWO, Desk
from tests.front import Browser, Stage, front
from tests.identity import account
from tests.matching.register import Register
from tests.notify.test_render import BANNED
from tests.web.test_front_door import carry

ADDRESS = re.compile(r'href="(https://kith\.example/calendar/[\w-]+\.ics)"')
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
NASTY = {
    "id": "1",
    "agency": "ATV",
    "title": "</script><script>alert(1)</script>",
    "summary": "Tea & cake",
    "town": "Didcot",
    "isOnline": False,
    "startsAt": "2027-01-20T18:30:00+00:00",
    "endsAt": "2027-01-20T20:30:00+00:00",
    "provider": None,
    "link": None,
}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


@pytest.fixture
async def booked(stage: Stage, desk: Desk) -> UUID:
    """Ana's place at an evening in Didcot."""
    family = await Register(stage.scene.db).family()
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)
    ana = Actor("adopter", account("ana"), None, None, UUID(str(family)))
    return await book(desk.ask(ana), event=await desk.event(), party=TWO)


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_an_address_works_in_a_calendar_that_signs_in_nowhere(
    stage: Stage, booked: UUID
) -> None:
    ana, calendar = await signed_in(stage, "ana"), stage.browser()

    before = await ana.see("/calendar")
    made = await ana.send("/calendar")
    (address,) = ADDRESS.findall(made.text)
    path = urlsplit(address).path
    read = await calendar.see(path)
    after = await ana.see("/calendar")
    ended = await ana.send("/calendar/end")
    later = await calendar.see(path)

    assert "Make my address" in before.text
    assert read.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(read.text).walk("VEVENT")
    assert (event["summary"], event.decoded("dtstart"), str(event["status"])) == (
        "Your booking",
        FAR.replace(tzinfo=event.decoded("dtstart").tzinfo),
        "CONFIRMED",
    )
    assert not BANNED.findall(read.text)  # domain.md E23
    assert address not in after.text
    assert (ended.status_code, later.status_code) == (303, 404)


async def test_one_booking_goes_into_a_calendar(stage: Stage, booked: UUID) -> None:
    ana, stranger = await signed_in(stage, "ana"), stage.browser()
    path = f"/bookings/{booked}/booking.ics"

    shown = await ana.see(f"/bookings/{booked}")
    read = await ana.see(path)
    kept_out = await stranger.see(path)

    assert f'href="{path}"' in shown.text
    assert read.headers["content-disposition"] == 'attachment; filename="booking.ics"'
    assert len(icalendar.Calendar.from_ical(read.text).walk("VEVENT")) == 1
    assert not BANNED.findall(read.text)
    assert kept_out.status_code == 303
    assert kept_out.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("secret", ["short", "A" * 43, "A" * 101, "%00" * 30])
async def test_addresses_that_open_nothing_are_pages_that_are_not_there(
    stage: Stage, secret: str
) -> None:
    assert (await stage.browser().see(f"/calendar/{secret}.ics")).status_code == 404


async def test_anybody_reads_what_is_on_at_town_level(stage: Stage, desk: Desk) -> None:
    """domain.md E21."""
    picnic = await desk.offering(title="Summer picnic", kind=Kind.FUN_DAY, is_public=True)
    await desk.event(of=picnic)
    await desk.event(of=await desk.offering(title="Quiet evening"), at=[FAR + timedelta(days=1)])

    page = await stage.browser().see("/whats-on")
    (text,) = DATA.findall(page.text)
    (event,) = orjson.loads(text)["@graph"]

    assert "Summer picnic" in page.text
    assert "Quiet evening" not in page.text
    assert "Mill Lane" not in page.text
    assert event["location"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Didcot",
        "addressCountry": "GB",
    }
    assert event["startDate"].startswith("2027-01-20T18:30")
    assert "streetAddress" not in text


def test_a_title_cannot_end_the_element_that_it_stands_in() -> None:
    text = str(linked_data([NASTY], names={"ATV": "Adopt"}, url="https://kith.example/whats-on"))

    assert not {"<", ">", "&"} & set(text)
    assert orjson.loads(text)["@graph"][0]["name"] == NASTY["title"]
