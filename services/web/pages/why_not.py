"""Why not somebody else: for any mentor whom the coordinator names, of one run and one family."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Values
from services.web.page import Page

SEARCHED_MAX = 100


async def why_not(page: Page) -> Response:
    """The search, and the answer once a mentor is named in the address."""
    at = {"run": page.path["id"], "request": page.path["request"]}
    asked = await page.ask("AskWhyNot", **at)
    run, request = page.found(asked["run"]), page.found(asked["supportRequest"])
    search = page.query.get("search", "").strip()[:SEARCHED_MAX]
    mentor, told = await _answer(page, at)
    lists = search or told is None
    found = await page.ask("MentorsToChoose", search=search, after=None) if lists else None
    return page.show(
        "runs/why_not.html",
        run=run,
        request=request,
        here=f"/runs/{run['id']}/why/{request['id']}",
        search=search,
        mentors=[each["node"] for each in found["mentors"]["edges"]] if found else [],
        more=bool(found and found["mentors"]["pageInfo"]["hasNextPage"]),
        mentor=mentor,
        told=told,
        heaviest=max((each["weight"] for each in told["criteria"]), default=1) if told else 1,
    )


async def _answer(page: Page, at: dict[str, str]) -> tuple[Values | None, Values | None]:
    named = page.query.get("mentor")
    if not named:
        return None, None
    data = await page.ask("WhyNot", **at, mentor=named)
    mentor: Values = page.found(data["mentor"])
    told: Values = page.found(page.found(data["run"])["whyNot"])
    return mentor, told
