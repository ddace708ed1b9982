"""Requests as coordinators see them: who waits how long, one request, and its next step."""

from __future__ import annotations

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
from services.web.labels import REQUEST, label
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.family_members import adult_of

STATES = frozenset(REQUEST)


async def requests(page: Page) -> Response:
    asked = search_of(page, state=STATES)
    data = await page.ask("SupportRequests", **asked.variables)
    return page.show("requests/requests.html", requests=listed(data["supportRequests"], asked))


async def request(page: Page) -> Response:
    return _show(page, await _the_request(page))


async def move(page: Page) -> Response:
    """One step of a request's way, by one button of its page."""
    kept = await _the_request(page)
    wanted = page.form.get("move", "")
    if wanted not in kept["moves"]:
        return page.go(_address(kept), "That step is not open now.", kind="straw")
    outcome = await _moved(page, kept, wanted)
    if isinstance(outcome, Refusal):
        return _show(page, kept, outcome)
    state = "WITHDRAWN" if wanted == "WITHDRAW" else outcome["state"]
    return page.go(_address(kept), f"The request is now “{label(state, 'request').lower()}”.")


async def start_new(page: Page) -> Response:
    return (await _walk(page)).show()


async def go_on_new(page: Page) -> Response:
    """The next question, asked on behalf of an adult who wants a mentor; or the request made."""
    walk = await _walk(page)
    if not walk.is_finished:
        return await walk.go_on()
    given = {"adult": walk.carried["adult"], **request_input(walk.answers)}
    outcome = await page.do("AskForMentor", input=given)
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    return await walk.end(f"/requests/{outcome['id']}", "The request is made. It waits from today.")


async def correct(page: Page) -> Response:
    return (await _walk_again(page, await _the_request(page))).show()


async def save_correction(page: Page) -> Response:
    kept = await _the_request(page)
    walk = await _walk_again(page, kept)
    if not walk.is_finished:
        return await walk.go_on()
    change = request_input(walk.answers, need_points=kept["needPoints"])
    outcome = await page.do("CorrectSupportRequest", request=kept["id"], input=change)
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    return await walk.end(_address(kept), "Saved. The waiting day stays as it was.")


async def _moved(page: Page, kept: Values, wanted: str) -> Values | Refusal:
    reason = page.form.get("reason") or None
    change: Values
    if wanted == "WITHDRAW":
        operation, change = "WithdrawSupportRequest", {}
    else:
        operation, change = "MoveSupportRequest", {"move": wanted, "reason": reason}
    outcome: Values | Refusal = await page.do(operation, request=kept["id"], **change)
    return outcome


def _show(page: Page, kept: Values, refusal: Refusal | None = None) -> Response:
    wishes = [wish_words(each) for each in kept["wishes"]]
    musts = [wish_words(each) for each in kept["mustHaves"]]
    return page.show(
        "requests/request.html", request=kept, wishes=wishes, musts=musts, refusal=refusal
    )


async def _walk(page: Page) -> Walk:
    """For an adult of a family that this reader keeps; the address says for whom."""
    kept, person = await adult_of(page)
    so_far = await begun(page, asking(Answers({})), first=PROGRAMMES.name)
    return Walk(
        page=page,
        journey=asking(so_far.answers, on_behalf=person["firstName"]),
        begun=so_far,
        leave=(f"/families/{kept['id']}", kept["displayName"]),
        carried={"family": kept["id"], "adult": person["id"]},
    )


async def _walk_again(page: Page, kept: Values) -> Walk:
    so_far = await begun(page, asking(Answers({})), first=CHECK, kept=kept_answers(kept))
    journey = asking(so_far.answers, on_behalf=kept["adult"]["firstName"], done="Save")
    return Walk(page=page, journey=journey, begun=so_far, leave=(_address(kept), "The request"))


async def _the_request(page: Page) -> Values:
    data = await page.ask("SupportRequest", id=page.path["id"])
    kept: Values = page.found(data["supportRequest"])
    return kept


def _address(kept: Values) -> str:
    return f"/requests/{kept['id']}"
