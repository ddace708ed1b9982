"""A mentor or a family answers a proposal, on the phone; and what became of it."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.pages.asking_for_a_mentor import open_request

TO_COME = ("OPEN", "SAID_YES")


async def card(page: Page) -> Response:
    return page.show("answers/card.html", card=await _the_card(page))


async def answer(page: Page) -> Response:
    """Yes or no for one side. A no is never told to the other."""
    given = page.form.get("answer", "")
    if given not in {"YES", "NO"}:
        return page.go(f"/answers/{page.path['id']}")
    outcome = await page.do("AnswerProposal", id=page.path["id"], answer=given)
    if isinstance(outcome, Refusal):
        return page.show("answers/card.html", card=await _the_card(page), refusal=outcome)
    return page.go(f"/answers/{page.path['id']}")


async def mentoring(page: Page) -> Response:
    """The reader's mentorings, and first what is still to be answered."""
    mine = await page.ask("MyMentoring")
    return page.show(
        "answers/mentoring.html",
        open_cards=[each for each in mine["proposalsToAnswer"] if each["state"] in TO_COME],
        mentorings=mine["myMentorings"],
        is_on_the_list=await open_request(page) is not None,
    )


async def _the_card(page: Page) -> Values:
    data = await page.ask("ProposalToAnswer", id=page.path["id"])
    kept: Values = page.found(data["proposalToAnswer"])
    return kept
