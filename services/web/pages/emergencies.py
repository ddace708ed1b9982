"""Emergency access: asked for with a reason, read for half an hour, watched by safeguarding."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal
from services.web.page import Page


async def ask(page: Page) -> Response:
    return await _ask(page)


async def open_family(page: Page) -> Response:
    called, reason = page.form.get("family", ""), page.form.get("reason", "")
    outcome = await page.do("OpenInEmergency", family=called, reason=reason)
    if isinstance(outcome, Refusal):
        return await _ask(page, outcome)
    return page.go(f"/emergency/{outcome['id']}")


async def family(page: Page) -> Response:
    """Once it is over, this page is as one that never was."""
    data = await page.ask("FamilyInEmergency", id=page.path["id"])
    return page.show("emergencies/family.html", family=page.found(data["familyInEmergency"]))


async def emergencies(page: Page) -> Response:
    after = page.query.get("after")
    found = (await page.ask("Emergencies", after=after))["emergencies"]
    return page.show("emergencies/emergencies.html", list=found, started=after is None)


async def end(page: Page) -> Response:
    outcome = await page.do("EndEmergency", id=page.path["id"])
    if isinstance(outcome, Refusal):
        return page.go("/emergencies", outcome.message, kind="hip")
    return page.go("/emergencies", "Ended. From this moment they see nothing of the family.")


async def _ask(page: Page, refusal: Refusal | None = None) -> Response:
    still_open = (await page.ask("Emergencies"))["emergencies"]["edges"]
    return page.show(
        "emergencies/ask.html",
        refusal=refusal,
        still_open=[edge["node"] for edge in still_open],
    )
