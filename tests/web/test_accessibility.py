"""Every page of the site map, as the people of the cast find it by following links: no finding of
axe, no sideways scroll, on a phone and at a desk, in both schemes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page
from starlette.routing import compile_path

from dev.cast import BY_SUBJECT
from kernel.messages import Role
from services.web.main import SITE
from services.web.site import ANYBODY, SIGNED_IN
from tests.pages import SignIn, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACES = [
    (compile_path(place.path)[0], place.path, place.who)
    for place in SITE
    if place.method == "GET" and not place.path.endswith((".ics", ".pdf"))  # files, not pages
]
LINK = re.compile(r'href="(/[^"#]*)')
WALKERS = ("cleo", "sol", "adi", "ana", "mina", "omar", "wyn", "dev")
# Found only once something has happened; the journey and the last tests here look at them.
AFTER_SOMETHING = {
    "/agency-settings/versions/{version}",
    "/answers/{id}",
    "/ask-for-a-mentor",  # not while a mentor has been found
    "/ask-for-a-mentor/correct",
    "/ask-for-a-mentor/start",
    "/bookings/{id}",
    "/charges/{id}",  # of a place given back late: tests/web/test_charges_pages.py
    "/charges/rules/{number}",  # once an agency has one: the same
    "/concerns/{id}",
    "/invited/{id}",  # after a placement: tests/web/test_keyboard_invites.py
    "/kept-apart/{id}",  # once two had booked: tests/web/test_kept_apart_pages.py
    "/emergency/{id}",
    "/erasures/{id}",
    "/erasures/{id}/hold",
    "/events/{id}",
    "/gates/{event}/lines/{entry}",  # while somebody waits
    "/events/{id}/feedback",  # of one that is over: tests/web/test_afterwards.py
    "/say/{secret}",  # by a mail: the same
    "/say/{secret}/stopped",
    "/mailing/{secret}",  # by a mail too
    "/mailing/{secret}/kept",
    "/mailing/{secret}/leave",
    "/whats-on/mail/asked",
    "/events/{id}/overrides/{override}",  # asked for: tests/web/test_by_two_pages.py
    "/events/{id}/access",  # at a venue: tests/web/test_venue_access_pages.py
    "/groups/{id}/access",  # where it has one: the same
    "/events/{id}/edit",  # of a draft: tests/web/test_organiser_pages.py
    "/events/{id}/list/{entry}",  # of a full one: the same
    "/events/{id}/preview",  # of a draft too
    "/groups/{id}/drop-in/{sitting}",  # of a date without slots: tests/web/test_group_pages.py
    "/memberships/{id}",  # by a message: the same
    "/lending/{id}/loans/{loan}/give-back",
    "/mentors/{id}/leaving/{mentoring}/part",
    "/messages/{id}",
    "/proposals/{id}/heard",
    "/proposals/{id}/{decision}",
    "/settings/contacts/{account}",
    "/waiting/{id}",
}
# The first family of a list may have no child to link to, so a few of each are opened.
OF_EACH = 4
MORE_OF = {"/gates/{event}": 20}  # of a whole term, only few ask for something first
NOT_BY_LINK = {
    "/still-here",
    "/invitation",
    "/sign-in",
    "/sign-in/back",
    "/signed-out",
    "/role",
    "/gallery",
    "/my-slots/{sitting}/join",  # no page either
    "/bookings/{id}/join",  # no page: it leads out to the meeting
    "/bookings/{id}/dates/{swap}/join",
}


def place_of(path: str) -> str | None:
    """The line of the site map that answers an address."""
    return next((name for form, name, _ in PLACES if form.match(urlsplit(path).path)), None)


def owed_by(subject: str) -> set[str]:
    """The pages that this walker is the first of the cast to be let in to, and their own home."""
    return {"/"} | {
        name
        for _, name, who in PLACES
        if next((one for one in WALKERS if _is_let_in(one, who)), None) == subject
    } - NOT_BY_LINK


def _is_let_in(subject: str, who: frozenset[Role]) -> bool:
    (role, *_) = (*BY_SUBJECT[subject].roles, Role.NOBODY)
    return role in who or (who is ANYBODY and role in SIGNED_IN)


async def walked(page: Page) -> dict[str, str]:
    """Each place that can be reached by links from the first page, with an address of it."""
    found, to_see, opened = {"/": "/"}, ["/"], {"/": {"/"}}
    while to_see:
        answer = await page.request.get(to_see.pop())
        assert answer.status == 200, f"{answer.url} answered {answer.status}"
        for href in map(unescape, LINK.findall(await answer.text())):
            name = place_of(href)
            most = MORE_OF.get(name or "", OF_EACH)
            if name is None or len(opened.setdefault(name, set())) >= most:
                continue
            if href not in opened[name]:
                opened[name].add(href)
                found.setdefault(name, href)
                to_see.append(href)
    return found


@pytest.mark.parametrize("subject", WALKERS)
async def test_pages_that_links_lead_to(sign_in: SignIn, subject: str) -> None:
    page = await sign_in(subject)
    found = await walked(page)

    missed = owed_by(subject) - set(found) - AFTER_SOMETHING
    # A page of one address is looked at even while no link leads there.
    seen = {name: name for name in owed_by(subject) if "{" not in name} | found
    findings = await _look_at(page, (seen[name] for name in owed_by(subject) if name in seen))

    assert missed == set(), "no link leads there"
    assert findings == []


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in?why=over",
        "/signed-out",
        "/sign-in/back",
        "/invitation",
        "/no-page",
        "/worried",
        "/about-the-data",
    ],
)
async def test_pages_before_signing_in(browser: Browser, site: Site, path: str) -> None:
    context = await browser.new_context(base_url=site.url)
    try:
        assert await findings_in_every_view(await context.new_page(), path) == []
    finally:
        await context.close()


async def test_page_of_the_cast(browser: Browser, site: Site) -> None:
    context = await browser.new_context(base_url=site.url)
    try:
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.locator("main form button").first.click()
        await page.wait_for_url(f"{site.settings.dev_url}/**")

        assert await findings_in_every_view(page, page.url) == []
    finally:
        await context.close()


async def test_choice_of_a_role(sign_in: SignIn) -> None:
    page = await sign_in("noor")

    assert page.url.endswith("/role?next=%2F")
    assert await findings_in_every_view(page, page.url) == []


async def test_page_that_asks_whether_somebody_is_there(sign_in: SignIn) -> None:
    assert await findings_in_every_view(await sign_in("ana"), "/still-here?next=/") == []


async def test_every_part_in_the_gallery(sign_in: SignIn) -> None:
    assert await findings_in_every_view(await sign_in("cleo"), "/gallery") == []


async def _look_at(page: Page, paths: Iterable[str]) -> list[str]:
    return [finding for path in paths for finding in await findings_in_every_view(page, path)]


async def test_worry_once_it_is_told(sign_in: SignIn) -> None:
    teller = await sign_in("omar")
    await teller.goto("/worried")
    await teller.locator("main textarea").fill("A family has not been seen for two weeks.")
    await teller.locator("main form button[type=submit]").last.click()
    lead = await sign_in("sol")
    await lead.goto("/concerns")
    concern = await lead.locator("main a[href^='/concerns/']").first.get_attribute("href")

    assert concern is not None
    assert await findings_in_every_view(lead, concern) == []


async def test_first_question_of_asking_for_a_mentor(sign_in: SignIn) -> None:
    page = await sign_in("mina")  # who, unlike Ana, is on no list

    assert await findings_in_every_view(page, "/ask-for-a-mentor/start") == []


async def test_family_opened_in_an_emergency_and_the_list_of_them(sign_in: SignIn) -> None:
    lead, organiser = await sign_in("sol"), await sign_in("omar")
    await organiser.goto("/emergency")
    await organiser.get_by_label("Which family?").fill(await a_protected_family(lead))
    await organiser.locator("main textarea").fill("She rang in tears, and the line broke off.")
    await organiser.locator("main form button[type=submit]").last.click()
    await organiser.wait_for_url("**/emergency/*")

    for page, path in (
        (organiser, organiser.url),
        (organiser, "/emergency"),
        (lead, "/emergencies"),
    ):
        assert await findings_in_every_view(page, path) == []


async def test_family_asked_to_be_erased(sign_in: SignIn) -> None:
    admin, lead = await sign_in("adi"), await sign_in("sol")
    await admin.goto("/families")
    await admin.locator("main th a[href^='/families/']").first.click()
    await admin.get_by_role("link", name="They asked to be erased").click()
    await admin.wait_for_url("**/erase")
    assert await findings_in_every_view(admin, admin.url) == []
    await admin.goto(admin.url)
    for part, figure in (("Day", "20"), ("Month", "11"), ("Year", "2026")):
        await admin.get_by_label(part, exact=True).fill(figure)
    await admin.get_by_label("How did they ask, and who of them?").fill("By letter")
    await admin.locator("main form button[type=submit]").first.click()
    await admin.wait_for_url("**/erasures/*")

    for page, path in (
        (admin, admin.url),
        (lead, admin.url),
        (lead, f"{admin.url}/hold"),
        (admin, "/erasures"),
    ):
        assert await findings_in_every_view(page, path) == []


async def a_protected_family(lead: Page) -> str:
    """The reference of the first on the register's list, page by page."""
    await lead.goto("/families")
    while not await lead.locator("main tr .govuk-tag--hip").count():
        await lead.get_by_role("link", name="Next page").click()
    row = lead.locator("main tr", has=lead.locator(".govuk-tag--hip")).first
    return await row.locator("th .quiet").inner_text()
