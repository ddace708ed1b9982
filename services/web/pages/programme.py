"""What is on, one event of it, and a family taking a place or going on the list."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from services.web.dated import dated, on, one_date
from services.web.event_labels import EVENT_KIND
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.party import ADULTS_MAX, CHILDREN_MAX, bands_asked, party_typed
from services.web.wording import as_day

KINDS = frozenset(EVENT_KIND)
NO_PLACE = frozenset({"FULL", "LIST_FIRST", "AGENCY_FULL", "PLACES_KEPT"})
"""What a family is refused for want of a place: it may wait for one instead."""
SLOTS_SHOWN = 3
WITH_PHOTOS = frozenset({"FUN_DAY", "CELEBRATION"})


async def programme(page: Page) -> Response:
    """What is on from today, nearest first; and above it what the family has of it."""
    asked = search_of(page, kind=KINDS, free=frozenset({"yes"}), town=frozenset())
    town = page.query.get("town", "")[:60]
    data = await page.ask(
        "Programme",
        search=asked.search or None,
        kind=asked.filters["kind"] or None,
        town=town or None,
        hasPlaces=asked.filters["free"] == "yes",
        **{"from": page.today},
        first=asked.variables["first"],
        after=asked.after,
    )
    found = listed(data["programme"], asked.with_filter("town", town))
    return page.show(
        "programme/programme.html",
        found=found,
        events=[dated(event) for event in found.nodes],
        towns=[(each, each) for each in data["programmeTowns"]],
    )


async def event(page: Page) -> Response:
    return await _show(page, await _the_event(page))


async def book(page: Page) -> Response:
    kept = await _the_event(page)
    answer = await page.do(
        "Book",
        event=kept["id"],
        party=party_typed(page.form),
        photosAllowed=page.form.get("photos") == "yes",
        talkTopic=talk_topic_typed(page),
    )
    if isinstance(answer, Refusal):
        return await _show(page, await _the_event(page), answer)
    held = answer["state"] == "WAITING_FOR_GATE"
    said = "A place is held for you." if held else "You have a place."
    return page.go(f"/bookings/{answer['id']}", said)


async def hold(page: Page) -> Response:
    """A slot, kept for the family while it fills in the form."""
    kept = await _the_event(page)
    answer = await page.do("HoldSlot", event=kept["id"])
    if isinstance(answer, Refusal):
        return await _show(page, await _the_event(page), answer)
    return page.go(f"/events/{kept['id']}")


async def wait(page: Page) -> Response:
    kept = await _the_event(page)
    answer = await page.do(
        "JoinWaitingList",
        event=kept["id"],
        party=party_typed(page.form),
        shortNotice=page.form.get("short") == "yes",
    )
    if isinstance(answer, Refusal):
        return await _show(page, await _the_event(page), answer)
    said = "You have asked to come." if kept["byAsking"] else "You’re on the list."
    return page.go(f"/waiting/{answer['id']}", said)


async def _the_event(page: Page) -> Values:
    data = await page.ask("Event", id=page.path["id"])
    kept: Values = page.found(data["event"])
    return kept


async def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    no = kept["whyNotBook"]
    asks = bool(no and no["code"] == "ASKS_FIRST")
    books = "book" if not kept["isSlot"] or kept["heldForMeUntil"] else "hold"
    waits = bool(no and no["code"] in NO_PLACE and kept["listOpen"])
    return page.show(
        "programme/event.html",
        event=dated(kept),
        told_at_once=is_told_at_once(kept, page.today),
        dates=[one_date(one) for one in on(kept["sittings"])],
        may="ask" if asks else "wait" if waits else "no" if no else books,
        no=no,
        bands=bands_asked(kept),
        adults=numbered(1, ADULTS_MAX),
        children=numbered(0, CHILDREN_MAX),
        photos=kept["kind"] in WITH_PHOTOS,
        slots=await _other_slots(page, kept) if no and not kept["myBooking"] else [],
        refusal=refusal,
    )


async def _other_slots(page: Page, kept: Values) -> list[Values]:
    """The next slots that nobody has, for who finds one taken (event-scenarios.md G01)."""
    if not kept["isSlot"]:
        return []
    data = await page.ask("FreeSlots", kind=kept["kind"], first=SLOTS_SHOWN + 1)
    found = [edge["node"] for edge in data["programme"]["edges"]]
    free = [one for one in found if one["id"] != kept["id"] and one["standing"] == "OPEN"]
    return [dated(one) for one in free[:SLOTS_SHOWN]]


def talk_topic_typed(page: Page) -> str:
    """Longer than what is kept, so that too much is refused and not cut."""
    return page.form.get("talk_topic", "")[:1000]


def numbered(least: int, most: int) -> list[tuple[str, str]]:
    """Choices of a small number.

    >>> numbered(0, 2)
    [('0', 'None'), ('1', '1'), ('2', '2')]
    """
    return [(str(count), str(count) if count else "None") for count in range(least, most + 1)]


def is_ahead(event: Values, today: date) -> bool:
    """Whether any of it is still to come, by the day on which it ends."""
    return bool(event["endsAt"][:10] >= today.isoformat())


def is_told_at_once(event: Values, today: date) -> bool:
    """Whether who has a place reads by now where it is, or the way in."""
    return as_day(event["whereaboutsFrom"]) <= today


def split(bookings: list[dict[str, Any]], today: date) -> tuple[list[Any], list[Any]]:
    """Places still to come, the nearest first, and those that are over."""
    live = ("HELD", "WAITING_FOR_GATE", "CONFIRMED")
    ahead = [one for one in bookings if one["state"] in live and is_ahead(one["event"], today)]
    past = [one for one in bookings if one not in ahead]
    return sorted(ahead, key=lambda one: one["event"]["startsAt"]), past
