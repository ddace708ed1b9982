"""The coordinator's desk: who is ready, what the last run proposes, what has been read and sent."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from services.web.gateway import Refusal, Values
from services.web.maps.shortage import shortage_map
from services.web.page import Page
from services.web.reasons import in_short
from services.web.wording import counted, sentence

SHOWN = 5
UNDER_WAY = ("QUEUED", "RUNNING")


async def desk(page: Page) -> Response:
    return await _show(page)


async def start_run(page: Page) -> Response:
    afresh = page.form.get("afresh") == "yes"
    outcome = await page.do("StartRun", afresh=afresh)
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go(f"/runs/{outcome['id']}")


async def send(page: Page) -> Response:
    """Send what has been read. What a rule holds back today is said, and stays on the desk."""
    outcome = await page.do("SendProposals", ids=page.form.getlist("id"))
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go("/desk", what_was_sent(outcome), kind=tint_of(outcome))


def what_was_sent(outcome: Values) -> str:
    """One sentence about what went out and what did not, and why not."""
    said = [f"{sentence(counted(len(outcome['sent']), 'proposal'))} sent."]
    said += [
        f"{each['request']['family']['displayName']} held back: {each['heldBackBecause']}"
        for each in outcome["heldBack"]
    ]
    return " ".join(said)


def tint_of(outcome: Values) -> str:
    return "straw" if outcome["heldBack"] else "leaf"


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    found = page.found((await page.ask("Desk"))["desk"])
    rows = [each["node"] for each in found["suggestions"]["edges"]]
    start = _start(page, len(rows))
    return page.show(
        "desk/desk.html",
        desk=found,
        longest=_longest(found["longestWait"]),
        run=found["run"],
        under_way=bool(found["run"]) and found["run"]["state"] in UNDER_WAY,
        rows=[_row(each) for each in rows[start : start + SHOWN]],
        start=start,
        rest=max(0, len(rows) - start - SHOWN),
        shown=SHOWN,
        lapsed=found["lapsedMentors"],
        read=[each["id"] for each in rows if each["readAt"]],
        sent=found["sent"],
        to_ring=found["toRing"],
        waits=[_wait(each["node"]) for each in found["waiting"]["edges"]],
        chart=shortage_map(found["supply"]),
        refusal=refusal,
    )


def _start(page: Page, count: int) -> int:
    """Where on the list to begin: the number in the address, within the list."""
    asked = page.query.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0
    return start if start < count else 0


def _row(proposal: Values) -> dict[str, Any]:
    best, worst = in_short(proposal["criteria"])
    who = first_names(proposal["request"]["family"])
    return {**proposal, "who": who, "best": best, "worst": worst}


def first_names(family: Values) -> str:
    """Short, for a row: the outward code beside it tells two of a name apart."""
    return " & ".join(adult["firstName"] or "Name erased" for adult in family["adults"])


def _longest(wait: Values | None) -> dict[str, Any] | None:
    return wait and {"who": first_names(wait["request"]["family"]), "days": wait["days"]}


def _wait(request: Values) -> dict[str, Any]:
    return {
        "name": first_names(request["family"]),
        "days": request["waitingDays"],
        "href": f"/requests/{request['id']}",
        "striped": request["openProposal"] is None,
    }
