"""Every page and form with an id in its address, for people of another agency: as a guessed one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from uuid import UUID, uuid4

import httpx2
import pytest

from services.web.main import SITE
from services.web.site import Place
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front
from tests.suite.attack import everything
from tests.suite.world import Scope, World, world

STAFF = ("coordinator", "agency_admin", "organiser", "safeguarding_lead", "facilitator")
# What `{id}` names, by how the address begins.
ID = {
    "answers": "sent",
    "bookings": "booking",
    "call-back": "callBack",
    "call-backs": "callBack",
    "charges": "charge",
    "concerns": "concern",
    "eligibility": "eligibilityRule",
    "emergencies": "emergency",
    "emergency": "emergency",
    "erasures": "erasure",
    "events": "event",
    "families": "family",
    "groups": "group",
    "invitations": "invitation",
    "kept-apart": "booking",
    "kept-clear": "keptClear",
    "lending": "lending",
    "memberships": "membership",
    "mentors": "mentor",
    "messages": "notice",
    "pairs": "rule",
    "people": "account",
    "proposals": "sent",
    "requests": "request",
    "runs": "run",
    "settings": "signIn",
    "waiting": "entry",
}
MEMBER = {"families": "adult", "groups": "membership"}
# Parts that are no ids, with a value that the page knows.
WORDS = {
    "code": "W1",
    "decision": "withdraw",
    "move": "notice",
    "number": "1",
    "programme": "buddy",
    "section": "waiting",
    "service": "course",
    "version": "1",
    "what": "place",
}
# Addresses that are their own key are tested where they are made.
SECRET = "{secret}"
PART = re.compile(r"{(\w+)}")
NAMED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{8}\b")


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True, with_notify=True) as stage:
        for role in STAFF:
            await stage.scene.add(role, (role, "AS"))
        yield stage


@pytest.fixture
async def there(stage: Stage, databases: Databases, clock: Clock) -> World:
    return await world(databases, clock)


def with_ids() -> list[Place]:
    return [
        place
        for place in SITE
        if SECRET not in place.path and set(PART.findall(place.path)) - set(WORDS)
    ]


def address(place: Place, ids: Mapping[str, UUID]) -> str:
    def value(part: re.Match[str]) -> str:
        name = part[1]
        if name in WORDS:
            return WORDS[name]
        first = place.path.split("/")[1]
        return str(ids[{"id": ID.get(first), "member": MEMBER.get(first)}.get(name) or name])

    return PART.sub(value, place.path)


def plain(answer: httpx2.Response) -> tuple[int, str, str]:
    """Without what is new in every answer: ids, the form's key, the reference to quote."""
    where = NAMED.sub("id", answer.headers.get("location", ""))
    return answer.status_code, where, NAMED.sub("id", answer.text)


async def asked(browser: Browser, place: Place, path: str) -> tuple[int, str, str]:
    if place.method == "GET":
        return plain(await browser.see(path))
    await browser.follow(await browser.see("/settings/sign-ins"))
    answer = await browser.send(path)
    await browser.see("/settings/sign-ins")  # which says what the form came to, once
    return plain(answer)


async def test_pages_of_another_agencys_things_are_those_of_things_that_are_not_there(
    stage: Stage, there: World, databases: Databases
) -> None:
    theirs = there.things[Scope.OWN].ids
    for role in STAFF:
        browser = stage.browser()
        await browser.sign_in(role)
        before = await kept(databases)

        for place in with_ids():
            if role not in place.who:
                continue
            guess = {name: uuid4() for name in theirs}
            guessed = await asked(browser, place, address(place, guess))
            found = await asked(browser, place, address(place, theirs))
            where = f"{place.method} {place.path} as {role}"
            assert found == guessed, where
            assert found[0] in (200, 303, 404, 422), where  # 200: an empty form, refused when sent

        assert await kept(databases) == before, role


async def test_own_things_have_those_pages(stage: Stage, there: World) -> None:
    """So that the test above asks for pages that are somewhere: most of them are there for us."""
    browser = stage.browser()
    await browser.sign_in("coordinator")
    own, shown = there.things[Scope.OTHER].ids, set()

    for place in with_ids():
        if place.method == "GET" and "coordinator" in place.who:
            page = await browser.see(address(place, own))
            shown |= {place.path} if page.status_code == 200 else set()

    assert shown >= {
        "/events/{id}",
        "/families/{id}",
        "/lending/{id}",
        "/mentors/{id}",
        "/proposals/{id}",
        "/requests/{id}",
        "/runs/{id}",
        "/runs/{id}/pictures",
    }


async def kept(databases: Databases) -> dict[str, str]:
    """A sum over all that services keep; what the front keeps of a browser moves with each page."""
    sums = await everything(databases)
    return {name: one for name, one in sums.items() if not name.startswith("web.")}
