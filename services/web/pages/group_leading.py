"""What an adopter does who leads a group: members, notes, dates; some of it staff do as well."""

from __future__ import annotations

from starlette.responses import Response

from kernel.messages import Role
from services.web.asking.answers import Answers
from services.web.asking.dates import NOT_A_TIME, dates_of, time_of
from services.web.dated import dated
from services.web.first_names import by_name, told_of
from services.web.gateway import Refusal, Values
from services.web.page import Page
from services.web.wording import counted

NOTE_DAYS = ("7", "14", "28", "60")
MINUTES = "How many minutes? Give a whole number, such as 120."
NO_WHY = "Say why, in a few words. It is kept, and not told to the family."


async def led(page: Page) -> Response:
    return page.show("groups/led.html", groups=(await page.ask("GroupsLed"))["groupsLed"])


async def lead(page: Page) -> Response:
    return await _show(page)


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    """The page of who leads it; to who was only asked so far, what it takes."""
    kept: Values = page.found((await page.ask("GroupOfLead", id=page.path["id"]))["peerGroup"])
    if not kept["myLead"]:
        return page.show("groups/asked.html", refusal=refusal, group=kept)
    members = await _named(page, kept["members"])
    return page.show(
        "groups/lead.html",
        refusal=refusal,
        group=kept,
        dates=[{**one, "event": dated(one["event"])} for one in kept["dates"]],
        asking=[one for one in members if one["state"] == "ASKED"],
        members=[one for one in members if one["state"] == "MEMBER"],
        days=[(each, f"{each} days") for each in NOTE_DAYS],
    )


async def _named(page: Page, members: list[Values]) -> list[Values]:
    """First names where they may be told; else the code of the membership."""
    told = await told_of(page, (one["familyId"] for one in members))
    return by_name(
        {**one, "who": told.who(one["familyId"], f"Family {one['code']}")} for one in members
    )


async def answer(page: Page) -> Response:
    """Yes or no to leading it."""
    group = page.path["id"]
    if page.form.get("answer") != "YES":
        outcome = await page.do("LayDownLead", group=group)
        said = "You have said no. Your agency looks for somebody else."
    else:
        outcome = await page.do("TakeLead", group=group)
        said = "You lead this group now. Thank you."
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go(f"/groups/{group}" if page.form.get("answer") == "YES" else "/groups", said)


async def lay_down(page: Page) -> Response:
    outcome = await page.do("LayDownLead", group=page.path["id"])
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go("/groups", "You do not lead it any more. Thank you for all you did.")


async def write_note(page: Page) -> Response:
    days = page.form.get("days", "")
    outcome = await page.do(
        "WriteNote",
        group=page.path["id"],
        words=page.form.get("words", ""),
        days=int(days) if days in NOTE_DAYS else 14,
    )
    if isinstance(outcome, Refusal):
        return await _show(page, outcome)
    return page.go(f"/groups/{page.path['id']}", "Your note is written.")


async def settle_note(page: Page) -> Response:
    """Shown by an organiser, or taken down by them or the lead."""
    shows = page.form.get("do") == "show"
    outcome = await page.do("ShowNote" if shows else "TakeDownNote", note=page.path["note"])
    if isinstance(outcome, Refusal):
        return page.go(f"/groups/{page.path['id']}", outcome.message, kind="straw")
    said = "Members see it, and are told." if shows else "Taken down. Nobody sees it any more."
    return page.go(f"/groups/{page.path['id']}", said)


async def decide(page: Page) -> Response:
    agrees = page.form.get("decision") == "YES"
    outcome = await page.do(
        "DecideMember", membership=page.path["member"], decision="YES" if agrees else "NO"
    )
    here = f"/groups/{page.path['id']}"
    if isinstance(outcome, Refusal):
        return page.go(here, outcome.message, kind="straw")
    return page.go(here, "They are in, and are told." if agrees else "Turned down, and told.")


async def removing(page: Page) -> Response:
    return await _removing(page)


async def remove(page: Page) -> Response:
    reason = page.form.get("reason", "")
    if not reason.strip():
        return await _removing(page, Refusal("REASON_NEEDED", NO_WHY, "reason"))
    outcome = await page.do("RemoveMember", membership=page.path["member"], reason=reason)
    if isinstance(outcome, Refusal):
        return await _removing(page, outcome)
    return page.go(f"/groups/{page.path['id']}", "They are out of the group, and are told so.")


async def _removing(page: Page, refusal: Refusal | None = None) -> Response:
    found = page.found((await page.ask("Membership", id=page.path["member"]))["groupMembership"])
    return page.show(
        "groups/remove.html", refusal=refusal, membership=found, group=page.found(found["group"])
    )


async def adding_dates(page: Page) -> Response:
    return await _dates_page(page)


async def add_dates(page: Page) -> Response:
    """Explicit dates, one on each line, all as long as the lead says."""
    answers = Answers({name: page.form.getlist(name) for name in page.form})
    walls = dates_of(answers)
    if time_of(answers.text("time")) is None:
        return await _dates_page(page, Refusal("NOT_A_TIME", NOT_A_TIME, "time"))
    if isinstance(walls, Refusal):
        return await _dates_page(page, walls)
    minutes = answers.number("minutes")
    if minutes is None:
        return await _dates_page(page, Refusal("NOT_A_NUMBER", MINUTES, "minutes"))
    dates = [{"at": f"{one:%Y-%m-%dT%H:%M}", "minutes": minutes} for one in sorted(walls)]
    outcome = await page.do("AddGroupDates", group=page.path["id"], dates=dates)
    if isinstance(outcome, Refusal):
        return await _dates_page(page, outcome)
    said = f"{counted(len(dates), 'date')} added. Families can book."
    return page.go(f"/groups/{page.path['id']}", said[:1].upper() + said[1:])


async def _dates_page(page: Page, refusal: Refusal | None = None) -> Response:
    query = "GroupOfLead" if page.reader.role is Role.GROUP_LEADER else "KeptGroup"
    kept: Values = page.found((await page.ask(query, id=page.path["id"]))["peerGroup"])
    if query == "GroupOfLead" and not kept["myLead"]:
        page.found(None)
    return page.show("groups/dates.html", refusal=refusal, group=kept)
