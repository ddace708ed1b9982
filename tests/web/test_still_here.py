"""A page that is left alone says that it will close, and stays when somebody is there."""

from __future__ import annotations

import pytest

from tests.pages import SignIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAMILY_IDLE_MS = 30 * 60 * 1000
WARNING_MS = 2 * 60 * 1000


async def test_staying_keeps_the_page_and_what_was_typed(sign_in: SignIn) -> None:
    page = await sign_in("ana")
    await page.clock.install()
    await page.goto("/settings")
    await page.fill("#address", "half written")
    warning = page.get_by_role("alert").get_by_role("button", name="Stay signed in")

    assert not await warning.is_visible()
    await page.clock.fast_forward(FAMILY_IDLE_MS - WARNING_MS + 5000)
    await warning.wait_for(state="visible")
    await warning.click()
    await warning.wait_for(state="hidden")

    assert page.url.endswith("/settings")
    assert await page.input_value("#address") == "half written"


async def test_page_that_nobody_stays_at_leaves(sign_in: SignIn) -> None:
    page = await sign_in("ana")
    await page.clock.install()
    await page.goto("/settings")

    async with page.expect_request("**/sign-in?why=over&next=%2Fsettings"):
        await page.clock.fast_forward(FAMILY_IDLE_MS + 5000)


async def test_without_script_a_page_of_its_own_asks(sign_in: SignIn) -> None:
    page = await sign_in("ana", script=False)
    await page.goto("/still-here?next=/settings")
    await page.locator("main").get_by_role("button", name="Stay signed in").last.click()
    await page.wait_for_url("**/settings")
