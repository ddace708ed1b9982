"""What staff do with groups: listed, made, written anew, slots put beside a date, ended."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from services.web.asking.answers import Answers
from services.web.dated import dated
from services.web.event_labels import GROUP_JOINING, GROUP_KIND, GROUP_STATE
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page

NO_WHY = "Say why, in a few words. It is kept."
NOT_A_NUMBER = "Give a whole number."
NUMBERS = ("minutes", "places", "slots", "slotMinutes")
AT_FIRST = {
    "kind": ["SUPPORT_GROUP"],
    "joining": ["ASKED"],
    "stay": ["yes"],
    "moderated": ["no"],
    "minutes": ["120"],
    "places": ["12"],
    "slots": ["0"],
    "slotMinutes": ["30"],
}


async def kept(page: Page) -> Response:
    asked = search_of(page, state=frozenset(GROUP_STATE))
    data = await page.ask("KeptGroups", **asked.variables)
    return page.show("groups/kept.html", found=listed(data["keptGroups"], asked))


async def show(page: Page) -> Response:
    data = await page.ask("KeptGroup", id=page.path["id"])
    group = page.found(data["peerGroup"])
    names = {each["accountId"]: each["name"] for each in data["dateLeaders"]}
    keeps = page.found(group["kept"])
    return page.show(
        "groups/keep.html",
        group=group,
        lead=names.get(keeps["leadAccount"], "Somebody of a family whose name is kept back"),
        dates=[{**one, "event": dated(one["event"])} for one in group["dates"]],
        asking=[one for one in group["members"] if one["state"] == "ASKED"],
        members=[one for one in group["members"] if one["state"] == "MEMBER"],
    )


async def new(page: Page) -> Response:
    return await _form(page, Answers(AT_FIRST))


async def make(page: Page) -> Response:
    return await _save(page, None)


async def edit(page: Page) -> Response:
    return await _form(page, _kept_answers(await _the_group(page)))


async def save(page: Page) -> Response:
    return await _save(page, page.path["id"])


async def _save(page: Page, group: str | None) -> Response:
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    given = _given(answers)
    if isinstance(given, Refusal):
        return await _form(page, answers, given)
    outcome = await page.do("PutGroup", input=given, group=group)
    if isinstance(outcome, Refusal):
        return await _form(page, answers, outcome)
    said = "Saved." if group else "The group is made. Families can find it."
    return page.go(f"/groups/{outcome['id']}", said)


def _given(answers: Answers) -> Values | Refusal:
    numbers: dict[str, Any] = {}
    for name in NUMBERS:
        numbers[name] = answers.number(name)
        if numbers[name] is None:
            return Refusal("NOT_A_NUMBER", NOT_A_NUMBER, name)
    most = answers.number("familiesMax")
    if most is None and answers.text("familiesMax"):
        return Refusal("NOT_A_NUMBER", NOT_A_NUMBER, "familiesMax")
    kind, joining = answers.text("kind"), answers.text("joining")
    return {
        **numbers,
        "what": {
            "kind": kind if kind in GROUP_KIND else "SUPPORT_GROUP",
            "title": answers.text("title"),
            "summary": answers.text("summary"),
            "parentsStay": answers.text("stay") != "no",
        },
        "town": answers.text("town"),
        "joining": joining if joining in GROUP_JOINING else "ASKED",
        "moderated": answers.text("moderated") == "yes",
        "familiesMax": most,
        "lead": answers.text("lead") or None,
        "venue": answers.text("venue") or None,
        "slotWorker": answers.text("slotWorker") or None,
    }


async def _the_group(page: Page) -> Values:
    data = await page.ask("KeptGroup", id=page.path["id"])
    group: Values = page.found(data["peerGroup"])
    page.found(group["kept"])
    return group


def _kept_answers(group: Values) -> Answers:
    keeps = group["kept"]
    words = {
        "kind": group["kind"],
        "title": group["title"],
        "summary": group["summary"],
        "stay": "yes" if group["parentsStay"] else "no",
        "town": group["town"],
        "joining": group["joining"],
        "moderated": "yes" if keeps["moderated"] else "no",
        "familiesMax": keeps["familiesMax"] or "",
        "lead": keeps["leadAccount"] or "",
        "venue": keeps["venueId"] or "",
        "slotWorker": keeps["slotWorker"] or "",
        **{name: keeps[name] for name in NUMBERS},
    }
    return Answers({name: [str(value)] for name, value in words.items()})


async def _form(page: Page, answers: Answers, refusal: Refusal | None = None) -> Response:
    choices = await page.ask("GroupChoices")
    people = [(each["accountId"], each["name"]) for each in choices["dateLeaders"]]
    chosen = answers.text("lead")
    if chosen and chosen not in dict(people):
        people.append((chosen, "As it is: somebody whose name is kept back"))
    return page.show(
        "groups/form.html",
        refusal=refusal,
        answers=answers,
        group=page.path.get("id", ""),
        people=people,
        venues=[(each["id"], f"{each['name']}, {each['town']}") for each in choices["venues"]],
    )


async def ending(page: Page) -> Response:
    return page.show("groups/end.html", group=await _the_group(page))


async def end(page: Page) -> Response:
    reason = page.form.get("reason", "")
    outcome: Any = Refusal("REASON_NEEDED", NO_WHY, "reason")
    if reason.strip():
        outcome = await page.do("EndGroup", group=page.path["id"], reason=reason)
    if isinstance(outcome, Refusal):
        return page.show("groups/end.html", refusal=outcome, group=await _the_group(page))
    return page.go("/groups", "The group has ended. Every member is told.")


async def drop_in(page: Page) -> Response:
    return await _drop_in(page)


async def add_drop_in(page: Page) -> Response:
    """Slots of a social worker beside one date."""
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    slots, minutes = answers.number("slots"), answers.number("minutes")
    if slots is None or minutes is None:
        wrong = "slots" if slots is None else "minutes"
        return await _drop_in(page, Refusal("NOT_A_NUMBER", NOT_A_NUMBER, wrong))
    if not answers.text("worker"):
        return await _drop_in(page, Refusal("MISSING", "Say who is there.", "worker"))
    outcome = await page.do(
        "AddDropIn",
        sitting=page.path["sitting"],
        slots=slots,
        minutes=minutes,
        worker=answers.text("worker"),
    )
    if isinstance(outcome, Refusal):
        return await _drop_in(page, outcome)
    return page.go(f"/groups/{page.path['id']}", "The slots are there. Families can book them.")


async def _drop_in(page: Page, refusal: Refusal | None = None) -> Response:
    group = await _the_group(page)
    found = [one for one in group["dates"] if one["sitting"]["id"] == page.path["sitting"]]
    date = page.found(found[0] if found else None)
    people = (await page.ask("GroupChoices"))["dateLeaders"]
    return page.show(
        "groups/drop_in.html",
        refusal=refusal,
        group=group,
        event=dated(date["event"]),
        sitting=date["sitting"],
        people=[(each["accountId"], each["name"]) for each in people],
    )
