"""The audits of the reader's agency: the register's, events' and that of letters, one search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from services.web.deeds import OF_EVENTS, OF_LETTERS, OF_THE_REGISTER
from services.web.event_labels import Table
from services.web.gateway import Values
from services.web.listing import Search, listed, search_of
from services.web.page import Page

DAYS = ("since", "until")
NAMES_MAX = 100
"""As many names as the graph answers for one search."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One audit. `operation` asks the register, which knows the names itself, or by their ids."""

    words: str
    deeds: Table
    operation: str
    by_id: bool = True


AUDITS = {
    "": Kept("The register", OF_THE_REGISTER, "AuditTrail", by_id=False),
    "events": Kept("Events and places", OF_EVENTS, "EventsAudit"),
    "letters": Kept("Letters", OF_LETTERS, "LettersAudit"),
}


async def audit(page: Page) -> Response:
    """By who, what, whom and when; a day that cannot be read is said so, and left open."""
    where = page.query.get("where", "") if page.query.get("where", "") in AUDITS else ""
    kept = AUDITS[where]
    asked = search_of(page, what=frozenset(kept.deeds))
    typed = {name: page.query.get(name, "").strip()[:20] for name in DAYS}
    days = {name: _day(text) for name, text in typed.items()}
    chosen = {name: str(on) if on else None for name, on in days.items()}
    data, too_many = await _asked(page, kept, asked, chosen)
    said = {name: text for name, text in typed.items() if text}
    more = {**({"where": where} if where else {}), **said}
    return page.show(
        "audit/audit.html",
        trail=listed(data["trail"], asked),
        seal=data["seal"],
        where=where,
        audits=[(code, each.words) for code, each in AUDITS.items()],
        deeds=sorted(kept.deeds.items(), key=lambda deed: deed[1]),
        days=typed,
        unread=[name for name in DAYS if typed[name] and days[name] is None],
        too_many=too_many,
        query="&".join(part for part in (asked.query, urlencode(more)) if part),
        is_narrowed=asked.is_narrowed or bool(said),
    )


async def _asked(
    page: Page, kept: Kept, asked: Search, days: dict[str, str | None]
) -> tuple[Values, bool]:
    """The answer, and whether more people are called so than could be looked for."""
    if not kept.by_id:
        return await page.ask(kept.operation, **asked.variables, **days), False
    named: list[str] = []
    if asked.search:
        found = (await page.ask("AuditNames", search=asked.search))["auditNames"]
        named = [each["id"] for each in found]
    wanted = {
        "search": asked.search or None,
        "named": named,
        "what": asked.filters["what"] or None,
        **days,
    }
    paged = {name: asked.variables[name] for name in ("first", "after")}
    data = await page.ask(kept.operation, wanted=wanted, **paged)
    for edge in data["trail"]["edges"]:
        node = edge["node"]
        node |= {side: (node[side] or {}).get("name") for side in ("who", "forWhom")}
    return data, len(named) >= NAMES_MAX


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
