"""Mentors: the list, one mentor with why they can or cannot be matched, and their corrections."""

from __future__ import annotations

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.asking.of_mentors import (
    CORRECTIONS,
    NEW_MENTOR,
    PROGRAMMES,
    REQUIREMENT,
    kept_answers,
    mentor_input,
)
from services.web.asking.question import Question
from services.web.asking.single import show_question, typed_answers
from services.web.asking.walk import Walk, begun
from services.web.gateway import Refusal, Values
from services.web.labels import MENTOR, label
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.family_members import adult_of

STATES = frozenset(MENTOR)


async def mentors(page: Page) -> Response:
    asked = search_of(page, state=STATES)
    data = await page.ask("Mentors", **asked.variables)
    return page.show("mentors/mentors.html", mentors=listed(data["mentors"], asked))


async def mentor(page: Page) -> Response:
    return page.show("mentors/mentor.html", mentor=await _the_mentor(page))


async def correct(page: Page) -> Response:
    kept, question = await _the_mentor(page), _correction(page)
    return show_question(page, question, Answers(kept_answers(kept)), leave=_back_to(kept))


async def save_correction(page: Page) -> Response:
    kept, question = await _the_mentor(page), _correction(page)
    answers = typed_answers(page, question)
    merged = Answers({**kept_answers(kept), **answers.raw})
    outcome = question.fault(merged, page.today) or await page.do(
        "CorrectMentor", mentor=kept["id"], input=mentor_input(merged)
    )
    if isinstance(outcome, Refusal):
        return show_question(page, question, answers, leave=_back_to(kept), refusal=outcome)
    return page.go(_address(kept), "Saved. The change is in the audit.")


async def requirement(page: Page) -> Response:
    kept = await _the_mentor(page)
    return show_question(page, REQUIREMENT, Answers({}), leave=_back_to(kept))


async def record_requirement(page: Page) -> Response:
    kept = await _the_mentor(page)
    answers = typed_answers(page, REQUIREMENT)
    met, lapses = answers.day("metOn"), answers.day("expiresOn")
    outcome = REQUIREMENT.fault(answers, page.today) or await page.do(
        "RecordRequirement",
        mentor=kept["id"],
        kind=answers.text("kind"),
        metOn=met.isoformat() if met else None,
        expiresOn=lapses.isoformat() if lapses else None,
        seenBy=answers.text("seenBy"),
    )
    if isinstance(outcome, Refusal):
        return show_question(page, REQUIREMENT, answers, leave=_back_to(kept), refusal=outcome)
    words = label(answers.text("kind"), "requirement")
    return page.go(_address(kept), f"Recorded: {words}.")


async def move(page: Page) -> Response:
    """One step of a mentor's way, by one button of their page."""
    kept = await _the_mentor(page)
    wanted = page.form.get("move", "")
    if wanted not in kept["moves"]:
        return page.go(_address(kept), "That step is not open now.", kind="straw")
    reason = page.form.get("reason") or None
    outcome = await page.do("MoveMentor", mentor=kept["id"], move=wanted, reason=reason)
    if isinstance(outcome, Refusal):
        return page.show("mentors/mentor.html", mentor=kept, refusal=outcome)
    words = label(outcome["state"], "mentor").lower()
    return page.go(_address(kept), f"{outcome['displayName']} is now “{words}”.")


async def start_new(page: Page) -> Response:
    return (await _walk(page)).show()


async def go_on_new(page: Page) -> Response:
    """The next question about somebody who would be a mentor, or the mentor added."""
    walk = await _walk(page)
    if not walk.is_finished:
        return await walk.go_on()
    given = mentor_input(walk.answers)
    outcome = await page.do("AddMentor", adult=walk.carried["adult"], input=given)
    if isinstance(outcome, Refusal):
        return await walk.refused(outcome)
    return await walk.end(f"/mentors/{outcome['id']}", f"Added: {outcome['displayName']}.")


async def _walk(page: Page) -> Walk:
    """Who is to be a mentor is an adult of a family that this reader keeps."""
    kept, person = await adult_of(page)
    return Walk(
        page=page,
        journey=NEW_MENTOR,
        begun=await begun(page, NEW_MENTOR, first=PROGRAMMES.name),
        leave=(f"/families/{kept['id']}", kept["displayName"]),
        carried={"family": kept["id"], "adult": person["id"]},
    )


async def _the_mentor(page: Page) -> Values:
    kept: Values = page.found((await page.ask("Mentor", id=page.path["id"]))["mentor"])
    return kept


def _correction(page: Page) -> Question:
    return Page.found(CORRECTIONS.get(page.path["what"]))


def _address(kept: Values) -> str:
    return f"/mentors/{kept['id']}"


def _back_to(kept: Values) -> tuple[str, str]:
    return _address(kept), kept["displayName"]
