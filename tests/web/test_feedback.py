"""How it was, as a browser gets it: from one's own place or a mail, without sign-in, to numbers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.events import jobs
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.model.attendance import Mark
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Party
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk
from tests.front import Browser, Stage, front
from tests.identity import account
from tests.matching.register import Register
from tests.notify.test_render import BANNED
from tests.web.test_front_door import carry

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
PARTY = Party(adults=1, children=("4-5",))


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("priya", ("organiser", "AS"))
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


async def came(stage: Stage, desk: Desk) -> tuple[EventId, BookingId]:
    """Ana and her child were at an evening that is over, and are asked."""
    family = await Register(stage.scene.db).family()
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    await carry(stage.scene.db, desk.db)
    ana = Actor("adopter", account("ana"), None, None, UUID(str(family)))
    event = await desk.event()
    booking = await book(desk.ask(ana), event=event, party=PARTY)
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
        left = sitting.ends_at + timedelta(hours=1) - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())
    mark = Mark(booking_id=booking, sitting_id=sitting.id, adults=1, children=1)
    await keep_register(desk.ask(OMAR), sitting=sitting.id, marks=[mark])
    assert await jobs.ask_how_it_was(desk.ask_as) == 1
    return event, booking


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


def words(html: str) -> str:
    (main,) = MAIN.findall(html)
    return " ".join(TAG.sub(" ", main).split())


async def callers(db: Db) -> list[str]:
    async with db.begin(Actor.system("ATV")) as turn:
        rows = await turn.fetch("SELECT caller FROM once WHERE operation = 'give_feedback'")
    return [row["caller"] for row in rows]


async def test_who_came_says_how_it_was_and_stands_beside_no_answer(
    stage: Stage, desk: Desk
) -> None:
    _, booking = await came(stage, desk)
    ana = await signed_in(stage, "ana")

    mine = await ana.see("/bookings")
    place = await ana.see(f"/bookings/{booking}")
    opened = await ana.send(f"/bookings/{booking}/feedback")
    path = opened.headers["location"]
    form = await ana.see(path)
    empty = await ana.send(path)
    sent = await ana.send(
        path, {"how_was_it": "GOOD", "words": "More cake", "child_words": "It was fun"}
    )
    thanks = await ana.see(path)
    again = await ana.see(f"/bookings/{booking}")

    assert "We would like to hear how it was." in words(mine.text)
    assert "Say how it was" in words(place.text)
    assert path.startswith("/say/")
    assert "What did your child say?" in words(form.text)
    assert (empty.status_code, "Choose an answer" in empty.text) == (422, True)
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    assert "Thank you" in words(thanks.text)
    assert "Say how it was" not in words(again.text)
    assert await callers(desk.db) == ["nobody"]


async def test_link_works_signed_in_nowhere_and_names_nothing_that_a_stranger_could_use(
    stage: Stage, desk: Desk
) -> None:
    event, booking = await came(stage, desk)
    ana, stranger = await signed_in(stage, "ana"), stage.browser()
    await ana.see(f"/bookings/{booking}")
    path = (await ana.send(f"/bookings/{booking}/feedback")).headers["location"]
    title = (await desk.seen(event)).title

    form = await stranger.see(path)
    sent = await stranger.send(path, {"how_was_it": "POOR"})

    text = words(form.text).replace("What did your child say?", "")
    assert not BANNED.findall(text)
    assert title not in form.text
    assert "Didcot" not in form.text
    assert form.headers["cache-control"] == "no-store"
    assert (sent.status_code, await callers(desk.db)) == (303, ["nobody"])


@pytest.mark.parametrize("secret", ["A" * 43, "short", "x" * 101])
async def test_link_that_opens_nothing_says_so(stage: Stage, secret: str) -> None:
    stranger = stage.browser()

    seen = await stranger.see(f"/say/{secret}")
    sent = await stranger.send(f"/say/{secret}", {"how_was_it": "GOOD"})

    assert (seen.status_code, sent.status_code) == (404, 404)
    assert "Nothing to answer here" in words(seen.text)


async def test_rather_not_is_kept_and_taken_back(stage: Stage, desk: Desk) -> None:
    _, booking = await came(stage, desk)
    ana, stranger = await signed_in(stage, "ana"), stage.browser()
    await ana.see(f"/bookings/{booking}")
    path = (await ana.send(f"/bookings/{booking}/feedback")).headers["location"]
    await stranger.see(path)

    stopped = await stranger.follow(await stranger.send(f"{path}/stop"))
    out = await ana.see("/bookings")
    back = await ana.follow(await ana.send("/bookings/asked", {"asked": "yes"}))

    assert "We will not ask you again" in words(stopped.text)
    assert "We do not ask you how it was." in words(out.text)
    assert "we ask how it was" in words(back.text)


async def test_organiser_of_the_host_reads_it_and_nobody_else(stage: Stage, desk: Desk) -> None:
    event, _ = await came(stage, desk)
    omar, ana = await signed_in(stage, "omar"), await signed_in(stage, "ana")
    priya = await signed_in(stage, "priya")
    path = f"/events/{event}/feedback"

    desk_page = await omar.see(f"/events/{event}")
    read = await omar.see(path)

    assert f'href="{path}"' in desk_page.text
    assert "Fewer than five have answered yet" in words(read.text)
    assert (await ana.see(path)).status_code == 404
    assert (await priya.see(path)).status_code == 404
