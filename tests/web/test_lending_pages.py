"""Lending on pages, as a browser without a script uses them; each agency sees its half."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from services.matching.model.card import Answer
from services.matching.model.ids import AgencyId
from tests.databases import Clock, Databases
from tests.front import Browser, Stage, front, said
from tests.matching.lent import PIA, Lenders
from tests.matching.pairs import Helper, Seeker
from tests.matching.register import ADI

ATV = AgencyId("ATV")
HREF = re.compile(r'href="(/lending/[0-9a-f-]{36})"')
GIVE_BACK = re.compile(r'href="(/lending/[0-9a-f-]{36}/loans/[0-9a-f-]{36}/give-back)"')
TERMS = {
    "partner": "AS",
    "weLend": "no",
    "placesAYear": "4",
    "share": "1",
    "noticeDays": "28",
    "fromOn-day": "23",
    "fromOn-month": "11",
    "fromOn-year": "2026",
    "untilOn-day": "31",
    "untilOn-month": "3",
    "untilOn-year": "2028",
}


@pytest.fixture
async def stage(databases: Databases, clock: Clock) -> AsyncIterator[Stage]:
    async with front(databases) as stage:
        await clock.set(clock.now)
        await stage.scene.add("cleo", ("coordinator", "ATV"))
        await stage.scene.add("priya", ("coordinator", "AS"))
        await stage.scene.add("ivo", ("agency_admin", "AS"))
        await stage.scene.add("hal", ("coordinator", "OAWY"))
        yield stage


@pytest.fixture
async def agency(databases: Databases, clock: Clock) -> Lenders:
    return Lenders(await databases.serving("matching"), clock, databases)


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_proposed_by_one_and_agreed_by_the_other(stage: Stage, agency: Lenders) -> None:
    cleo, ivo = await signed_in(stage, "cleo"), await signed_in(stage, "ivo")

    empty = await cleo.see("/lending")
    await cleo.see("/lending/new")
    wrong = await cleo.send("/lending/new", {**TERMS, "placesAYear": "99"})
    past = await cleo.send("/lending/new", {**TERMS, "fromOn-year": "2025"})
    sent = await cleo.send("/lending/new", TERMS)
    here = sent.headers["location"]
    waits = await cleo.see(here)
    asked = await ivo.see(here)
    agreed = await ivo.send(f"{here}/agree")
    listed = await cleo.see("/lending")

    assert "No agreement yet" in empty.text
    assert (wrong.status_code, past.status_code, sent.status_code) == (422, 422, 303)
    assert "Give a number from 1 to 50." in wrong.text
    assert "That day has passed" in past.text
    assert "Waits for them" in waits.text
    assert "Agree to this" not in waits.text
    assert "Agree to this" in asked.text
    assert agreed.status_code == 303
    assert "Adopt South lends to Adopt Thames Valley" in listed.text
    assert "In force" in listed.text
    assert HREF.findall(listed.text) == [here]


async def test_notice_is_given_with_a_reason(stage: Stage, agency: Lenders) -> None:
    here = f"/lending/{await agency.agreed()}"
    ivo, cleo = await signed_in(stage, "ivo"), await signed_in(stage, "cleo")

    await ivo.see(f"{here}/notice")
    without = await ivo.send(f"{here}/notice", {"reason": ""})
    given = await ivo.send(f"{here}/notice", {"reason": "We are short ourselves"})
    after = await cleo.see(here)

    assert (without.status_code, given.status_code) == (422, 303)
    assert "Ends on 21 December" in after.text


async def test_an_agreement_of_others_is_as_one_that_is_not_there(
    stage: Stage, agency: Lenders
) -> None:
    here = f"/lending/{await agency.agreed()}"
    hal = await signed_in(stage, "hal")

    theirs = await hal.see(here)
    nothing = await hal.see("/lending/00000000-0000-4000-8000-000000000000")

    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert "No agreement yet" in (await hal.see("/lending")).text


async def lent(agency: Lenders) -> tuple[Seeker, Helper, str]:
    """Ana's family and Noa of Adopt South, both of whom have said yes; where the agreement is."""
    agreement = await agency.agreed()
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    noa = await agency.noa()
    await agency.run()
    proposal = await agency.proposal_of(ana)
    await agency.read_and_send(proposal)
    for actor in (noa.actor, ana.actor):
        await agency.say(actor, proposal.id, Answer.YES)
    return ana, noa, f"/lending/{agreement}"


async def test_each_agency_reads_its_half_of_a_loan_and_gives_back(
    stage: Stage, agency: Lenders
) -> None:
    _, noa, here = await lent(agency)
    cleo, priya = await signed_in(stage, "cleo"), await signed_in(stage, "priya")

    theirs, hers = await priya.see(here), await priya.see(f"/mentors/{noa.mentor}")
    closed = await cleo.see(f"/mentors/{noa.mentor}")
    ours = await cleo.see(here)
    ((form),) = GIVE_BACK.findall(ours.text)
    await cleo.see(form)
    unsaid = await cleo.send(form, {"waits_on": "yes", "reason": "They did not get on"})
    done = await cleo.send(
        form, {"because": "NOT_A_FIT", "waits_on": "yes", "reason": "They did not get on"}
    )
    after = await cleo.see(here)

    assert "Noa" in ours.text
    assert "A family of yours" in ours.text
    assert "A family of Adopt Thames Valley" in theirs.text
    assert "A family of Adopt Thames Valley" in hers.text
    assert closed.status_code == 404
    for page in (theirs, hers):
        assert not re.search(r"\bana\b", said(page.text))
        assert "Osei" not in page.text
    assert "Hart" not in ours.text
    assert not GIVE_BACK.findall(theirs.text)
    assert (unsaid.status_code, done.status_code) == (422, 303)
    assert "Place given back" in after.text


async def test_run_and_proposal_say_from_which_agency_a_mentor_is(
    stage: Stage, agency: Lenders
) -> None:
    await agency.agreed(by=PIA, admin=ADI, partner=ATV, we_lend=True)
    ana = await agency.seeker("Ana Osei", other_agencies=True)
    await agency.noa()
    run = await agency.run()
    proposal = await agency.proposal_of(ana)
    cleo = await signed_in(stage, "cleo")

    shown = [
        await cleo.see(path) for path in (f"/runs/{run}", f"/proposals/{proposal.id}", "/desk")
    ]
    pictures = await cleo.see(f"/runs/{run}/pictures")

    for page in shown:
        assert page.status_code == 200
        assert "Noa (Adopt South)" in page.text
        assert "Hart" not in page.text
    assert "From Adopt South." in shown[1].text
    assert pictures.status_code == 200
