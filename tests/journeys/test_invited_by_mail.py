"""An admin mails somebody where to type a code; the link in it opens the page and no more."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.pages import SignIn, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
ADDRESS = "omar.new@example.org"


async def test_mail_says_where_and_nothing_else(site: Site, sign_in: SignIn) -> None:
    adi = await sign_in("adi", script=False)
    await adi.goto("/invitations")
    await adi.get_by_role("link", name="Mail somebody where to type a code").click()

    await adi.get_by_label("Their e-mail address").fill("nobody")
    await adi.get_by_role("button", name="Send the mail").click()
    summary = adi.get_by_role("alert").filter(has_text="One thing to put right")
    await expect(summary).to_contain_text("in full")
    await adi.get_by_label("Their e-mail address").fill(ADDRESS)
    await adi.get_by_role("button", name="Send the mail").click()
    await expect(adi.get_by_role("status")).to_contain_text("not in the mail")

    letter = site.mail_to(ADDRESS)[0]
    (link,) = re.findall(r"https?://\S+", letter.text)
    assert link == f"{site.url}/invitation"
    await adi.goto(link)
    await expect(adi.get_by_label("Your code")).to_have_value("")


async def test_page_is_well_with_a_mail_that_was_sent(sign_in: SignIn) -> None:
    adi = await sign_in("adi")

    assert await findings_in_every_view(adi, "/invitations/mail") == []
