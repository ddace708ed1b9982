"""A certificate as a browser gets it: tagged, locating nobody, and one's own alone."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pypdf
import pytest
from pypdf.generic import DictionaryObject

from kernel.access import Actor
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.model.attendance import Mark
from services.events.model.event import Kind
from services.events.model.place import Party
from services.web.certificate_file import certificate_file
from tests.databases import Clock, Databases
from tests.events.programme import OMAR, Desk
from tests.front import Stage, front
from tests.identity import account
from tests.matching.register import Register
from tests.web.test_feedback import signed_in, words
from tests.web.test_front_door import carry

FOUND = {
    "title": "What to tell, when",
    "dates": 5,
    "datesInAll": 6,
    "minutes": 630,
    "firstOn": "2026-10-01",
    "completedOn": "2026-11-05",
}


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        for name in ("ana", "ben"):
            await stage.scene.add(name, ("adopter", "ATV"), second_factor=False)
        await stage.scene.add("omar", ("organiser", "ATV"))
        yield stage


@pytest.fixture
async def desk(stage: Stage, databases: Databases, clock: Clock) -> Desk:
    return Desk(await databases.serving("events"), clock)


@dataclass(frozen=True)
class Home:
    ana: Actor
    path: str
    sitting: str


async def workshop(stage: Stage, desk: Desk) -> Home:
    """A workshop that is over, at which Ana's family of two adults had a place."""
    register = Register(stage.scene.db)
    family = await register.family()
    home = await register.at_home(family)
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE id = $2", account("ana"), home.person
    )
    await carry(stage.scene.db, desk.db)
    ana = Actor("adopter", account("ana"), None, home.person, UUID(str(family)))
    event = await desk.event(of=await desk.offering(kind=Kind.WORKSHOP, title="Sleep well"))
    booking = await book(desk.ask(ana), event=event, party=Party(adults=2))
    async with desk.ask(OMAR).read() as store:
        (sitting,) = (await store.sittings.of_events([event]))[event]
        left = sitting.ends_at + timedelta(hours=1) - store.turn.now
    await desk.clock.advance(seconds=left.total_seconds())
    return Home(ana, f"/bookings/{booking}", str(sitting.id))


def read(body: bytes) -> tuple[pypdf.PdfReader, str]:
    paper = pypdf.PdfReader(io.BytesIO(body))
    return paper, " ".join(page.extract_text() for page in paper.pages)


def root_of(paper: pypdf.PdfReader) -> DictionaryObject:
    root = paper.trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    return root


async def test_who_was_ticked_at_the_door_downloads_their_own_and_nobody_else_does(
    stage: Stage, desk: Desk
) -> None:
    home = await workshop(stage, desk)
    ana, omar = await signed_in(stage, "ana"), await signed_in(stage, "omar")
    path = f"{home.path}/certificate.pdf"
    before = (await ana.see(path)).status_code

    register = await omar.see(f"/registers/{home.sitting}")
    booking = home.path.rsplit("/", 1)[-1]
    kept = await omar.send(f"/registers/{home.sitting}", {f"came-{booking}": str(home.ana.person)})
    marked = await omar.see(f"/registers/{home.sitting}")
    shown = await ana.see(home.path)
    got = await ana.see(path)

    assert before == 404
    assert f'name="came-{booking}" value="{home.ana.person}"' in register.text
    assert kept.status_code == 303
    assert f'value="{home.ana.person}" checked' in marked.text
    assert "Your certificate" in words(shown.text)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == 'attachment; filename="certificate.pdf"'
    assert got.headers["cache-control"] == "no-store"
    text = read(got.content)[1]
    assert "Sleep well" in text
    for place in ("Didcot", "The Hall", "Mill Lane"):
        assert place not in text
    for other in (omar, await signed_in(stage, "ben")):
        assert (await other.see(path)).status_code == 404
    assert (await stage.browser().see(path)).headers["location"].startswith("/sign-in")


async def test_number_without_names_is_for_who_booked(stage: Stage, desk: Desk) -> None:
    home = await workshop(stage, desk)
    booking = home.path.rsplit("/", 1)[-1]
    one = Mark(booking_id=UUID(booking), sitting_id=UUID(home.sitting), adults=1, children=0)  # type: ignore[arg-type]
    await keep_register(desk.ask(OMAR), sitting=UUID(home.sitting), marks=[one])  # type: ignore[arg-type]
    ana = await signed_in(stage, "ana")

    assert (await ana.see(f"{home.path}/certificate.pdf")).status_code == 200


async def test_it_is_tagged_and_says_its_language_and_title() -> None:
    paper, text = read(await certificate_file(FOUND, who="Ana Bell", issuer="Adopt South"))

    root = root_of(paper)
    assert str(root["/Lang"]) == "en-GB"
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert "/StructTreeRoot" in root
    assert paper.xmp_metadata is not None
    assert b"pdfuaid:part>1<" in paper.xmp_metadata.stream.get_data()
    assert paper.metadata is not None
    assert paper.metadata.title == "Certificate of attendance: What to tell, when"
    assert "5 of 6 dates, 10 hours 30 minutes in all" in text
    assert "Adopt South" in text


@pytest.mark.parametrize("who", ["#panic() $x$ *b* @y \\ [", "Żółć Ώμέγα Ёлка", "<b>Ana</b>"])
async def test_name_is_set_as_it_is_and_never_read_as_markup(who: str) -> None:
    text = read(await certificate_file(FOUND, who=who, issuer=""))[1]

    assert " ".join(who.split()) in " ".join(text.split())


async def test_name_in_letters_that_no_font_has_is_left_to_be_written_in() -> None:
    paper, text = read(await certificate_file(FOUND, who="李小龍", issuer=""))

    assert "李" not in text
    assert "This is to say that attended" in " ".join(text.split())
    assert "/StructTreeRoot" in root_of(paper)


async def test_protected_familys_has_no_issuer() -> None:
    text = read(await certificate_file(FOUND, who="Ana", issuer=""))[1]

    assert "Adopt" not in text
