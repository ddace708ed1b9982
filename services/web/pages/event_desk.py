"""One screen for an event: places, gates, the list, offers, shares, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from starlette.responses import Response

from services.web.dated import dated, one_date
from services.web.gateway import Refusal, Values
from services.web.overrides import open_of, overrides_of
from services.web.page import Page
from services.web.pages.bookings import agreed_to
from services.web.pages.event_changes import ASKED
from services.web.pages.programme import numbered
from services.web.pages.staffing import team_of
from services.web.party import ADULTS_MAX, CHILDREN_MAX, bands_asked, party_typed, party_words
from services.web.site import DATE_LEADERS, PLANNERS
from services.web.swapped import swapped_words
from services.web.wording import LONDON, as_instant

SEATS_MAX = 40
"""More places than these are shown as numbers."""
NOT_ONE = "We find no one family of that reference. Give it as it stands in the register."
NO_WORDS = "Say why, in a few words. The family reads them."
NO_WHY = "Say why, in a few words. It is kept with the change."


async def desk(page: Page) -> Response:
    return await show(page)


async def show(page: Page, refusal: Refusal | None = None) -> Response:
    """Everything of an event, as far as the reader may see it."""
    seen = await the_event(page)
    event = seen["event"]
    names = {each["code"]: each["name"] for each in seen["agencies"]}
    places = _places(page, seen, names)
    waiting = waiting_of(page, event, names)
    return page.show(
        "hosting/desk.html",
        refusal=refusal,
        event=dated(event),
        dates=[{**one, "when": one_date(one)} for one in event["sittings"]],
        reads_register=event["agency"] == page.reader.agency and page.reader.role in DATE_LEADERS,
        is_host=event["agency"] == page.reader.agency and page.reader.role in PLANNERS,
        agency_name=names.get,
        places=places,
        waiting=waiting,
        gates=(seen["clearance"] or {"gates": []})["gates"],
        not_cleared=[each for each in places if each["is_cleared"] is False],
        crosses=(seen["clearance"] or {}).get("crossesYearEnd", False),
        shares=_shares(page, event, places, names),
        counted=_counted(places, waiting),
        history=seen["eventHistory"],
        overrides=overrides_of(page, seen, waiting),
        team=team_of(seen),
        shared=[
            {**one, "of": names.get(one["agency"], one["agency"])} for one in event["sharedList"]
        ],
    )


async def the_event(page: Page) -> Values:
    seen = await page.ask("HostedEvent", id=page.path["id"])
    page.found(seen["event"])
    return seen


def _places(page: Page, seen: Values, names: Mapping[str, str]) -> list[Values]:
    """Those that are booked first, numbered as on the page of gates, then those on offer."""
    cleared = {one["booking"]["id"]: one for one in (seen["clearance"] or {"places": []})["places"]}
    rows = sorted(seen["event"]["bookings"], key=lambda one: str(one["state"]) == "HELD")
    return [
        {
            **one,
            "number": number,
            "agency_name": names.get(one["agency"], one["agency"]),
            "is_own": one["agency"] == page.reader.agency,
            "party": party_words(one["adults"], one["children"]),
            "gates": {g["kind"]: g["state"] for g in cleared.get(one["id"], {}).get("gates", [])},
            "is_cleared": cleared[one["id"]]["isCleared"] if one["id"] in cleared else None,
        }
        for number, one in enumerate(rows, 1)
    ]


def waiting_of(page: Page, event: Values, names: Mapping[str, str]) -> list[Values]:
    return [
        {
            **one,
            "number": number,
            "agency_name": names.get(one["agency"], one["agency"]),
            "is_own": one["agency"] == page.reader.agency,
            "party": party_words(one["adults"], one["children"]),
        }
        for number, one in enumerate(event["waiting"], 1)
    ]


def _shares(
    page: Page, event: Values, places: Sequence[Values], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What each agency has, with its seats where there are few enough to draw."""
    own, now = page.reader.agency, page.today.isoformat()
    began = datetime.combine(page.today, time(), tzinfo=LONDON)
    counts = event["counts"] or {"shares": [], "places": 0}
    drawn = event["countsBy"] == "FAMILIES" and counts["places"] <= SEATS_MAX
    return [
        {
            **share,
            "name": names.get(share["agency"], share["agency"]),
            "is_host": share["agency"] == event["agency"],
            "may_release": share["agency"] == own
            and share["guaranteed"] > share["used"]
            and share["releaseAt"] > now,
            "is_released": as_instant(share["releaseAt"]) <= began,
            "seats": [one for one in places if drawn and one["agency"] == share["agency"]],
        }
        for share in counts["shares"]
    ]


def _counted(places: Sequence[Values], waiting: Sequence[Values]) -> dict[str, int]:
    def with_state(*states: str) -> int:
        return sum(one["places"] for one in places if one["state"] in states)

    return {
        "confirmed": with_state("CONFIRMED", "ATTENDED", "PART_ATTENDED", "NOT_ATTENDED"),
        "offered": with_state("HELD"),
        "held": with_state("WAITING_FOR_GATE"),
        "listed": len(waiting),
        "offers": sum(one["offer"] is not None for one in waiting),
    }


async def booking_for(page: Page) -> Response:
    return await _book_page(page)


