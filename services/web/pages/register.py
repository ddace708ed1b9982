"""One's own family, the audit, where the data comes from."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from services.web.labels import DEED
from services.web.listing import listed, search_of
from services.web.page import Page

DAYS = ("since", "until")


async def our_family(page: Page) -> Response:
    viewer = page.found((await page.ask("MyFamily"))["viewer"])
    return page.show("families/mine.html", family=page.found(viewer["family"]))


async def audit(page: Page) -> Response:
    """By who, what, whom and when; a day that cannot be read is said so, and left open."""
    asked = search_of(page, what=frozenset(DEED))
    typed = {name: page.query.get(name, "").strip()[:20] for name in DAYS}
    days = {name: _day(text) for name, text in typed.items()}
    unread = [name for name in DAYS if typed[name] and days[name] is None]
    chosen = {name: str(on) if on else None for name, on in days.items()}
    kept = {name: text for name, text in typed.items() if text}
    data = await page.ask("AuditTrail", **asked.variables, **chosen)
    return page.show(
        "audit/audit.html",
        trail=listed(data["auditTrail"], asked),
        seal=data["auditSeal"],
        deeds=sorted(DEED.items(), key=lambda deed: deed[1]),
        days=typed,
        unread=unread,
        query="&".join(part for part in (asked.query, urlencode(kept)) if part),
        is_narrowed=asked.is_narrowed or bool(kept),
    )


def _day(typed: str) -> date | None:
    """28/11/2026, as people write a day; None when it is none.

    >>> _day("28/11/2026"), _day("28.11.2026"), _day("soon")
    (datetime.date(2026, 11, 28), datetime.date(2026, 11, 28), None)
    """
    parts = re.split(r"[/. -]+", typed)
    if len(parts) != len(("day", "month", "year")) or not all(map(str.isdecimal, parts)):
        return None
    day, month, year = map(int, parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


async def about_the_data(page: Page) -> Response:
    return page.show("about/about_the_data.html")
