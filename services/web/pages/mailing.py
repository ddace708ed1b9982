"""Mailing lists: asked for by anybody, chosen and left by a link, as nobody; kept by planners."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from services.web.gateway import Asker, Refusal, Values
from services.web.labels import choices
from services.web.listing import PAGE_SIZE, typed_search
from services.web.page import Page

SECRET = re.compile(r"[A-Za-z0-9_-]{20,100}")
LIST = "/mailing-list"
TOPICS = frozenset(code for code, _ in choices("mailing_topic"))
FREQUENCIES = frozenset(code for code, _ in choices("mailing_frequency"))
A_LINE = re.compile(r"[\n,;\t]")
AT_ONCE_LETTERS_MAX = 17_000
"""With what stands around each of 500 addresses it stays within what the graph takes at once."""
TOO_MUCH = Refusal(
    "TOO_MANY_ADDRESSES",
    "That is more than fits at once. Bring the first half, and then the rest.",
    "addresses",
)


async def ask(page: Page) -> Response:
    return await _show_ask(page)


async def send(page: Page) -> Response:
    """The answer is the same whether the address is new, known or has left."""
    outcome = await _do(
        page,
        "AskForMailing",
        agency=page.form.get("agency", "")[:20],
        address=page.form.get("address", ""),
        **_chosen(page),
    )
    if isinstance(outcome, Refusal):
        return await _show_ask(page, outcome)
    return page.go("/whats-on/mail/asked")


async def asked(page: Page) -> Response:
    return page.show("mailing/asked.html")


async def preference(page: Page) -> Response:
    """To confirm, to choose or to leave. Opening it changes nothing: mail programs open links."""
    return await _show_preference(page)


async def keep(page: Page) -> Response:
    secret = page.path["secret"]
    outcome = await _do(page, "KeepMailing", secret=secret, **_chosen(page))
    if isinstance(outcome, Refusal):
        return await _show_preference(page, outcome)
    return page.go(f"/mailing/{secret}/kept")


async def kept(page: Page) -> Response:
    found = await _found(page)
    if found is None or found["state"] != "CONFIRMED":
        return await _show_preference(page)
    return page.show("mailing/kept.html", found=found, secret=page.path["secret"])


async def leaving(page: Page) -> Response:
    return await _show_preference(page)


async def leave(page: Page) -> Response:
    """By the button, or by a mail program's one post without a word (RFC 8058): answered at once,
    since such a program follows no way on.
    """
    secret = page.path["secret"]
    outcome = await _do(page, "LeaveMailing", secret=secret) if SECRET.fullmatch(secret) else None
    if outcome is None or isinstance(outcome, Refusal):
        return page.show("mailing/over.html", status=404)
    return page.show("mailing/left.html")


async def mailing_list(page: Page) -> Response:
    return await _show_list(page)


async def bring(page: Page) -> Response:
    """A column pasted from a spreadsheet, or addresses with commas between them."""
    typed = page.form.get("addresses", "")
    if len(typed) > AT_ONCE_LETTERS_MAX:
        return await _show_list(page, TOO_MUCH)
    lines = A_LINE.split(typed)
    outcome = await page.do("BringReaders", addresses=lines)
    if isinstance(outcome, Refusal):
        return await _show_list(page, outcome)
    number = outcome["asked"]
    if not number:
        return page.go(LIST, "Nobody new was among them: nothing is sent.", kind="straw")
    said = "One address is" if number == 1 else f"{number} addresses are"
    return page.go(LIST, f"{said} asked by mail whether they want to be on the list.")


async def _show_ask(page: Page, refusal: Refusal | None = None) -> Response:
    names = _names((await page.ask("MailingDesks"))["frontDesks"])
    wanted = page.query.get("agency", "")[:20]
    return page.show("mailing/ask.html", refusal=refusal, names=names, wanted=wanted)


async def _show_preference(page: Page, refusal: Refusal | None = None) -> Response:
    found = await _found(page)
    if found is None:
        return page.show("mailing/over.html", status=404)
    if found["state"] == "LEFT":
        return page.show("mailing/left.html")
    return page.show(
        "mailing/preference.html", refusal=refusal, found=found, secret=page.path["secret"]
    )


async def _show_list(page: Page, refusal: Refusal | None = None) -> Response:
    search, after = typed_search(page), page.query.get("after") or None
    data = await page.ask("MailingList", search=search or None, first=PAGE_SIZE, after=after)
    readers = data["mailingReaders"]
    counts = {(one["topic"], one["frequency"]): one["readers"] for one in data["mailingCounts"]}
    return page.show(
        "mailing/list.html",
        refusal=refusal,
        counts=counts,
        search=search,
        readers=[edge["node"] for edge in readers["edges"]],
        total=readers["totalCount"],
        next=readers["pageInfo"]["endCursor"] if readers["pageInfo"]["hasNextPage"] else None,
        started=after is None,
    )


async def _found(page: Page) -> Values | None:
    secret = page.path["secret"]
    if not SECRET.fullmatch(secret):
        return None
    data = await page.front.gateway.ask(_nobody(page), "MailingPreference", secret=secret)
    found: Values | None = data["mailingPreference"]
    if found is None:
        return None
    name = _names(data["frontDesks"]).get(found["agency"], found["agency"])
    return {**found, "name": name}


def _names(desks: list[Values]) -> dict[str, str]:
    return {one["agency"]: one["name"] for one in desks if one["code"] == one["agency"]}


def _chosen(page: Page) -> dict[str, Any]:
    """What was ticked, of what there is; a frequency that there is not is each event."""
    often = page.form.get("frequency", "")
    return {
        "topics": [one for one in page.form.getlist("topics") if one in TOPICS],
        "frequency": often if often in FREQUENCIES else "EACH",
    }


async def _do(page: Page, operation: str, **variables: object) -> Any:
    if page.mended:
        return page.mended
    key = page.form.get("key") or uuid4()
    return await page.front.gateway.do(_nobody(page), operation, key=key, **variables)


def _nobody(page: Page) -> Asker:
    """So that no account stands beside an address, also where somebody is signed in."""
    return Asker(token=None, request_id=page.line.request_id)
