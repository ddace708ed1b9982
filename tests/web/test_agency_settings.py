"""The agency's own settings on their pages, without a script: seen first, kept with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.databases import Databases
from tests.front import Browser, Stage, front

HERE = "/agency-settings"
WRITING = f"{HERE}/writing"
GIVEN = {"quiet_from": "20:30", "quiet_until": "08:00", "sender_name": "Valley"}
SEEN = {**GIVEN, "seen": "yes", "version": "0", "why": "Asked by the board"}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("agency_admin", "AS"))
        yield stage


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def saved(adi: Browser) -> None:
    await adi.see(WRITING)
    assert (await adi.send(WRITING, SEEN)).status_code == 303


async def test_change_is_seen_first_then_kept_with_who_and_why(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")

    await adi.see(WRITING)
    seen = await adi.send(WRITING, GIVEN)
    before = await adi.see(HERE)
    await saved(adi)
    after = await adi.see(HERE)
    history = await adi.see(f"{HERE}/versions")

    assert "Nothing is kept yet." in seen.text
    assert "Mail of the evening leaves until 20:30" in seen.text
    assert "Nobody has changed" in before.text
    assert "Version 1." in after.text
    assert "Valley" in after.text
    assert "Asked by the board" in history.text
    assert "Adi Marsh" in history.text


async def test_version_is_undone_by_a_new_one(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    await saved(adi)

    seen = await adi.see(f"{HERE}/versions/0")
    no_reason = await adi.send(f"{HERE}/versions/0", {"why": ""})
    undone = await adi.send(f"{HERE}/versions/0", {"why": "A mistake"})
    history = await adi.see(f"{HERE}/versions")

    assert "What would change" in seen.text
    assert no_reason.status_code == 422
    assert undone.status_code == 303
    assert "Went back to what every agency starts from" in history.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quiet_from": "23:30"}, "outside its safe range: 18:00 to 22:30"),
        ({"sender_name": "Adopt Thames Valley"}, "would tell whoever sees the phone"),
    ],
)
async def test_what_is_not_safe_is_said_at_its_field(
    stage: Stage, given: dict[str, str], words: str
) -> None:
    adi = await signed_in(stage, "adi")

    await adi.see(WRITING)
    refused = await adi.send(WRITING, {**SEEN, **given})

    assert refused.status_code == 422
    assert words in refused.text
    assert f'href="#{next(iter(given))}"' in refused.text


async def test_what_is_not_safe_is_not_foreseen_as_if_it_were(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")

    await adi.see(WRITING)
    refused = await adi.send(WRITING, {**GIVEN, "sender_name": "Adopt Thames Valley"})

    assert refused.status_code == 422
    assert "would tell whoever sees the phone" in refused.text


async def test_change_prepared_on_older_settings_is_not_kept(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    await saved(adi)

    await adi.see(WRITING)
    late = await adi.send(WRITING, {**SEEN, "quiet_from": "19:00"})

    assert late.status_code == 422
    assert "Somebody has changed the settings" in late.text


async def test_search_leaves_what_is_about_it(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")

    found = await adi.see(f"{HERE}?search=evening")
    none = await adi.see(f"{HERE}?search=zebra")

    assert "No mail in the evening" in found.text
    assert "A long wait" not in found.text
    assert "No setting is about that" in none.text


async def test_others_read_or_do_not_find_it(stage: Stage) -> None:
    adi = await signed_in(stage, "adi")
    await saved(adi)
    cleo, priya = await signed_in(stage, "cleo"), await signed_in(stage, "priya")

    read = await cleo.see(HERE)
    closed = [await cleo.see(path) for path in (WRITING, f"{HERE}/versions/0")]
    theirs = await priya.see(f"{HERE}/versions")
    missing = [await priya.see(f"{HERE}/{path}") for path in ("versions/0", "cats", "versions/x")]

    assert "Valley" in read.text
    assert [page.status_code for page in closed] == [404, 404]
    assert "Asked by the board" not in theirs.text
    assert [page.status_code for page in missing] == [404, 404, 404]
