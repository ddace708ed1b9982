"""For a family that rang: what it wants to hear of, a place, a line on a list (domain.md E59)."""

from __future__ import annotations

from starlette.responses import Response

from services.web.dated import dated
from services.web.gateway import Refusal, Values
from services.web.listing import listed, search_of
from services.web.page import Page
from services.web.pages.programme import NO_PLACE, WITH_PHOTOS, numbered
from services.web.party import ADULTS_MAX, CHILDREN_MAX, bands_asked, party_typed


async def family(page: Page) -> Response:
    return await _show(page)


async def topic(page: Page) -> Response:
    """Ask to hear of a workshop for them, or no longer."""
    asks = page.form.get("give") == "yes"
    operation = "RegisterInterestFor" if asks else "WithdrawInterestFor"
    answer = await page.do(operation, topic=page.path["code"], family=page.path["id"])
    if isinstance(answer, Refusal):
        return await _show(page, answer)
    said = "They will hear when" if asks else "They will not hear of"
    tail = " runs." if asks else "."
    return page.go(_here(page), f"{said} “{answer['title']}”{tail} Both names are in the audit.")


async def event(page: Page) -> Response:
    return await _show_event(page)


async def book(page: Page) -> Response:
    answer = await page.do(
        "BookFor",
        event=page.path["event"],
        family=page.path["id"],
        party=party_typed(page.form),
        photosAllowed=page.form.get("photos") == "yes",
    )
    if isinstance(answer, Refusal):
        return await _show_event(page, answer)
    held = answer["state"] == "WAITING_FOR_GATE"
    said = "A place is held for them." if held else "They have a place."
    return page.go(_here(page), f"{said} They are told, and both names are in the audit.")


async def wait(page: Page) -> Response:
    answer = await page.do(
        "JoinWaitingListFor",
        event=page.path["event"],
        family=page.path["id"],
        party=party_typed(page.form),
        shortNotice=page.form.get("short") == "yes",
    )
    if isinstance(answer, Refusal):
        return await _show_event(page, answer)
    said = "They are on the list. They are told, and both names are in the audit."
    return page.go(_here(page), said)


async def _show(page: Page, refusal: Refusal | None = None) -> Response:
    asked = search_of(page)
    data = await page.ask(
        "FamilyByPhone",
        id=page.path["id"],
        search=asked.search or None,
        **{"from": page.today},
        first=asked.variables["first"],
        after=asked.after,
    )
    kept: Values = page.found(data["family"])
    found = listed(data["programme"], asked)
    wanted = {each["code"] for each in kept["interests"]}
    return page.show(
        "by_phone/family.html",
        family=kept,
        topics=[{**each, "asked": each["code"] in wanted} for each in data["workshopTopics"]],
        found=found,
        events=[dated(each) for each in found.nodes],
        refusal=refusal,
    )


async def _show_event(page: Page, refusal: Refusal | None = None) -> Response:
    data = await page.ask("EventByPhone", family=page.path["id"], event=page.path["event"])
    kept: Values = page.found(data["event"])
    no_place = refusal is not None and refusal.code in NO_PLACE
    waits = kept["listOpen"] and (no_place or kept["placesFree"] == 0 or kept["peopleWait"])
    return page.show(
        "by_phone/event.html",
        family=page.found(data["family"]),
        event=dated(kept),
        waits=waits,
        bands=bands_asked(kept),
        adults=numbered(1, ADULTS_MAX),
        children=numbered(0, CHILDREN_MAX),
        photos=kept["kind"] in WITH_PHOTOS,
        refusal=refusal,
    )


def _here(page: Page) -> str:
    return f"/families/{page.path['id']}/by-phone"
