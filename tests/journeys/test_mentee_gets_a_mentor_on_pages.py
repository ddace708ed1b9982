"""The same main job through real pages, on the screens people have."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from tests.pages import PHONE, SignIn, findings_in_every_view
from tests.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def pairs_on(page: Page) -> dict[str, str]:
    """Family and mentor of every proposal on the desk, five at a time."""
    await page.goto("/desk")
    found: dict[str, str] = {}
    while True:
        rows = page.locator(".picks > li")
        families = await rows.locator(".pick__who").all_inner_texts()
        mentors = await rows.locator(".pick__mentor").all_inner_texts()
        found |= dict(zip(families, mentors, strict=True))
        if not await show_more(page):
            return found


async def show_more(page: Page) -> bool:
    """On to the next proposals of the desk; False at the last of them."""
    more = page.get_by_role("link", name=re.compile("^Show the"))
    if not await more.count():
        return False
    await page.goto(str(await more.get_attribute("href")))
    return True


async def row_of(page: Page, family: str) -> Locator:
    """The family's proposal on the desk, open."""
    await page.goto("/desk")
    row = page.locator(".picks > li").filter(has_text=family)
    while not await row.count():
        assert await show_more(page), f"no proposal for {family}"
    await row.locator("summary").click()
    return row


async def look(page: Page) -> None:
    """What stands here is there only along the way, so axe looks at it now; as it was after."""
    screen = page.viewport_size
    assert screen is not None, "each of the cast has a screen"
    assert await findings_in_every_view(page, page.url) == []
    await page.set_viewport_size(screen)


async def look_at_all_of(page: Page, proposal: str) -> None:
    """The proposal as it stands, and every page of a decision that it links to."""
    await page.goto(proposal)
    path = urlsplit(proposal).path
    hrefs = await page.locator(f"main a[href^='{path}/']").evaluate_all(
        "links => links.map(link => link.href)"
    )
    assert hrefs, "a proposal leads on to what can be done with it"
    for href in [proposal, *hrefs]:
        await page.goto(href)
        await look(page)


async def open_proposal(page: Page, family: str) -> str:
    """Its whole page, from the desk; the address of it."""
    row = await row_of(page, family)
    await row.get_by_role("link", name=re.compile("Read it all")).click()
    await page.wait_for_url("**/proposals/*")
    return page.url


async def decide(page: Page, family: str, link: str, reason: str) -> None:
    """Open the family's proposal, follow the link, say why."""
    await open_proposal(page, family)
    await page.get_by_role("link", name=link).click()
    await page.get_by_label("Why?").fill(reason)
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/desk")


async def read(page: Page, family: str) -> None:
    row = await row_of(page, family)
    await row.get_by_role("button", name=re.compile("I have read this")).click()
    await page.wait_for_url("**/desk**")


async def says_no(page: Page) -> None:
    await page.goto("/mentoring")
    await page.locator("main a[href^='/answers/']").first.click()
    await page.get_by_role("button", name="Not this time").click()
    await expect(page.locator("main")).to_contain_text("Nobody was told")
    await look(page)


async def run_again(page: Page) -> None:
    await page.goto("/desk")
    await page.get_by_role("button", name=re.compile("Run matching")).click()
    await page.wait_for_url("**/runs/*")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(re.compile("matched"))


async def look_for_it_in_the_audit(page: Page) -> None:
    """All of it is there, and that both said yes names the family."""
    await page.goto("/audit")
    began = page.locator("main tr", has_text="mentoring began").first
    await expect(began).to_contain_text(re.compile(r"ATV-\d+"))


async def test_mentee_gets_a_mentor(site: Site, sign_in: SignIn) -> None:
    cleo = await sign_in("cleo")
    await cleo.goto("/desk")
    await expect(cleo.get_by_role("heading", level=1)).to_have_text(
        re.compile("ready to be matched")
    )
    first = await pairs_on(cleo)
    ana = next(family for family, mentor in first.items() if mentor == "Mina Shah")
    tamsin = next(family for family, mentor in first.items() if mentor == "Gwen Ellis")
    pinned, forbidden, *_ = (family for family in first if family not in (ana, tamsin))

    # She pins one pair, forbids another, and runs again: nothing else moves.
    await decide(cleo, pinned, "Pin", "They asked for each other")
    await decide(cleo, forbidden, "Never this pair", "They are neighbours")
    await run_again(cleo)
    second = await pairs_on(cleo)
    assert second.get(forbidden) != first[forbidden]
    moved = {family for family in first if second.get(family) != first[family]}
    assert moved <= {forbidden}

    # She reads two and sends those that she has read.
    proposal = await open_proposal(cleo, ana)
    await look_at_all_of(cleo, proposal)
    for family in (ana, tamsin):
        await read(cleo, family)
    await cleo.goto("/desk")
    await cleo.get_by_role("button", name="Send the 2 you have read").click()
    await expect(cleo.get_by_role("status")).to_contain_text("Two proposals sent")
    to_ring = cleo.locator("section", has_text="Please ring them")
    await expect(to_ring.get_by_role("link")).to_have_text([re.compile("Tamsin")])
    await look(cleo)
    await look_at_all_of(cleo, proposal)

    # Mina's mail lies in the catcher and names nobody; on her phone she says yes.
    letter = site.mail_to("mina@example.org")[0]
    assert "Ana" not in letter.subject + letter.text
    mina = await sign_in("mina", screen=PHONE)
    await mina.goto(str(re.findall(r"https?://\S+/messages/\S+", letter.text)[0]))
    await look(mina)
    await mina.locator("main form button:visible").first.click()
    await mina.wait_for_url("**/answers/*")
    await look(mina)
    assert "Ana" not in await mina.locator("main").inner_text()
    await mina.get_by_role("button", name="Yes, I’d like to").click()
    await expect(mina.get_by_role("heading", level=1)).to_have_text("You said yes")
    await look(mina)
    assert "Ana" not in await mina.locator("main").inner_text()

    # Ana says yes too, without script: only now does each see the other's first name.
    at_home = await sign_in("ana", screen=PHONE, script=False)
    await at_home.goto("/mentoring")
    await at_home.locator("main a[href^='/answers/']").first.click()
    assert "Mina" not in await at_home.locator("main").inner_text()
    await at_home.get_by_role("button", name="Yes, I’d like to").click()
    await expect(at_home.locator("main")).to_contain_text("Mina")
    await mina.reload()
    await expect(mina.locator("main")).to_contain_text("Ana")
    await look(mina)

    # Gwen says no: Tamsin is ready again with her first day of asking, and nobody is told.
    await says_no(await sign_in("gwen", screen=PHONE))
    await cleo.goto("/requests?state=READY")
    await expect(cleo.locator("main")).to_contain_text("Tamsin")

    await look_for_it_in_the_audit(cleo)
