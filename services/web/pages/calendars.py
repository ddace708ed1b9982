"""Bookings in one's own calendar, in neutral words; and what is on, for anybody at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from starlette.responses import Response

from services.web.calendar_file import MEDIA_TYPE, calendar_file
from services.web.dated import one_date, where
from services.web.gateway import Refusal
from services.web.linked_data import linked_data
from services.web.page import Page
from services.web.swapped import expected_at

HERE = "/calendar"
PAGE_SIZE = 20
SECRET = re.compile(r"[A-Za-z0-9_-]{20,100}")
GOES = frozenset({"CONFIRMED", "WAITING_FOR_GATE"})


async def calendar(page: Page) -> Response:
    link = (await page.ask("MyCalendar"))["myCalendar"]
    return page.show("calendars/calendar.html", link=link)


async def open_calendar(page: Page) -> Response:
    """The address is shown in the answer itself and kept nowhere."""
    outcome = await page.do("OpenCalendar")
    if isinstance(outcome, Refusal):
        link = (await page.ask("MyCalendar"))["myCalendar"]
        return page.show("calendars/calendar.html", refusal=outcome, link=link)
    address = f"{page.front.public_url}{HERE}/{outcome['secret']}.ics"
    return page.show("calendars/address.html", address=address, ends_at=outcome["endsAt"])


async def close_calendar(page: Page) -> Response:
    await page.do("CloseCalendar")
    return page.go(HERE, "Ended. What is in your calendar already goes when it next looks.")


async def feed(page: Page) -> Response:
    """For calendar programs, which sign in nowhere: the address is all that they have."""
    secret = page.path["secret"]
    known = SECRET.fullmatch(secret)
    slots = page.found(
        (await page.ask("CalendarFeed", secret=secret))["calendar"] if known else None
    )
    return _file(slots, "bookings.ics")


async def booked_times(page: Page) -> Response:
    """The dates of one place, to be put into a calendar once."""
    kept = page.found((await page.ask("BookedTimes", id=page.path["id"]))["booking"])
    page.found(kept["event"] if kept["state"] in GOES else None)
    return _file(expected_at(kept), "booking.ics")


async def whats_on(page: Page) -> Response:
    """Events that organisers show to everybody: the town, never a street."""
    agency = page.query.get("agency", "")[:20]
    after = page.query.get("after")
    data = await page.ask("WhatsOn", agency=agency or None, first=PAGE_SIZE, after=after)
    found = data["publicProgramme"]
    events = [edge["node"] for edge in found["edges"]]
    names = {
        one["agency"]: one["name"] for one in data["frontDesks"] if one["code"] == one["agency"]
    }
    return page.show(
        "calendars/whats_on.html",
        events=[{**one, "when": one_date(one), "where": where(one)} for one in events],
        names=names,
        wanted=agency,
        total=found["totalCount"],
        next=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        started=after is None,
        data=linked_data(events, names=names, url=f"{page.front.public_url}/whats-on"),
    )


def _file(slots: list[dict[str, object]], name: str) -> Response:
    body = calendar_file(slots, at=datetime.now(UTC))
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=MEDIA_TYPE, headers=headers)
