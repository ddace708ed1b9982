"""A family's own places: what it has, what it waits for, and every change of mind."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from services.web.dated import dated
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.pages.programme import is_told_at_once, numbered, split, talk_topic_typed
from services.web.party import ADULTS_MAX, CHILDREN_MAX, bands_asked, party_typed, party_words
from services.web.swapped import choices_of, dates_of

MINE = "/bookings"


async def mine(page: Page) -> Response:
    """Offers that wait for an answer first, then places, then lists, then what is over."""
    after = page.query.get("after")
    data = await page.ask("MyPlaces", after=after)
    places = data["myBookings"]
    found = [_with_words(edge["node"]) for edge in places["edges"] if edge["node"]["event"]]
    ahead, past = split(found, page.today)
    waiting = [_with_words(each) for each in data["myWaiting"] if each["event"]]
    return page.show(
        "bookings/mine.html",
        offered=[each for each in waiting if each["offer"]],
        waiting=[each for each in waiting if not each["offer"]],
        ahead=ahead,
        past=past,
        total=places["totalCount"],
        next=places["pageInfo"]["endCursor"] if places["pageInfo"]["hasNextPage"] else None,
        started=after is None,
        is_asked=data["isAskedForFeedback"],
    )


async def booking(page: Page) -> Response:
    return await show(page, await the_booking(page))


async def join(page: Page) -> Response:
    """On to the meeting, for the family whose place it is and for as long as it has it. The
    meeting's own address stands on no page and in no letter (domain.md row 16, E23).
    """
    kept = await the_booking(page)
    at = kept["event"]["whereabouts"] if kept["state"] == "CONFIRMED" else None
    return RedirectResponse(page.found(at and at["joinLink"]), status_code=303)


async def cancel(page: Page) -> Response:
    kept = await the_booking(page)
    agreed = agreed_to(page)
    answer = await page.do("CancelBooking", booking=kept["id"], agreedPence=agreed)
    if isinstance(answer, Refusal):
        return await show(page, await the_booking(page), answer)
    return page.go(MINE, "You have given the place back. It goes to whoever waits.")


async def still_coming(page: Page) -> Response:
    """Yes to whether they still come. No is giving the place back, on the same page."""
    kept = await the_booking(page)
    answer = await page.do("SayStillComing", booking=kept["id"])
    if isinstance(answer, Refusal):
        return await show(page, await the_booking(page), answer)
    return page.go(f"{MINE}/{kept['id']}", "Thank you. The place is yours.")


async def whom_to_ring(page: Page) -> Response:
    """Whom to ring for children who stay without a parent; what was typed is shown again."""
    kept = await the_booking(page)
    given = {name: page.form.get(name, "")[:400] for name in ("contact", "telephone", "needs")}
    agrees = page.form.get("agrees") == "yes"
    answer = await page.do("SayWhomToRing", booking=kept["id"], input=given, agrees=agrees)
    if isinstance(answer, Refusal):
        typed = {**given, "forAnotherDate": False}
        return await show(page, {**kept, "whomToRing": typed, "agrees": agrees}, answer)
    return page.go(f"{MINE}/{kept['id']}", "Saved. It is deleted a week after the last date.")


async def talk_topic(page: Page) -> Response:
    """What the family wants to talk about in its slot; an empty box takes it back."""
    kept, words = await the_booking(page), talk_topic_typed(page)
    answer = await page.do("SayTalkTopic", booking=kept["id"], words=words)
    if isinstance(answer, Refusal):
        return await show(page, {**kept, "talkTopic": words}, answer)
    said = "Saved. Only who you will talk to reads it." if words.strip() else "Taken back."
    return page.go(f"{MINE}/{kept['id']}", said)


def agreed_to(page: Page) -> int:
    """What the form said that giving the place back, or moving it, costs, in pence."""
    typed = page.form.get("agreed", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0


async def change_party(page: Page) -> Response:
    kept = await the_booking(page)
    answer = await page.do("ChangeParty", booking=kept["id"], party=party_typed(page.form))
    if isinstance(answer, Refusal):
        return await show(page, kept, answer)
    return page.go(f"{MINE}/{kept['id']}", "Saved: who comes has changed.")


async def transfer(page: Page) -> Response:
    kept = await the_booking(page)
    to, agreed = page.form.get("to", ""), agreed_to(page)
    answer = await page.do("TransferBooking", booking=kept["id"], event=to, agreedPence=agreed)
    if isinstance(answer, Refusal):
        return await show(page, await the_booking(page), answer)
    return page.go(f"{MINE}/{answer['id']}", "Your place is now on this date.")


async def waiting(page: Page) -> Response:
    return _show_waiting(page, await _the_entry(page))


async def leave(page: Page) -> Response:
    kept = await _the_entry(page)
    answer = await page.do("LeaveWaitingList", entry=kept["id"])
    if isinstance(answer, Refusal):
        return _show_waiting(page, kept, answer)
    if kept["event"]["byAsking"]:
        return page.go(MINE, "Taken back. You can ask again any day.")
    return page.go(MINE, "You have left that list. You can join it again any day, at its end.")


async def answer_offer(page: Page) -> Response:
    """Yes or no to a place that has come up. The offer is the one that the page has shown."""
    kept = await _the_entry(page)
    says = "YES" if page.form.get("answer") == "YES" else "NO"
    offer = page.form.get("offer") or (kept["offer"] or {}).get("id", "")
    answer = await page.do("AnswerOffer", offer=offer, answer=says)
    if isinstance(answer, Refusal):
        return _show_waiting(page, await _the_entry(page), answer)
    if says == "NO":
        return page.go(MINE, "The next family has it now. Nobody was told why.")
    place = (answer["event"] or {}).get("myBooking")
    return page.go(f"{MINE}/{place['id']}" if place else MINE, "You have a place.")


async def the_booking(page: Page) -> Values:
    kept: Values = page.found((await page.ask("Booking", id=page.path["id"]))["booking"])
    page.found(kept["event"])
    return kept


async def _the_entry(page: Page) -> Values:
    kept: Values = page.found((await page.ask("WaitingFor", id=page.path["id"]))["waitingEntry"])
    page.found(kept["event"])
    return kept


async def show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    return page.show(
        "bookings/booking.html",
        booking=_with_words(kept),
        told_at_once=is_told_at_once(kept["event"], page.today),
        dates=dates_of(kept),
        choices=choices_of(kept),
        others=await _other_dates(page, kept["event"]) if kept["state"] == "CONFIRMED" else [],
        bands=bands_asked(kept["event"]),
        adults=numbered(1, ADULTS_MAX),
        children=numbered(0, CHILDREN_MAX),
        refusal=refusal,
    )


async def _other_dates(page: Page, event: Values) -> list[tuple[str, str]]:
    """Dates of the same offering that have a place: (id, words)."""
    data = await page.ask("OtherDates", title=event["title"])
    nodes = [edge["node"] for edge in data["programme"]["edges"]]
    return [
        (one["id"], f"{dated(one)['when']}, {dated(one)['where']}")
        for one in nodes
        if one["offering"]
        and one["offering"]["id"] == event["offering"]["id"]
        and one["id"] != event["id"]
        and one["standing"] == "OPEN"
    ]


def _show_waiting(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    return page.show("bookings/waiting.html", entry=_with_words(kept), refusal=refusal)


def _with_words(kept: Values) -> Values:
    words = party_words(kept["adults"], kept["children"])
    return {**kept, "event": dated(kept["event"]), "party": words}
