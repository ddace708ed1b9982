"""What a venue has for people with access needs: said, or put right, before a date is published."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.of_event_places import (
    NONE,
    access_field,
    needs_both_ways,
    needs_met,
)
from services.web.asking.question import Question
from services.web.asking.single import show_question, typed_answers
from services.web.gateway import Refusal, Values
from services.web.page import Page

NOT_SAID = "Choose what it has, or “None of these”."
ACCESS = Question(
    name="access",
    title="What does it have for people who need it?",
    fields=(access_field("Families read it before they book.", NOT_SAID),),
    together=needs_both_ways,
)


async def of_event(page: Page) -> Response:
    return _show(page, await _at_event(page), f"/events/{page.path['id']}")


async def say_of_event(page: Page) -> Response:
    return await _say(page, await _at_event(page), f"/events/{page.path['id']}")


async def of_group(page: Page) -> Response:
    return _show(page, await _at_group(page), f"/groups/{page.path['id']}")


async def say_of_group(page: Page) -> Response:
    return await _say(page, await _at_group(page), f"/groups/{page.path['id']}")


def _show(
    page: Page,
    venue: Values,
    back: str,
    answers: Answers | None = None,
    refusal: Refusal | None = None,
) -> Response:
    field = replace(
        ACCESS.fields[0], label=f"What does {venue['name']} have for people who need it?"
    )
    question = replace(ACCESS, title=field.label, fields=(field,))
    kept = answers or Answers({"needsMet": _kept(venue["accessNeedsMet"])})
    return show_question(page, question, kept, leave=(back, "Back"), refusal=refusal)


def _kept(needs: list[str] | None) -> list[str]:
    if needs is None:
        return []
    return [need.upper() for need in needs] or [NONE]


async def _say(page: Page, venue: Values, back: str) -> Response:
    """The rest of the venue stays as it is."""
    answers = typed_answers(page, ACCESS)
    stays = ("name", "town", "address", "arriving", "headsMax")
    outcome = ACCESS.fault(answers, page.today) or await page.do(
        "PutVenue",
        venue=venue["id"],
        input={**{name: venue[name] for name in stays}, "accessNeedsMet": needs_met(answers)},
    )
    if isinstance(outcome, Refusal):
        said = replace(outcome, field="needsMet")
        return _show(page, venue, back, answers, said)
    return page.go(back, "Saved. Families read it before they book.")


async def _at_event(page: Page) -> Values:
    """Where one of the agency's own is."""
    data = await page.ask("VenueOfEvent", id=page.path["id"])
    event = page.found(data["event"])
    if event["agency"] != page.reader.agency:
        page.found(None)
    where = event["whereabouts"] or {}
    found: Values = page.found(where.get("venue"))
    return found


async def _at_group(page: Page) -> Values:
    data = await page.ask("VenueOfGroup", id=page.path["id"])
    kept = page.found(page.found(data["peerGroup"])["kept"])
    found: Values = page.found(
        next((each for each in data["venues"] if each["id"] == kept["venueId"]), None)
    )
    return found
