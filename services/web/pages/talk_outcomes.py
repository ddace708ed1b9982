"""What talks with families led to, by month: numbers, and no number that is small."""

from __future__ import annotations

from starlette.responses import Response

from services.web.page import Page

COLUMNS = ("oneOff", "followUp", "longerProgramme", "notSaid")


async def outcomes(page: Page) -> Response:
    """Months of which every number is small are left out, as they would say nothing."""
    months = (await page.ask("TalkOutcomes"))["talkOutcomes"]
    told = [one for one in months if any(one[column] is not None for column in COLUMNS)]
    return page.show("hosting/talk_outcomes.html", months=told)
