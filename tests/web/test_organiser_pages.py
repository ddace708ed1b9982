"""An organiser makes, publishes, changes and fills an event in a browser; all pages looked at."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.async_api import Page

from tests.pages import PHONE, SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")

Answers = Mapping[str, str]
GROUP: tuple[Answers, ...] = (
    {"kind": "=SUPPORT_GROUP"},
    {},
    {"title": "Hedge group", "summary": "Tea, and others who know."},
    {"parentsStay": "=yes", "isPublic": "=no"},
    {"how": "=EXPLICIT"},
    {"time": "18:30", "minutes": "120", "dates": "3 May 2027\n2 June 2027"},
    {},
    {"venue": "=new"},
    {
        "venueName": "The Yard",
        "town": "Oxford",
        "address": "2 Example Street, Oxford",
        "needsMet": "=STEP_FREE",
    },
    {"countsBy": "=FAMILIES", "capacity": "1"},
    {},
    {},
)


async def answer(page: Page, answers: Answers) -> None:
    """Fill in what is asked on this page; `=` chooses the one of that value. Then go on."""
    for name, value in answers.items():
        if value.startswith("="):
            await page.locator(f"[name={name}][value='{value[1:]}']").check()
        else:
            await page.locator(f"[name={name}]").fill(value)
    await page.get_by_role("button", name="Continue").click()


async def group_made(page: Page) -> None:
    """Two drafts of a group, the page of both open."""
    await page.goto("/events")
    await page.get_by_role("link", name="New event").click()
    for answers in GROUP:
        await answer(page, answers)
    await page.get_by_role("button", name="Make the draft").click()


async def test_group_is_drafted_looked_at_and_published_without_script(sign_in: SignIn) -> None:
    page = await sign_in("omar", script=False, screen=PHONE)

    await group_made(page)
    drafts = await page.locator("main").inner_text()
    await page.get_by_role("button", name="Publish those ticked").click()
    published = await page.locator("main").inner_text()
    await page.goto("/events?search=Hedge+group")
    rows = await page.locator("main tbody tr").all_inner_texts()

    assert "Monday 3 May is a bank holiday." in drafts
    assert "One date published." in published
    assert "One draft, 1 published." in published
    assert len(rows) == 2
    assert any("Draft" in row for row in rows)


async def test_what_cannot_be_is_said_at_its_field_with_what_was_typed(sign_in: SignIn) -> None:
    page = await sign_in("omar")
    await page.goto("/events/new")
    for answers in GROUP[:5]:
        await answer(page, answers)

    typed = {"time": "1:30", "minutes": "60", "dates": "28 3 2027"}
    await answer(page, {**typed, "dates": "31 2 2027"})
    no_date = await page.locator("#dates-error").inner_text()
    await answer(page, typed)
    for answers in GROUP[6:]:
        await answer(page, answers)
    await page.get_by_role("button", name="Make the draft").click()
    skipped = await page.locator("#dates-error").inner_text()
    kept = await page.locator("[name=dates]").input_value()

    assert "“31 2 2027” is no date" in no_date
    assert "no clock shows 01:30" in skipped
    assert kept == "28 3 2027"


async def test_event_is_changed_filled_and_called_off(sign_in: SignIn) -> None:
    page = await sign_in("cleo")
    await group_made(page)
    await page.locator("main").get_by_role("link", name="Open").first.click()
    draft = page.url
    seen = await findings_in_every_view(page, f"{draft}/preview")
    seen += await findings_in_every_view(page, f"{draft}/edit")
    seen += await findings_in_every_view(page, draft)
    await page.get_by_role("button", name="Publish").click()

    await page.goto("/families")
    rows = await page.locator("main tbody th .quiet").all_inner_texts()
    said = [await booked(page, draft, reference) for reference in rows[:3]]
    waits = await booked(page, draft, rows[3], wait=True)
    await page.get_by_role("link", name="Offer by hand").first.click()
    seen += await findings_in_every_view(page, page.url)
    await page.get_by_label("Why out of turn?").fill("They asked first")
    await page.get_by_role("button", name="Offer the place").click()
    nothing = await page.locator(".govuk-error-summary").inner_text()

    await page.goto(f"{draft}/capacity")
    await page.locator("[name=capacity]").fill("0")
    await page.get_by_role("button", name="Save").click()
    over = await page.locator("main").inner_text()
    await page.goto(f"{draft}/call-off")
    told = await page.locator("main").inner_text()
    await page.get_by_label("Why?").fill("The hall is shut")
    await page.get_by_role("button", name="Call it off").click()
    off = await page.locator("main").inner_text()

    assert any("They have a place" in one for one in said)
    assert any("All places have gone" in one for one in said)
    assert "They are on the list" in waits
    assert "No place is free" in nothing
    assert "One place more taken than there are" in over
    assert "one family with a place" in told
    assert "one family on the list" in told
    assert "The hall is shut" in off
    assert seen == []


async def booked(page: Page, event: str, reference: str, *, wait: bool = False) -> str:
    """What the page says once a place is asked for a family that rang."""
    await page.goto(f"{event}/book-for")
    await page.get_by_label("Reference of the family").fill(reference)
    if wait:
        await page.locator("[name=as][value=WAIT]").check()
    await page.get_by_role("button", name="Book", exact=True).click()
    return await page.locator("main").inner_text()


async def test_last_years_is_copied_to_the_same_weekdays(sign_in: SignIn) -> None:
    page = await sign_in("omar")
    await page.goto("/events?kind=COURSE&search=Nurturing")
    await page.locator("main tbody th a").first.click()
    await page.get_by_role("link", name="Copy to next year").click()
    await page.get_by_role("button", name="Make the draft").click()
    copied = await page.locator("main").inner_text()

    assert "Four Thursdays" in copied
    assert "A draft: families see nothing of it" in copied


async def test_partner_sees_what_is_shared_and_no_others_family(sign_in: SignIn) -> None:
    omar, priya = await sign_in("omar"), await sign_in("priya")
    await omar.goto("/events?kind=COURSE&search=Nurturing")
    await omar.locator("main tbody th a").first.click()
    event = omar.url
    await omar.get_by_role("link", name="Agencies", exact=True).click()
    await omar.get_by_label("Another agency").select_option(label="Adopt South")
    await omar.get_by_role("button", name="Save").click()

    await priya.goto(event)
    shared = await priya.locator("main").inner_text()

    assert "Places by agency" in shared
    assert "No family of ours has a place" in shared
    assert "Change" not in shared


async def test_register_is_kept_by_who_leads_the_date(sign_in: SignIn) -> None:
    page = await sign_in("fern", screen=PHONE, script=False)
    await page.goto("/")
    opens_later = await page.locator("main li", has_text="Opens two days before").count()
    await page.get_by_role("link", name="Drop-in evening").first.click()
    here = page.url

    await page.get_by_label("Adults").first.fill("none")
    await page.get_by_role("button", name="Save who came").click()
    refused = await page.locator(".govuk-error-summary").inner_text()
    await page.goto(f"{here}/door")
    await page.get_by_label("Reference of the family").fill("ATV-9999")
    await page.get_by_role("button", name="They are here").click()
    at_the_door = await page.locator(".govuk-error-summary").inner_text()

    # Tomorrow's: it can be read already, and marked from two hours before.
    await page.goto(here)
    await page.get_by_label("Adults").first.fill("1")
    await page.get_by_role("button", name="Save who came").click()
    early = await page.locator(".govuk-error-summary").inner_text()

    assert opens_later > 0
    assert "Give whole numbers" in refused
    assert "two hours before" in at_the_door
    assert "two hours before" in early


async def test_admin_sees_what_would_change_before_it_counts(sign_in: SignIn) -> None:
    page = await sign_in("adi")
    await page.goto("/place-settings/change")
    await page.locator("[name=farHours]").fill("48")
    await page.get_by_role("button", name="Continue").click()
    foreseen = await page.locator("main").inner_text()
    await page.get_by_role("button", name="Use these from now").click()
    no_reason = await page.locator(".govuk-error-summary").inner_text()
    await page.get_by_label("Why?").fill("Families asked for it")
    await page.get_by_role("button", name="Use these from now").click()
    saved = await page.locator("main").inner_text()

    assert "72 hours" in foreseen
    assert "48 hours" in foreseen
    assert "Say why" in no_reason
    assert "Version 1" in saved
    assert "Families asked for it" in saved
