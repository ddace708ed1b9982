"""The front door: whom to ring and when, and asking to be rung back."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.web.event_labels import SERVICE
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.site import HOUSEHOLDS
from services.web.wording import long_day

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALLS_AT_ONCE = 30


async def contact(page: Page) -> Response:
    """Whom to ring: the reader's own desks first, and any agency's by choice. For anybody."""
    data = await page.ask("FrontDesks")
    every = data["frontDesks"]
    wanted = page.query.get("agency") or (page.viewer and page.viewer.agency) or ""
    mine = [] if page.query.get("agency") else data["myFrontDesks"]
    shown = mine or [desk for desk in every if desk["agency"] == wanted]
    return page.show(
        "front_door/contact.html",
        desks=shown,
        agencies=[(desk["code"], desk["name"]) for desk in every if desk["code"] == desk["agency"]],
        wanted=wanted,
        mine=bool(mine),
        at_home=page.viewer is not None and page.viewer.role in HOUSEHOLDS,
    )


async def hours(page: Page) -> Response:
    return await _hours(page)


async def change_hours(page: Page) -> Response:
    """Hours, days for calls and contacts of one of the agency's desks."""
    open_days = {
        number: (page.form.get(f"opens-{number}", ""), page.form.get(f"closes-{number}", ""))
        for number in range(1, 8)
    }
    typed = [(number, *times) for number, times in open_days.items() if any(times)]
    if any(not _is_time(text) for _, *times in typed for text in times):
        refusal = Refusal("NOT_A_TIME", "Write each time like 08:30, in pairs.", "hours")
        return await _hours(page, refusal)
    outcome = await page.do(
        "ChangeFrontDesk",
        code=page.path["code"],
        version=_number(page.form.get("version", "")),
        input={
            "website": page.form.get("website", ""),
            "telephone": page.form.get("telephone", ""),
            "email": page.form.get("email", ""),
            "hours": [{"weekday": day, "opens": o, "closes": c} for day, o, c in typed],
            "replyWeekdays": [
                int(day) for day in page.form.getlist("replyWeekdays") if day in "1234567"
            ],
            "replyDays": _number(page.form.get("replyDays", "")),
        },
    )
    if isinstance(outcome, Refusal):
        return await _hours(page, outcome)
    return page.go("/contact", f"Saved. Families see the new hours of {outcome['name']} now.")


async def call_back(page: Page) -> Response:
    return await _call_back(page)


async def ask_to_be_rung(page: Page) -> Response:
    outcome = await page.do("AskToBeRung", input=call_back_input(page))
    if isinstance(outcome, Refusal):
        return await _call_back(page, outcome)
    due = long_day(outcome["dueOn"])
    return page.go("/call-back", f"{outcome['desk']['name']} rings you by {due}.")


async def take_back(page: Page) -> Response:
    outcome = await page.do("MoveCallBack", id=page.path["id"], move="WITHDRAW")
    if isinstance(outcome, Refusal):
        return await _call_back(page, outcome)
    return page.go("/call-back", "Taken back. Nobody will ring you about it.")


async def call_backs(page: Page) -> Response:
    return await _calls(page)


async def settle(page: Page) -> Response:
    move = page.form.get("move", "")
    if move not in ("RING", "MISS"):
        raise HTTPException(404)
    outcome = await page.do("MoveCallBack", id=page.path["id"], move=move)
    if isinstance(outcome, Refusal):
        return await _calls(page, outcome)
    said = "Written down: they were rung." if move == "RING" else "Written down: nobody answered."
    return page.go("/call-backs", said)


def call_back_input(page: Page) -> Values:
    service = page.form.get("service", "")
    best = page.form.get("bestTime", "")
    return {
        "desk": page.form.get("desk", ""),
        "service": service if service in SERVICE else None,
        "words": page.form.get("words", ""),
        "bestTime": best if best in ("MORNING", "AFTERNOON") else "ANY",
        "telephone": page.form.get("telephone", ""),
    }


async def _call_back(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("MyCallBacks")
    asked = page.form if refusal else page.query
    every = {desk["code"]: desk for desk in data["frontDesks"]}
    mine = [desk["code"] for desk in data["myFrontDesks"]]
    wanted = asked.get("desk") or page.reader.agency or next(iter(mine), "")
    ours = page.reader.agency
    return page.show(
        "front_door/call_back.html",
        refusal=refusal,
        desk=every.get(wanted),
        elsewhere=wanted in every and every[wanted]["agency"] != ours,
        service=asked.get("service", ""),
        asked=data["myCallBacks"],
    )


async def _calls(page: Page, refusal: Refusal | None = None) -> Response:
    after = page.query.get("after")
    data = (await page.ask("CallBacks", first=CALLS_AT_ONCE, after=after))["callBacks"]
    return page.show(
        "front_door/call_backs.html",
        refusal=refusal,
        calls=[edge["node"] for edge in data["edges"]],
        total=data["totalCount"],
        next=data["pageInfo"]["endCursor"] if data["pageInfo"]["hasNextPage"] else None,
        started=after is None,
    )


async def _hours(page: Page, refusal: Refusal | None = None) -> Response:
    every = (await page.ask("FrontDesks"))["frontDesks"]
    own = [desk for desk in every if desk["agency"] == page.reader.agency]
    desk = page.found(next((each for each in own if each["code"] == page.path["code"]), None))
    kept = {each["weekday"]: each for each in desk["hours"]}
    days = [
        {"number": number, "name": name, "hours": kept.get(number)}
        for number, name in enumerate(WEEKDAYS, 1)
    ]
    return page.show("front_door/hours.html", refusal=refusal, desk=desk, days=days)


def _is_time(text: str) -> bool:
    hour, _, minute = text.partition(":")
    fits = hour.isdecimal() and minute.isdecimal() and len(text) == len("08:30")
    return fits and int(hour) < 24 and int(minute) < 60


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
