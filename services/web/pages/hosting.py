"""What an agency hosts or shares: its programme, a month of it, and one screen for each event."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from starlette.responses import Response

from services.web.dated import dated, on, one_date
from services.web.event_labels import EVENT_KIND, EVENT_STATE
from services.web.gateway import Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.wording import as_day

MONTHS_OF_WEEKS = calendar.Calendar(firstweekday=calendar.MONDAY)
ONE_MONTH = relativedelta(months=1)
AT_ONCE, PAGES_MAX = 100, 10
FIRST_YEAR, LAST_YEAR = 2020, 2099
# As long as a register is open (domain.md E22): by days, since events holds it to the hour.
OPEN_BEFORE, OPEN_AFTER, SOON = timedelta(days=2), timedelta(days=7), timedelta(days=14)


async def programme(page: Page) -> Response:
    """From today, the soonest first; with those that are over where they are asked for."""
    asked = search_of(
        page,
        kind=frozenset(EVENT_KIND),
        state=frozenset(EVENT_STATE),
        past=frozenset({"yes"}),
        topic=frozenset(),
        town=frozenset(),
    )
    town, topic = page.query.get("town", "")[:80], page.query.get("topic", "")[:4]
    data = await page.ask(
        "HostedProgramme",
        search=asked.search or None,
        kind=asked.filters["kind"] or None,
        state=asked.filters["state"] or None,
        town=town or None,
        topic=topic or None,
        **{"from": None if asked.filters["past"] else page.today},
        first=asked.variables["first"],
        after=asked.after,
    )
    asked = asked.with_filter("town", town).with_filter("topic", topic)
    found = listed(data["hostedEvents"], asked)
    return page.show(
        "hosting/programme.html",
        found=found,
        events=[dated(event) for event in found.nodes],
        towns=[(each, each) for each in data["hostedTowns"]],
        for_second_person=len(data["askedOverrides"]),
        topics=[(each["code"], each["title"]) for each in data["workshopTopics"]],
    )


async def month(page: Page) -> Response:
    """Every date of a month as the weeks that hold it, and the same as a list."""
    first = month_asked(page.query.get("month", ""), page.today)
    before, after = first - ONE_MONTH, first + ONE_MONTH
    events = await _all_of(page, first, after)
    days = by_day(events, first)
    weeks = [
        [{"on": day, "in": day.month == first.month, "dates": days.get(day, [])} for day in week]
        for week in MONTHS_OF_WEEKS.monthdatescalendar(first.year, first.month)
    ]
    return page.show(
        "hosting/month.html",
        month=first,
        weeks=weeks,
        dates=[one for day in sorted(days) for one in days[day]],
        before=f"{before:%Y-%m}",
        after=f"{after:%Y-%m}",
        today=page.today,
    )


async def registers(page: Page) -> list[Values]:
    """Dates whose register is open or opens within two weeks: {event, sitting, when, open}."""
    first, until = page.today - OPEN_AFTER, page.today + SOON
    found = [
        {
            "event": event,
            "sitting": sitting,
            "when": one_date(sitting),
            "open": day <= page.today + OPEN_BEFORE,
        }
        for event in await _all_of(page, first, until)
        if event["state"] == "PUBLISHED"
        for sitting in on(event["sittings"])
        if first <= (day := as_day(sitting["startsAt"])) <= until
    ]
    return sorted(found, key=lambda one: str(one["sitting"]["startsAt"]))


async def _all_of(page: Page, first: date, until: date) -> list[Values]:
    found: list[Values] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        variables = {"from": first, "until": until, "first": AT_ONCE, "after": after}
        asked = (await page.ask("HostedMonth", **variables))["hostedEvents"]
        found += [edge["node"] for edge in asked["edges"]]
        if not asked["pageInfo"]["hasNextPage"]:
            break
        after = asked["pageInfo"]["endCursor"]
    return found


def by_day(events: Sequence[Mapping[str, Any]], month: date) -> dict[date, list[Values]]:
    """Each sitting of a month under its day, in the order of the clock: {event, sitting}."""
    days: dict[date, list[Values]] = {}
    for event in events:
        sittings = event["sittings"] if event["state"] == "CANCELLED" else on(event["sittings"])
        for sitting in sittings:
            day = as_day(sitting["startsAt"])
            if (day.year, day.month) == (month.year, month.month):
                days.setdefault(day, []).append({"event": dated(event), "sitting": sitting})
    for dates in days.values():
        dates.sort(key=lambda one: str(one["sitting"]["startsAt"]))
    return days


def month_asked(typed: str, today: date) -> date:
    """The first day of the month in an address; of this month where none is named.

    >>> month_asked("2027-02", date(2026, 11, 28)), month_asked("soon", date(2026, 11, 28))
    (datetime.date(2027, 2, 1), datetime.date(2026, 11, 1))
    """
    try:
        asked = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else today.replace(day=1)
