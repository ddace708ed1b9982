"""What a run tells of itself: the two ways of choosing side by side, and its pictures."""

from __future__ import annotations

import itertools

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.maps.areas import room_map, wait_map
from services.web.maps.outlines import shapes
from services.web.maps.threads import thread_map
from services.web.page import Page
from services.web.wording import counted, days

DAYS_OF_A_WEEK = 7
WAYS = {"most": "PEOPLE", "best": "SCORE"}


async def compare(page: Page) -> Response:
    return await _show_comparison(page)


async def choose(page: Page) -> Response:
    """Run again from nothing, the way that was chosen."""
    first = WAYS.get(page.form.get("way", ""))
    if first is None:
        missing = Refusal("MISSING", "Choose one of the two.", "way")
        return await _show_comparison(page, missing)
    outcome = await page.do("StartRun", afresh=True, firstAim=first)
    if isinstance(outcome, Refusal):
        return await _show_comparison(page, outcome)
    return page.go(f"/runs/{outcome['id']}")


async def pictures(page: Page) -> Response:
    run, told = await _told(page, "RunPictures")
    threads = thread_map(told["threads"], told["areas"])
    scores = _bars([each for each in told["scores"] if each["after"]], 1, "")
    return page.show(
        "runs/pictures.html",
        run=run,
        told=told,
        waited=wait_map(told["areas"]),
        room=room_map(told["areas"]),
        threads=threads,
        shapes_used=shapes(
            [*threads.grounds, *(each["council"]["code"] for each in told["areas"])]
        ),
        waits=_bars(told["waits"], DAYS_OF_A_WEEK, " weeks"),
        waits_finding=_of_waits(run),
        scores=scores,
        scores_finding=_of_scores(scores),
    )


async def _show_comparison(page: Page, refusal: Refusal | None = None) -> Response:
    run, told = await _told(page, "RunComparison")
    both = told["comparison"]
    return page.show(
        "runs/compare.html",
        run=run,
        both=both,
        same=both["most"] == both["best"] and not both["onlyMost"] and not both["othersMove"],
        chosen=page.form.get("way", ""),
        refusal=refusal,
    )


async def _told(page: Page, operation: str) -> tuple[Values, Values]:
    """The run and what it tells; a run that tells nothing has no such page."""
    run: Values = page.found((await page.ask(operation, id=page.path["id"]))["run"])
    told: Values = page.found(run["reckoning"])
    return run, told


def _of_waits(run: Values) -> str:
    """What the picture of the waits says, in a sentence."""
    found = f"{run['matched']} of {run['waiting']} found a mentor."
    left = run["longestWaitLeftDays"]
    return f"{found} The longest wait that is left is {days(left)}." if left else found


def _of_scores(scores: list[Values]) -> str:
    """What the picture of the fits says; nothing where there is no pair."""
    if not scores:
        return ""
    most = max(scores, key=lambda each: int(each["after"]))
    pairs = sum(each["after"] for each in scores)
    return f"Most often the fit is {most['span']}: {most['after']} of {counted(pairs, 'pair')}."


def _bars(steps: list[Values], unit: int, words: str) -> list[Values]:
    """Each bar with its span in words: `4 to 8 weeks`, `16 weeks and more`."""
    starts = [each["least"] // unit for each in steps]
    spans = [
        f"under {end}{words}" if start == 0 else f"{start} to {end if words else end - 1}{words}"
        for start, end in itertools.pairwise(starts)
    ]
    last = [f"{starts[-1]}{words} and more"] if starts else []
    return [{**each, "span": span} for each, span in zip(steps, [*spans, *last], strict=True)]
