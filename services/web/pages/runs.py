"""Runs of the engine: one on its way, one done with who was left and why, and all of them."""

from __future__ import annotations

from starlette.responses import Response

from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.desk import UNDER_WAY

PAGE_SIZE = 20


async def run(page: Page) -> Response:
    found = page.found((await page.ask("Run", id=page.path["id"]))["run"])
    if found["state"] in UNDER_WAY:
        return page.show("runs/under_way.html", run=found, steps=_steps(found))
    return page.show(
        "runs/run.html",
        run=found,
        proposals=[each["node"] for each in found["proposals"]["edges"]],
    )


async def runs(page: Page) -> Response:
    asked = search_of(page)
    data = await page.ask("Runs", first=PAGE_SIZE, after=asked.after)
    return page.show("runs/runs.html", runs=listed(data["runs"], asked))


def _steps(found: dict[str, object]) -> list[dict[str, str]]:
    steps, done = found["steps"], found["stepsDone"]
    assert isinstance(steps, list)
    assert isinstance(done, int)
    return [
        {"state": "met" if place < done else "waiting", "text": text}
        for place, text in enumerate(steps)
    ]
