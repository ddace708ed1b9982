"""Making a draft of an event, correcting it, and copying one for another year."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.event_input import (
    A_YEAR,
    at_its_field,
    draft_input,
    kept_answers,
    weekly_input,
)
from services.web.asking.journey import CHECK
from services.web.asking.of_events import WHAT, Known, new_event
from services.web.asking.walk import Walk, begun
from services.web.catalogue.courses import begun_from
from services.web.event_labels import SLOTS
from services.web.gateway import Refusal, Values
from services.web.page import Page

LEAVE = ("/events", "What we run")
SHAPING = ("kind", "agencies")
"""Answers on which other questions depend."""


async def start(page: Page) -> Response:
    return (await _new(page)).show()


async def go_on(page: Page) -> Response:
    walk = await _new(page)
    return await _make(page, walk) if walk.is_finished else await walk.go_on()


async def copy(page: Page) -> Response:
    return (await _copy(page)).show()


async def go_on_copy(page: Page) -> Response:
    walk = await _copy(page)
    return await _make(page, walk) if walk.is_finished else await walk.go_on()


async def edit(page: Page) -> Response:
    return (await _edit(page)).show()


async def go_on_edit(page: Page) -> Response:
    walk = await _edit(page)
    if not walk.is_finished:
        return await walk.go_on()
    answers, event = walk.answers, page.path["id"]
    given = draft_input(answers, kind=answers.text("kind"), own=page.reader.agency or "")
    outcome = await page.do("CorrectDraft", event=event, input=given)
    if isinstance(outcome, Refusal):
        return await walk.refused(at_its_field(outcome, answers))
    return await walk.end(f"/events/{event}", "Saved. Look at it once more before you publish it.")


async def _new(page: Page) -> Walk:
    """A topic that is asked for may be named in the address."""
    known = await _known(page)
    topic = page.query.get("topic", "")
    title = dict(known.topics).get(topic)
    kept = {"kind": ["WORKSHOP"], "topic": [topic], "title": [title]} if title else {}
    kept = {**kept, "catalogue": ["none"]} if title else kept
    kept = {**kept, "listing": ["open", "auto"], "closesBeforeHours": ["0"]}
    first = "naming" if title else WHAT.name
    return await _walk(page, known, first=first, kept=kept)


async def _copy(page: Page) -> Walk:
    event = await _event(page)
    known = await _known(page)
    kept = kept_answers(event, by=A_YEAR, release_days=known.release_days)
    return await _walk(page, known, first=CHECK, kept=kept)


async def _edit(page: Page) -> Walk:
    event = await _event(page)
    if event["state"] != "DRAFT":
        page.found(None)
    known = await _known(page)
    kept = kept_answers(event, by=timedelta(), release_days=known.release_days)
    return await _walk(page, known, first=CHECK, kept=kept, corrects=True)


async def _walk(
    page: Page,
    known: Known,
    *,
    first: str,
    kept: dict[str, list[str]],
    corrects: bool = False,
) -> Walk:
    so_far = await begun(
        page, new_event(known, Answers(kept), corrects=corrects), first=first, kept=kept
    )
    # Who takes part decides which promises are asked for; that may have been said just now.
    told = {name: page.form.getlist(name) for name in SHAPING if name in page.form}
    asks = new_event(known, Answers({**so_far.draft.raw, **told}), corrects=corrects)
    so_far = await begun(page, asks, first=first, kept=kept)
    if so_far.at == "catalogue" and page.request.method == "POST":
        for name, value in begun_from(so_far.answers.text("catalogue")).items():
            so_far = so_far.saying(name, value)
    if so_far.at == WHAT.name and page.request.method == "POST" and not corrects:
        slot = so_far.answers.text("kind") in SLOTS  # for short notice: row 30
        so_far = so_far.saying("closesBeforeHours", "2" if slot else "0")
    leave = (f"/events/{page.path['id']}", "Back") if "id" in page.path else LEAVE
    carried = {"topic": page.query["topic"]} if "topic" in page.query else {}
    return Walk(page=page, journey=asks, begun=so_far, leave=leave, carried=carried)


async def _make(page: Page, walk: Walk) -> Response:
    answers = walk.answers
    given = draft_input(answers, kind=answers.text("kind"), own=page.reader.agency or "")
    outcome = await page.do("DraftEvents", input=given, weekly=weekly_input(answers))
    if isinstance(outcome, Refusal):
        return await walk.refused(at_its_field(outcome, answers))
    made = outcome["events"]
    if len(made) == 1:
        return await walk.end(f"/events/{made[0]['id']}", "The draft is made. Nobody sees it yet.")
    offering = made[0]["offering"]["id"]
    said = f"{len(made)} drafts are made. Nobody sees them yet."
    return await walk.end(f"/events/series/{offering}", said)


async def _known(page: Page) -> Known:
    data = await page.ask("EventChoices")
    own = page.reader.agency or ""
    named = [(each["code"], each["name"]) for each in data["agencies"]]
    return Known(
        own=(own, page.reader.agency_name or own),
        agencies=tuple(each for each in named if each[0] != own),
        venues=tuple((each["id"], f"{each['name']}, {each['town']}") for each in data["venues"]),
        leaders=tuple((each["accountId"], each["name"]) for each in data["dateLeaders"]),
        topics=tuple((each["code"], each["title"]) for each in data["workshopTopics"]),
        release_days=data["placeSettings"]["releaseDays"],
    )


async def _event(page: Page) -> Values:
    """One of the agency's own."""
    found: Values = page.found((await page.ask("EventToEdit", id=page.path["id"]))["event"])
    if found["agency"] != page.reader.agency:
        page.found(None)
    return found
