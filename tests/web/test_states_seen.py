"""Pages to which no link leads, under axe: each question of each walk, what is shown before a
change is kept, forms that were refused, and what is shown when something went wrong.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from services.matching.http.sign_ins import CLOCKS_DIFFER
from services.web.frame import Frame
from services.web.site import ERROR_PAGES
from services.web.templating import environment
from tests.identity import ASSETS
from tests.pages import SignIn, findings_as_it_stands, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTIONS_MAX = 20
TYPED = {
    "typedOutcode": "RG30",
    "firstName": "Robin",
    "lastName": "Tree",
    "day": "2",
    "month": "3",
    "year": "2026",
}
ANSWER = """(typed) => {
    const form = document.querySelector("main form:not([hidden])");
    const groups = new Set();
    for (const box of form.querySelectorAll("[type=radio], [type=checkbox]")) {
        if (box.name === "notAbleToSupport") continue;  // nobody is both able and not able
        if (!groups.has(box.name)) box.checked = true;
        groups.add(box.name);
    }
    for (const list of form.querySelectorAll("select")) {
        if (!list.value) list.selectedIndex = 1;
    }
    for (const line of form.querySelectorAll("input:not([type]), [type=text], textarea")) {
        const part = line.name.split("-").pop();
        if (!line.value) line.value = typed[line.name] || typed[part] || "2";
    }
}"""

CHANGE = """() => {
    const form = document.querySelector("main form:not([hidden])");
    const place = form.querySelector("[name=typedOutcode]");
    if (place) place.value = "OX4";
    const low = form.querySelector("[value=LOW]:not(:checked)");
    if (low) low.checked = true;
    const lines = [...form.querySelectorAll("input.govuk-input")];
    const figure = lines.find((line) => /^\\d+$/.test(line.value));
    if (figure) figure.value = String(Number(figure.value) + 1);
}"""


async def walk(page: Page, start: str) -> list[str]:
    """From the first question to the answers, each looked at empty; nothing is sent at the end."""
    found, seen = [], []
    await page.goto(start)
    for _ in range(QUESTIONS_MAX):
        (at,) = re.findall("at=([^&]+)", page.url)
        assert at not in seen, f"{start} stays at {at}"
        seen.append(at)
        found += await findings_in_every_view(page, page.url)
        if at == "check":
            assert len(seen) > 2, f"{start} asked only {seen}"
            return found
        await page.evaluate(ANSWER, TYPED)
        await page.locator("main form:not([hidden]) button[type=submit]").click()
    raise AssertionError(f"{start} has no end: {seen}")


async def link_from_a_family(page: Page, href: str) -> str:
    """An address that only the page of some family leads to."""
    await page.goto("/families")
    families = await page.locator("main th a[href^='/families/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    for family in families:
        await page.goto(family)
        if await (link := page.locator(f"main a[href^='{href}']")).count():
            return str(await link.first.get_attribute("href"))
    raise AssertionError(f"no family leads to {href}")


@pytest.mark.parametrize(("subject", "start"), [("cleo", "/families/new"),
    ("mina", "/ask-for-a-mentor/start")])  # fmt: skip
async def test_every_question_of_a_walk(sign_in: SignIn, subject: str, start: str) -> None:
    assert await walk(await sign_in(subject), start) == []


@pytest.mark.parametrize("href", ["/requests/new", "/mentors/new"])
async def test_every_question_of_a_walk_from_a_familys_page(sign_in: SignIn, href: str) -> None:
    page = await sign_in("cleo")

    assert await walk(page, await link_from_a_family(page, href)) == []


@pytest.mark.parametrize(
    ("subject", "form", "send", "then"),
    [
        ("adi", "/agency-settings/waiting", "See what changes", "What would change"),
        ("adi", "/runs/settings/change", "See what changes", "What would change"),
        ("cleo", "/runs/weights/buddy", "See what it would change", "What would change"),
        ("cleo", "/runs/what-if", "Try it", "would be matched"),
    ],
)
async def test_what_a_change_would_come_to(
    sign_in: SignIn, subject: str, form: str, send: str, then: str
) -> None:
    page = await sign_in(subject)
    await page.goto(form)
    await page.evaluate(CHANGE)
    await page.get_by_role("button", name=send).click()
    await page.wait_for_load_state()

    assert await page.locator(".govuk-error-summary").count() == 0
    assert then in await page.locator("main").inner_text()
    assert await findings_as_it_stands(page) == []


@pytest.mark.parametrize(
    ("subject", "form"),
    [
        ("cleo", "/families/new"),
        ("adi", "/invitations"),
        ("adi", "/invitations/mail"),
        ("adi", "/contact/ATV/hours"),
        ("omar", "/emergency"),
        ("omar", "/worried"),
    ],
)
async def test_form_that_is_sent_empty(sign_in: SignIn, subject: str, form: str) -> None:
    page = await sign_in(subject)
    await page.goto(form)
    for line in await page.locator("main form:not([hidden]) input.govuk-input").all():
        await line.fill("")
    await page.locator("main form:not([hidden]) button[type=submit]").last.click()
    await page.wait_for_load_state()

    assert await page.locator(".govuk-error-summary").count() == 1
    assert await findings_as_it_stands(page) == []


async def test_form_of_another_sign_in_is_answered_by_a_page(sign_in: SignIn) -> None:
    page = await sign_in("ana")
    await page.goto("/settings")
    await page.locator("main form:not([hidden]) [name=csrf]").first.evaluate(
        "field => { field.value = 'of before' }"
    )
    await page.locator("main form:not([hidden]) button[type=submit]").first.click()

    assert await page.locator("main h1").inner_text() == "This form was not sent"
    assert await findings_as_it_stands(page) == []


@pytest.mark.parametrize("status", sorted(ERROR_PAGES))
async def test_page_of_what_went_wrong(sign_in: SignIn, status: int) -> None:
    page = await sign_in("dev")
    await page.route("**/went-wrong", lambda route: _answer(route, status))
    await page.goto("/went-wrong")

    assert await page.locator("h1").count() == 1
    assert await findings_as_it_stands(page) == []


async def test_page_of_clocks_that_do_not_agree(sign_in: SignIn) -> None:
    page = await sign_in("dev")
    html = (
        environment(Path(ASSETS))
        .get_template("account/not_signed_in.html")
        .render(
            frame=Frame(path="/", demo=True), viewer=None, code="CLOCKS_DIFFER", says=CLOCKS_DIFFER
        )
    )
    await page.route("**/clocks", lambda route: _fulfil(route, 403, html))
    await page.goto("/clocks")

    assert await page.locator("h1").inner_text() == "The clocks do not agree"
    assert await findings_as_it_stands(page) == []


async def _answer(route: Route, status: int) -> None:
    template = environment(Path(ASSETS)).get_template(ERROR_PAGES[status])
    html = template.render(frame=Frame(path="/", demo=True), viewer=None, reference="1a2b3c4d")
    await _fulfil(route, status, html)


async def _fulfil(route: Route, status: int, html: str) -> None:
    await route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8")
