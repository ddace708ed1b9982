"""An adopter asks for a mentor, on their own phone; and sees where their asking has got to."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.journey import CHECK
from services.web.asking.of_requests import (
    PROGRAMMES,
    asking,
    kept_answers,
    request_input,
    wish_words,
)
from services.web.asking.walk import Walk, begun
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import as_day

HERE = "/ask-for-a-mentor"
OPEN = ("DRAFT", "SUBMITTED", "CHECKING", "READY", "PROPOSED", "ON_HOLD")
FRIDAY = 4


async def ask(page: Page) -> Response:
    """Where the reader's own asking stands; or the way in, when nothing is open."""
    mine = await open_request(page)
    if mine is None:
        return page.show("asking/start.html", matched=await _is_matched(page))
    return _show_waiting(page, mine)


async def start(page: Page) -> Response:
    """The first question; who is on the list already would answer all of them for a refusal."""
    if await open_request(page):
        return page.go(HERE)
    return (await _walk(page)).show()


async def go_on(page: Page) -> Response:
    walk = await _walk(page)
    if not walk.is_finished:
        return await walk.go_on()
    outcome = await page.do("AskForMentor", input=request_input(walk.answers))
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    return await walk.end(HERE, "We have it. You are on the list from today.")


async def correct(page: Page) -> Response:
    return (await _walk_again(page, page.found(await open_request(page)))).show()


async def save_correction(page: Page) -> Response:
    mine = page.found(await open_request(page))
    walk = await _walk_again(page, mine)
    if not walk.is_finished:
        return await walk.go_on()
    change = request_input(walk.answers, need_points=mine["needPoints"])
    outcome = await page.do("CorrectSupportRequest", request=mine["id"], input=change)
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    return await walk.end(HERE, "Saved. You keep the day on which you first asked.")


async def withdraw(page: Page) -> Response:
    mine = page.found(await open_request(page))
    outcome = await page.do("WithdrawSupportRequest", request=mine["id"])
    if isinstance(outcome, Refusal):
        return _show_waiting(page, mine, outcome)
    return page.go(HERE, "You have left the list. Nobody asks why, and you can ask again any day.")


def _show_waiting(page: Page, mine: Values, refusal: Refusal | None = None) -> Response:
    return page.show(
        "asking/waiting.html",
        request=mine,
        word_by=friday_from(as_day(mine["nextWordOn"])),
        wishes=[wish_words(each) for each in mine["wishes"]],
        musts=[wish_words(each) for each in mine["mustHaves"]],
        refusal=refusal,
    )


def friday_from(due: date) -> date:
    """The Friday of the week in which a word is due: the day that we promise.

    >>> friday_from(date(2026, 7, 27)), friday_from(date(2026, 8, 1))
    (datetime.date(2026, 7, 31), datetime.date(2026, 8, 7))
    """
    return due + timedelta(days=(FRIDAY - due.weekday()) % 7)


async def _walk(page: Page) -> Walk:
    so_far = await begun(page, asking(Answers({})), first=PROGRAMMES.name)
    return Walk(page=page, journey=asking(so_far.answers), begun=so_far, leave=(HERE, "Back"))


async def _walk_again(page: Page, mine: Values) -> Walk:
    """What is kept comes first, to be checked and changed thing by thing."""
    so_far = await begun(page, asking(Answers({})), first=CHECK, kept=kept_answers(mine))
    journey = asking(so_far.answers, done="Save")
    return Walk(page=page, journey=journey, begun=so_far, leave=(HERE, "Back"))


async def _is_matched(page: Page) -> bool:
    return any(each["state"] == "MATCHED" for each in await _own(page))


async def open_request(page: Page) -> Values | None:
    """The reader's own oldest open request; another adult's of the household is not theirs."""
    still = [each for each in await _own(page) if each["state"] in OPEN]
    return min(still, key=lambda each: each["askedAt"], default=None)


async def _own(page: Page) -> list[Values]:
    found = (await page.ask("MySupportRequests"))["mySupportRequests"]
    return [each for each in found if each["isOwn"]]
