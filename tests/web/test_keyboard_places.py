"""What families, organisers and anybody do about places and mails, each task whole by the keyboard
alone, without script wherever a browser can do without.
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser

from tests.keyboard import Keys
from tests.pages import PHONE, SignIn
from tests.site import Site
from tests.web.test_accessibility import a_protected_family
from tests.web.test_by_asking_pages import published

pytestmark = pytest.mark.asyncio(loop_scope="session")
LINK = re.compile(r"(http://\S+/mailing/[\w-]{43})\s")
ADDRESS = "kit.of.the.keys@example.org"


async def test_charges_from_a_rule_to_one_taken_back_and_the_rules_end(sign_in: SignIn) -> None:
    adi = Keys(await sign_in("adi", script=False))
    ana = Keys(await sign_in("ana", screen=PHONE, script=False))
    await adi.press("Events")
    await adi.press("Charges")
    await adi.press("Add a rule")
    await adi.pick("For which kind of event?", "Support group")
    await adi.write("Free until so many days before", "60")
    await adi.choose("And after that?", "It costs the amount below")
    await adi.write("Giving it back late, in pounds", "4")
    await adi.press("Continue")
    await adi.write("Why?", "Empty chairs")
    await adi.press("Use it from now")
    try:
        await ana.page.goto("/events?search=drop-in")
        await ana.press("Drop-in evening")
        await ana.press("Book")
        await ana.press("Give it back for £4")
        given_back = await ana.said()
        await adi.page.goto("/charges")
        await adi.to("", "a", beside="Drop-in evening")
        async with adi.page.expect_navigation():
            await adi.page.keyboard.press("Enter")
        await adi.write("Why?", "The car broke down")
        await adi.press("Take the charge back")
        taken_back = await adi.heading()
    finally:
        await adi.page.goto("/charges")
        await adi.press("End it")
        await adi.write("Why?", "Tried out")
        await adi.press("End the rule")

    assert "You have given the place back." in given_back
    assert taken_back == "£4 was taken back"
    assert "The rule has ended." in await adi.said()


async def test_coming_by_asking_is_asked_answered_and_read(sign_in: SignIn) -> None:
    page, ana = await sign_in("omar"), Keys(await sign_in("ana", screen=PHONE, script=False))
    event, omar = await published(page, "Hazel group"), Keys(page)
    await ana.page.goto(event)
    await ana.press("Ask to come")
    asked = await ana.heading()
    await omar.page.goto(event)
    await omar.press("Say yes or no")
    await omar.press("Say no")
    refused = await omar.said()
    await omar.write("Why not?", "The room is small.")
    await omar.press("Say no")
    declined = await omar.said()
    await ana.page.goto(event)
    await ana.press("Ask to come")
    await omar.page.goto(event)
    await omar.press("Say yes or no")
    await omar.press("Yes, they come")
    agreed = await omar.said()
    await ana.press("Your places")

    assert asked == "You have asked to come"
    assert "Say why, in a few words" in refused
    assert "Nobody asks" in declined
    assert "They have a place, and are told." in agreed
    assert "Hazel group" in await ana.said()


async def test_slot_is_held_and_booked_and_given_back(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("ana", screen=PHONE, script=False))
    await keys.page.goto("/events?kind=CONSULTATION")
    await keys.to("", "a", beside="Places free")
    async with keys.page.expect_navigation():
        await keys.page.keyboard.press("Enter")
    await keys.press("Hold it and go on")
    held = await keys.said()
    await keys.press("Book")
    booked = await keys.heading()
    await keys.press("Give the place back")

    assert "Held for you until" in held
    assert booked == "You have a place"
    assert "You have given the place back." in await keys.said()


async def test_mails_are_asked_for_confirmed_changed_and_left(browser: Browser, site: Site) -> None:
    context = await browser.new_context(base_url=site.url, java_script_enabled=False)
    keys = Keys(await context.new_page())
    await keys.page.goto("/whats-on?agency=ATV")
    await keys.press("Hear of new dates by mail")
    await keys.write("Your e-mail address", ADDRESS)
    await keys.choose("How often?", "As soon as")
    await keys.press("Send me that mail")
    asked = await keys.said()
    (link,) = set(LINK.findall(site.mail_to(ADDRESS)[0].text + " "))
    await keys.page.goto(link)
    await keys.tick("What others run")
    await keys.press("Yes, write to me")
    kept = await keys.said()
    await keys.press("Change what you hear of")
    await keys.tick("What others run")
    await keys.press("Keep this")
    await keys.page.goto(link)
    await keys.press("Leave the list")
    left = await keys.said()
    await context.close()

    assert "Look into your mail" in asked
    assert "You are on the list" in kept
    assert "You have left the list" in left


async def test_list_is_brought_searched_and_written_to(sign_in: SignIn) -> None:
    keys = Keys(await sign_in("omar", script=False))
    await keys.press("Events")
    await keys.press("Mailing list")
    await keys.write("E-mail addresses", "no address")
    await keys.press("Ask these addresses")
    refused = await keys.said()
    await keys.write("E-mail addresses", "two.of.the.keys@example.org")
    await keys.press("Ask these addresses")
    await keys.write("Find an address", "two.of")
    await keys.press("Find")
    found = await keys.said()
    await keys.press("Letters to the list")
    await keys.press("Write a letter")
    await keys.write("Title", "Spring")
    await keys.write("What you want to say", "The hall is being painted.")
    await keys.press("Look at it first")
    await keys.press("Change it")
    await keys.press("Look at it first")
    await keys.press("Send it to the list")

    assert "put right" in refused
    assert "two.of.the.keys@example.org" in found
    assert "The hall is being painted." in await keys.said()


async def test_erasure_is_written_down_held_released_and_called_off(sign_in: SignIn) -> None:
    adi, sol = Keys(await sign_in("adi", script=False)), Keys(await sign_in("sol", script=False))
    await adi.press("Families")
    await adi.to("", "a", beside="Order granted")
    async with adi.page.expect_navigation():
        await adi.page.keyboard.press("Enter")
    await adi.press("They asked to be erased")
    await adi.press("Write it down")
    refused = await adi.said()
    await adi.date("On which day did they ask?", 20, 11, 2026)
    await adi.write("How did they ask, and who of them?", "By letter")
    await adi.press("Write it down")
    erasure = adi.page.url
    await sol.page.goto(erasure)
    await sol.press("Agree to it")
    agreed = await sol.said()
    await sol.press("Hold it")
    await sol.write("Why must it be kept?", "An inquiry")
    await sol.press("Hold it")
    held = await sol.said()
    await sol.press("Release it")
    await adi.page.goto(erasure)
    await adi.press("Call it off")

    assert "put right" in refused
    assert "Agreed" in agreed
    assert "Held." in held
    assert "Called off. Nothing was erased." in await adi.said()


async def test_emergency_is_opened_and_ended_by_the_lead(sign_in: SignIn) -> None:
    omar, sol = Keys(await sign_in("omar", script=False)), Keys(await sign_in("sol", script=False))
    reference = await a_protected_family(sol.page)
    await omar.press("Emergency")
    await omar.write("Which family?", reference)
    await omar.write("What has happened", "She rang in tears, and the line broke off.")
    await omar.press("Open the family for 30 minutes")
    await sol.press("Emergencies")
    await sol.press("End it now")

    assert "Ended early" in await sol.said()
