"""Groups in a browser: found and joined on a phone, led by an adopter, kept by an organiser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.pages import PHONE, SignIn, findings_in_every_view

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def words(page: Page) -> str:
    return await page.locator("main").inner_text()


async def made(page: Page, title: str, **more: str) -> str:
    """A group that an organiser makes on the page; its address."""
    await page.goto("/groups/new")
    await page.locator("[name=title]").fill(title)
    await page.locator("[name=town]").fill("Didcot")
    for name, value in more.items():
        await page.locator(f"select[name={name}]").select_option(label=value)
    await page.get_by_role("button", name="Make the group").click()
    return page.url


async def test_row_17_a_family_joins_on_a_phone_without_script_and_its_lead_sees_it(
    sign_in: SignIn,
) -> None:
    omar = await sign_in("omar")
    await omar.goto("/groups/new")
    group = await made(omar, "Hedgehogs", lead="Greta Frost", venue="The Long Hall, Didcot")
    ana = await sign_in("ana", script=False, screen=PHONE)
    greta = await sign_in("greta")

    await greta.goto(group)
    asked = await words(greta)
    await greta.get_by_role("button", name="Yes, I lead it").click()
    await ana.goto("/events")
    await ana.get_by_role("link", name="Groups you can belong to").click()
    await ana.get_by_label("A town, or a word in its name").fill("hedgehogs")
    await ana.get_by_role("button", name="Find").click()
    await ana.get_by_role("link", name="Hedgehogs").click()
    before = await words(ana)
    await ana.get_by_label("The lead may know my first name").check()
    await ana.get_by_role("button", name="Ask to join").click()
    await greta.reload()
    asking = await words(greta)
    await greta.get_by_role("button", name="Agree").click()
    await greta.get_by_label("A note to your members").fill("Ring me on 07700 900123")
    await greta.get_by_role("button", name="Put it up").click()
    refused = await words(greta)
    await greta.get_by_label("A note to your members").fill("Bring slippers")
    await greta.get_by_role("button", name="Put it up").click()
    await greta.get_by_role("link", name="Add dates").click()
    await greta.get_by_label("Which days?").fill("3 5 2027\n21 6 2027 14:00")
    await greta.get_by_role("button", name="Add them").click()
    added = await words(greta)
    await ana.reload()

    assert "What you would see and do" in asked
    assert "Noticeboard" not in before
    assert "Ana" in asking
    assert "Costa" not in asking
    assert "Leave out postcodes, telephone numbers" in refused
    assert "Two dates added." in added
    inside = await words(ana)
    assert "You belong" in inside
    assert "Bring slippers" in inside
    assert "Monday 21 June, 14:00 to 16:00" in inside
    await ana.get_by_role("button", name="Leave the group").click()
    assert "You have left the group." in await words(ana)


@pytest.mark.parametrize("who", ["ana", "greta", "omar"])
async def test_pages_of_a_group_are_sound_for_each_who_reads_them(
    sign_in: SignIn, who: str
) -> None:
    page = await sign_in(who)
    await page.goto("/groups")
    await page.get_by_role("link", name="Saturday breakfast").first.click()
    here = page.url.partition("//")[2].partition("/")[2]
    more = {"ana": (), "greta": ("/dates",), "omar": ("/dates", "/edit", "/end")}[who]

    findings = []
    for path in ("/groups", f"/{here}", *(f"/{here}{each}" for each in more)):
        findings += await findings_in_every_view(page, path)

    assert findings == []


async def test_what_is_asked_before_somebody_leads_is_sound_too(sign_in: SignIn) -> None:
    omar, greta = await sign_in("omar"), await sign_in("greta")
    group = await made(omar, "Owls", lead="Greta Frost")

    path = "/" + group.partition("//")[2].partition("/")[2]
    findings = await findings_in_every_view(greta, path)
    await greta.goto(path)
    await greta.get_by_role("button", name="No, thank you").click()
    said = await words(greta)
    await greta.goto(path)

    assert findings == []
    assert "You have said no." in said
    assert "could not find that page" in await words(greta)


async def test_organiser_ends_a_group_and_says_why(sign_in: SignIn) -> None:
    omar = await sign_in("omar")
    group = await made(omar, "Magpies")

    await omar.goto(f"{group}/end")
    await omar.get_by_role("button", name="End the group").click()
    without = await words(omar)
    await omar.get_by_label("Why?").fill("The hall is sold")
    await omar.get_by_role("button", name="End the group").click()
    await omar.goto(group)

    assert "Say why, in a few words." in without
    assert "The hall is sold" in await words(omar)


async def test_slots_are_put_beside_a_date_and_the_page_is_sound(sign_in: SignIn) -> None:
    omar = await sign_in("omar")
    group = await made(omar, "Wrens", venue="The Long Hall, Didcot")
    await omar.goto(f"{group}/dates")
    await omar.get_by_label("Which days?").fill("5 7 2027")
    await omar.get_by_role("button", name="Add them").click()
    await omar.get_by_role("link", name="Add a social worker’s slots").click()
    path = "/" + omar.url.partition("//")[2].partition("/")[2]
    findings = await findings_in_every_view(omar, path)
    await omar.goto(path)
    await omar.get_by_role("button", name="Add them").click()
    without = await words(omar)
    await omar.get_by_label("Who is there?").select_option(label="Wyn Parry")
    await omar.get_by_role("button", name="Add them").click()

    assert findings == []
    assert "Say who is there." in without
    assert "0 of 4 slots with a social worker taken" in await words(omar)