async def book_for(page: Page) -> Response:
    """A family of the agency rang: a place for it, or a line on the list."""
    event = (await the_event(page))["event"]
    family = await _family(page, page.form.get("reference", ""))
    if isinstance(family, Refusal):
        return await _book_page(page, family)
    given: dict[str, Any] = {"event": event["id"], "family": family["id"]}
    party = party_typed(page.form)
    if page.form.get("as") == "WAIT":
        short = page.form.get("short") == "yes"
        answer = await page.do("WaitAtEvent", **given, party=party, shortNotice=short)
        said = "They are on the list, and have been told."
    else:
        photos = page.form.get("photos") == "yes"
        answer = await page.do("BookAtEvent", **given, party=party, photosAllowed=photos)
        said = "They have a place, and have been told."
    if isinstance(answer, Refusal):
        return await _book_page(page, answer)
    if answer.get("state") == "WAITING_FOR_GATE":
        said = "A place is held for them until its gate is met. They have been told."
    return page.go(f"/events/{event['id']}", said)


async def _family(page: Page, reference: str) -> Values | Refusal:
    """The one family of the agency with this reference."""
    wanted = reference.strip()[:40]
    if not wanted:
        return Refusal("MISSING", "Give the family’s reference.", "reference")
    found = (await page.ask("FamilyByReference", search=wanted))["families"]["edges"]
    exact = [e["node"] for e in found if e["node"]["reference"].lower() == wanted.lower()]
    if len(exact) != 1:
        return Refusal("NOT_FOUND", NOT_ONE, "reference")
    one: Values = exact[0]
    return one


async def _book_page(page: Page, refusal: Refusal | None = None) -> Response:
    event = (await the_event(page))["event"]
    return page.show(
        "hosting/book_for.html",
        refusal=refusal,
        event=dated(event),
        bands=bands_asked(event),
        adults=numbered(1, ADULTS_MAX),
        children=numbered(0, CHILDREN_MAX),
    )


async def place(page: Page) -> Response:
    return await _place_page(page)


async def withdraw(page: Page) -> Response:
    """Take a place back. The family is told, with the reason."""
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _place_page(page, Refusal("REASON_NEEDED", NO_WHY, "reason"))
    answer = await page.do("WithdrawPlace", booking=page.path["booking"], reason=reason)
    if isinstance(answer, Refusal):
        return await _place_page(page, answer)
    said = "The place is taken back and the family told. It goes to the next on the list."
    return page.go(f"/events/{page.path['id']}", said)


async def give_back(page: Page) -> Response:
    """A family of the agency rang to give its place back: for them, by the same rules."""
    answer = await page.do(
        "CancelBooking", booking=page.path["booking"], agreedPence=agreed_to(page)
    )
    if isinstance(answer, Refusal):
        return await _place_page(page, answer)
    said = "Given back for them. They are told, and both names are in the audit."
    return page.go(f"/events/{page.path['id']}", said)


async def _place_page(page: Page, refusal: Refusal | None = None) -> Response:
    seen = await the_event(page)
    names = {each["code"]: each["name"] for each in seen["agencies"]}
    rows = _places(page, seen, names)
    one = page.found(next((each for each in rows if each["id"] == page.path["booking"]), None))
    terms = (await page.ask("GivingBackOf", id=one["id"]))["booking"]
    gates = [{"kind": kind, "state": state} for kind, state in one["gates"].items()]
    return page.show(
        "hosting/place.html",
        refusal=refusal,
        event=dated(seen["event"]),
        place=one,
        gates=gates,
        swapped=swapped_words(one),
        terms=terms and terms["givingBack"],
        is_host=seen["event"]["agency"] == page.reader.agency,
    )


async def line(page: Page) -> Response:
    return await _line_page(page)


async def offer(page: Page) -> Response:
    """A free place out of turn, with a reason that the log shows."""
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _line_page(page, Refusal("REASON_NEEDED", NO_WHY, "reason"))
    answer = await page.do("OfferPlace", entry=page.path["entry"], reason=reason)
    if isinstance(answer, Refusal):
        return await _line_page(page, answer)
    here = f"/events/{page.path['id']}"
    if answer["__typename"] == "AskedOverride":
        return page.go(here, ASKED, kind="sky")
    return page.go(here, "Offered. They are told, and have time to answer.")


async def decide(page: Page) -> Response:
    """Yes or no to a family that asks to come; a no in words that it reads."""
    agrees, words = page.form.get("decision") == "YES", page.form.get("words", "")
    if not agrees and not words.strip():
        return await _line_page(page, Refusal("REASON_NEEDED", NO_WORDS, "words"))
    answer = await page.do(
        "DecideWhoComes",
        entry=page.path["entry"],
        decision="YES" if agrees else "NO",
        words="" if agrees else words,
    )
    if isinstance(answer, Refusal):
        return await _line_page(page, answer)
    said = "They have a place, and are told." if agrees else "They are told, with your words."
    return page.go(f"/events/{page.path['id']}", said)


async def _line_page(page: Page, refusal: Refusal | None = None) -> Response:
    seen = await the_event(page)
    names = {each["code"]: each["name"] for each in seen["agencies"]}
    rows = waiting_of(page, seen["event"], names)
    one = page.found(next((each for each in rows if each["id"] == page.path["entry"]), None))
    asks = seen["event"]["byAsking"]
    return page.show(
        "hosting/asks.html" if asks else "hosting/line.html",
        refusal=refusal,
        event=dated(seen["event"]),
        line=one,
        rows=len(rows),
        by_two=(seen["placeSettings"] or {"jumpsByTwo": False})["jumpsByTwo"],
        asked=next((each for each in open_of(seen) if each["entryId"] == one["id"]), None),
    )
