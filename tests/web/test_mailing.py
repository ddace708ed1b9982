"""Mailing lists as a browser and a mail program get them: asked, confirmed, changed, left, kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from kernel.access import Actor
from tests.databases import Clock, Databases
from tests.front import WEB, Browser, Stage, front
from tests.notify.mailing import List, secret_of

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True, with_notify=True) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("priya", ("partner", "ATV"))
        yield stage


@pytest.fixture
async def list_(stage: Stage, databases: Databases, clock: Clock) -> List:
    made = List(await databases.serving("notify"), clock)
    await made.open("ATV")
    return made


async def ask(browser: Browser, **typed: str) -> httpx2.Response:
    await browser.see("/whats-on/mail?agency=ATV")
    form = {"agency": "ATV", "address": "rae@example.org", "frequency": "MONTHLY", **typed}
    return await browser.send("/whats-on/mail", {"topics": "GROUPS", **form})


async def test_from_the_public_list_to_a_yes_and_out_again(stage: Stage, list_: List) -> None:
    rae = stage.browser()
    public = await rae.see("/whats-on")
    sent = await ask(rae)
    thanks = await rae.follow(sent)
    (question,) = await list_.sent()
    path = f"/mailing/{secret_of(question)}"

    opened = await rae.see(path)
    kept = await rae.follow(await rae.send(path, {"topics": "LEARNING", "frequency": "QUARTERLY"}))
    again = await rae.see(path)
    button = await rae.see(f"{path}/leave")
    left = await rae.send(f"{path}/leave")
    twice = await rae.send(f"{path}/leave")
    after = await rae.see(path)

    assert "/whats-on/mail" in public.text
    assert "A mail is on its way" in thanks.text
    assert "Do you want these mails?" in opened.text
    assert "Four times a year, you hear of: workshops, courses and talks." in kept.text
    assert "Leave the list" in again.text
    assert "Leave the list" in button.text  # a mail program that opens it has left nothing
    for page in (left, twice, after):
        assert page.status_code == 200
        assert "You have left the list" in page.text
    for page in (opened, kept, again, left):
        assert "rae@example.org" not in page.text
        assert page.headers["cache-control"] == "no-store"


async def test_a_mail_program_leaves_with_one_post(stage: Stage, list_: List) -> None:
    """As RFC 8058 has it: no page of ours before, no cookie, no origin, no way on."""
    await list_.join()
    await list_.show("Picnic")
    (letter,) = await list_.news()
    program = httpx2.AsyncClient(transport=httpx2.ASGITransport(stage.app), base_url=WEB)

    path = letter.leave_url.replace("https://kith.example.org", "")
    answer = await program.post(path, content="List-Unsubscribe=One-Click", headers=FORM)
    elsewhere = await program.post(
        path.removesuffix("/leave"), content="topics=GROUPS", headers=FORM
    )

    assert answer.status_code == 200
    assert elsewhere.status_code == 403  # that alone is open to the outside
    await list_.show("Bonfire")
    assert await list_.news() == []


async def test_known_and_new_addresses_get_the_same_page(stage: Stage, list_: List) -> None:
    await list_.join()
    rae = stage.browser()

    known, new = await ask(rae), await ask(rae, address="new@example.org")

    assert known.status_code == new.status_code == 303
    assert known.headers["location"] == new.headers["location"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"address": "rae"}, "Write an e-mail address in full"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "Write an e-mail address in full"),
        ({"address": "rae@exam\0ple.org"}, "We took it out"),
        ({"topics": "EVERYTHING"}, "Choose at least one thing"),
        ({"agency": "NOWHERE"}, "This agency sends no such mails"),
        ({"agency": ""}, "This agency sends no such mails"),
    ],
)
async def test_what_is_amiss_is_said_at_the_form(
    stage: Stage, list_: List, typed: dict[str, str], says: str
) -> None:
    answer = await ask(stage.browser(), **typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert await list_.sent() == []


@pytest.mark.parametrize("secret", ["A" * 43, "short", "A" * 200])
async def test_a_link_that_opens_nothing_leads_on(stage: Stage, secret: str) -> None:
    browser = stage.browser()

    pages = [await browser.see(f"/mailing/{secret}"), await browser.see(f"/mailing/{secret}/kept")]
    pages.append(await browser.send(f"/mailing/{secret}/leave"))
    pages.append(await browser.send(f"/mailing/{secret}", {"topics": "GROUPS"}))

    for page in pages:
        assert page.status_code == 404
        assert "/whats-on/mail" in page.text


async def test_a_reader_who_is_signed_in_asks_as_nobody(stage: Stage, list_: List) -> None:
    omar = stage.browser()
    await omar.sign_in("omar")

    sent = await ask(omar)

    assert sent.headers["location"] == "/whats-on/mail/asked"
    async with list_.db.begin(Actor.system("ATV"), readonly=True) as turn:
        assert await turn.fetch("SELECT account FROM audit WHERE account IS NOT NULL") == []


async def test_staff_bring_a_list_and_see_who_is_on_it(stage: Stage, list_: List) -> None:
    omar = stage.browser()
    await omar.sign_in("omar")
    empty = await omar.see("/mailing-list")

    amiss = await omar.send("/mailing-list", {"addresses": "one@example.org\nno address"})
    done = await omar.send("/mailing-list", {"addresses": "one@example.org\r\ntwo@example.org,"})
    listed = await omar.follow(done)
    found = await omar.see("/mailing-list?search=two")
    twice = await omar.follow(await omar.send("/mailing-list", {"addresses": "one@example.org"}))

    assert "Nobody is on the list yet" in empty.text
    assert amiss.status_code == 422
    assert "Line 2 is no e-mail address" in amiss.text
    assert "2 addresses are asked" in listed.text
    assert "two@example.org" in found.text
    assert "one@example.org" not in found.text
    assert "Nobody new was among them" in twice.text
    assert len(await list_.sent()) == 2


async def test_more_than_fits_at_once_is_said_and_what_just_fits_is_brought(
    stage: Stage, list_: List
) -> None:
    omar = stage.browser()
    await omar.sign_in("omar")
    await omar.see("/mailing-list")
    fits = [f"reader{number:03}.{'x' * 10}@example.org" for number in range(500)]
    more = [f"reader{number:03}.{'x' * 40}@example.org" for number in range(500)]

    too_much = await omar.send("/mailing-list", {"addresses": "\n".join(more)})
    done = await omar.follow(await omar.send("/mailing-list", {"addresses": "\n".join(fits)}))

    assert too_much.status_code == 422
    assert "more than fits at once" in too_much.text
    assert "500 addresses are asked" in done.text


async def test_a_letter_is_looked_at_and_then_sent(stage: Stage, list_: List) -> None:
    await list_.join()
    omar, form = stage.browser(), "/mailing-list/letters/new"
    await omar.sign_in("omar")
    typed = {"title": "Summer", "words": "We are away.\r\n\r\n<b>Until August</b>."}
    await omar.see(form)

    amiss = await omar.send(form, {**typed, "words": " "})
    shown = await omar.send(form, typed)
    before = await list_.news()
    back = await omar.send(form, {**typed, "step": "write"})
    done = await omar.follow(await omar.send(form, {**typed, "step": "send"}))
    again = await omar.send(form, {**typed, "step": "send"})
    (letter,) = await list_.news()

    assert amiss.status_code == 422
    assert "a few words" in amiss.text
    assert "Nothing is sent yet" in shown.text
    assert "&lt;b&gt;Until August" in shown.text
    assert before == []
    assert "We are away." in back.text
    assert "It goes" in done.text or "it goes" in done.text
    assert again.status_code in (303, 422)
    assert letter.text.count("We are away.") == 1


async def test_a_partner_has_no_such_page(stage: Stage, list_: List) -> None:
    priya = stage.browser()
    await priya.sign_in("priya")

    assert (await priya.see("/mailing-list")).status_code == 404
