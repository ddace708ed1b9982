"""Asking for a mentor on a phone, by keyboard alone, with the browser's own Back and Reload."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.pages import PHONE, SignIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What is pressed at each question once its first answer has focus.
KEYS = {
    "programme": ("ArrowDown", "Space"),
    "topics": ("Space",),
    "forms": (),
    "channels": ("Space",),
    "identities": (),
    "wishes": ("Space",),
    "others": ("Space",),
    "beside": ("Space",),
    "note": ("M", "o", "r", "n", "i", "n", "g", "s"),
}


async def test_walk_goes_back_and_on_by_keyboard_and_never_asks_to_send_again(
    sign_in: SignIn,
) -> None:
    page = await sign_in("mina", screen=PHONE)
    await page.goto("/ask-for-a-mentor/start")

    for question in ("programme", "topics", "forms"):
        await _answer(page, question)
    await _reach(page, "channels")
    await page.go_back()
    await _reach(page, "forms")
    await page.go_back()
    await expect(page.locator("input[name=topics]").first).to_be_checked()
    await page.reload()
    await page.go_forward()
    await page.go_forward()
    for question in ("channels", "identities", "wishes", "others", "beside", "note"):
        await _answer(page, question)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    await _tab_to(page, "main form .govuk-button:not(.govuk-button--secondary)")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("You’re on the list")
    await page.go_back()  # to the answers as they were sent: there is nothing to send again
    await expect(page.get_by_role("heading", level=1)).to_have_text("You’re on the list")
    await _leave_the_list(page)


async def test_refused_answer_does_not_stand_in_the_way_of_going_back(sign_in: SignIn) -> None:
    page = await sign_in("mina", screen=PHONE)
    await page.goto("/ask-for-a-mentor/start")

    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator(".govuk-error-summary")).to_contain_text(
        "Choose what would help most."
    )
    await _answer(page, "programme")
    await _reach(page, "topics")
    await page.go_back()

    await expect(page.locator(".govuk-error-summary")).to_have_count(0)
    await _reach(page, "programme")


async def _answer(page: Page, question: str) -> None:
    await _reach(page, question)
    if keys := KEYS[question]:
        await _tab_to(page, "main form :is(input, textarea):not([type=hidden])")
        for key in keys:
            await page.keyboard.press(key)
    await _tab_to(page, "main form .govuk-button:not(.govuk-button--secondary)")
    await page.keyboard.press("Enter")


async def _reach(page: Page, question: str) -> None:
    await page.wait_for_url(f"**at={question}*")


async def _tab_to(page: Page, css: str) -> None:
    """Tab on until one of these has focus: what cannot be reached by keyboard fails here."""
    for _ in range(60):
        if await page.evaluate("css => document.activeElement.matches(css)", css):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {css}")


async def _leave_the_list(page: Page) -> None:
    await page.get_by_role("button", name="Leave the list").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Someone who has been there")
