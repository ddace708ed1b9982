"""Runs of the engine: one on its way, one done with who was left and why, and all of them."""

from __future__ import annotations

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.desk import UNDER_WAY

PAGE_SIZE = 20
LEFT_AT_FIRST = 5
LEFT_ON_A_PAGE = 10


async def run(page: Page) -> Response:
    return _show(page, await _the_run(page))


async def left(page: Page) -> Response:
    """Everybody who was not matched, and what would help each. A run is kept as it was, so the
    place in its list is cursor enough.
    """
    found = page.found((await page.ask("LeftOfRun", id=page.path["id"]))["run"])
    after = page.query.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0
    everybody = found["leftOut"]
    until = start + LEFT_ON_A_PAGE
    return page.show(
        "runs/left.html",
        run=found,
        left=everybody[start:until],
        left_count=len(everybody),
        started=start == 0,
        next=until if until < len(everybody) else None,
    )


async def cancel(page: Page) -> Response:
    """Stop a run on its way. One that has just come to its end is shown, with that said."""
    outcome = await page.do("CancelRun", id=page.path["id"])
    if isinstance(outcome, Refusal):
        return _show(page, await _the_run(page), outcome)
    return page.go(f"/runs/{outcome['id']}", f"Run {outcome['number']} is stopped.")


async def _the_run(page: Page) -> Values:
    asked = await page.ask("Run", id=page.path["id"], after=page.query.get("after") or None)
    found: Values = page.found(asked["run"])
    return found


def _show(page: Page, found: Values, refusal: Refusal | None = None) -> Response:
    if found["state"] in UNDER_WAY:
        return page.show(
            "runs/under_way.html",
            run=found,
            steps=_steps(found),
            percent=percent_done(found),
            still=page.query.get("still") == "yes",
            refusal=refusal,
        )
    if found["state"] == "CANCELLED":
        return page.show("runs/stopped.html", run=found, refusal=refusal)
    left = found["leftOut"]
    return page.show(
        "runs/run.html",
        run=found,
        nothing=_nothing_to_match(found),
        left=left[:LEFT_AT_FIRST],
        left_count=len(left),
        started=not page.query.get("after"),
        proposals=[each["node"] for each in found["proposals"]["edges"]],
        refusal=refusal,
    )


def _nothing_to_match(found: Values) -> dict[str, str] | None:
    """What to do where a run had nobody to match, or nobody to match them with."""
    if found["state"] != "DONE" or found["matched"]:
        return None
    if not found["waiting"]:
        text = "When a request has been checked, mark it ready; the next run takes it up."
        return {"title": "Nobody was ready to be matched.", "text": text}
    if not found["mentors"]:
        text = "Each mentor is at their limit, a check of theirs has run out, or there is none yet."
        mentors = {"href": "/mentors", "link": "Look at the mentors"}
        return {"title": "No mentor had any room.", "text": text} | mentors
    if not found["possiblePairs"]:
        text = (
            "A rule or a person’s “never” closes each of them. Beside each person below stands"
            " what closes most mentors, and what would open some."
        )
        return {"title": "No pair was allowed.", "text": text}
    return None


async def runs(page: Page) -> Response:
    asked = search_of(page)
    data = await page.ask("Runs", first=PAGE_SIZE, after=asked.after)
    return page.show("runs/runs.html", runs=listed(data["runs"], asked))


def percent_done(found: Values) -> int:
    """How far a run is, of 100: each step counts alike, and a step by what is done of it."""
    within = found["stepDone"] / found["stepOf"] if found["stepOf"] else 0
    return int(100 * (found["stepsDone"] + within) / len(found["steps"]))


def _steps(found: Values) -> list[dict[str, str]]:
    """Each step in words: met, going on with how much of it is done, or still to come."""
    steps: list[str] = found["steps"]
    done: int = found["stepsDone"] if found["state"] == "RUNNING" else -1
    within = f"{found['stepDone']:,} of {found['stepOf']:,}" if found["stepOf"] else "now"
    return [
        {
            "state": "met" if place < done else "waiting",
            "bold" if place == done else "text": text,
            "more": within if place == done else "",
        }
        for place, text in enumerate(steps)
    ]
