"""The front door as a browser without a script uses it, from a family to anybody at all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.relay import read
from services.events.actions.attendance import keep_register
from services.events.actions.booking import book
from services.events.actions.cards import record_family_card
from services.events.actions.gates import set_gates
from services.events.model.attendance import Mark
from services.events.model.gate import EventGate, GateKind
from services.events.model.place import Party
from services.events.store.whole import Whole
from services.matching.actions.families import add_child
from services.matching.model.ids import CouncilCode, FamilyId
from tests.databases import Clock, Databases
from tests.events.programme import FAR, Desk
from tests.events.test_feedback import sittings
from tests.events.test_scenarios_days import begin
from tests.front import Browser, Stage, front
from tests.identity import account
from tests.matching.register import CHILD, CLEO, Register
from tests.matching.test_resync import told
from tests.suite.places import open_to_all

ORGANISER = Actor("organiser", account("omar"), "ATV")
HOME = Actor("adopter", None, "ATV", UUID(int=7), None)
RULE = re.compile(r'href="(/eligibility/[0-9a-f-]{36})"')
TAKE_BACK = re.compile(r'action="(/call-back/[0-9a-f-]+/take-back)"')
SETTLE = re.compile(r'action="(/call-backs/[0-9a-f-]+)"')


@pytest.fixture
async def stage(databases: Databases) -> AsyncIterator[Stage]:
    async with front(databases, with_events=True) as stage:
        await stage.scene.add("omar", ("organiser", "ATV"))
        await stage.scene.add("adi", ("agency_admin", "ATV"))
        await stage.scene.add("priya", ("organiser", "AS"))
        await stage.scene.add("ana", ("adopter", "ATV"), second_factor=False)
        yield stage


@pytest.fixture
async def family(stage: Stage, databases: Databases) -> FamilyId:
    """Ana's: a child placed in March by a council of Adopt South, and no order yet."""
    register = Register(stage.scene.db)
    family = await register.family()
    placed = replace(CHILD, placing_council=CouncilCode("E10000014"))
    await add_child(register.ask(CLEO), family=family, given=placed)
    await stage.scene.write(
        "UPDATE adult SET account_id = $1 WHERE family_id = $2", account("ana"), UUID(str(family))
    )
    events = await databases.serving("events")
    await carry(stage.scene.db, events)
    return family


async def carry(register: Db, events: Db) -> None:
    for body in await told(register, "events", "family_card"):
        card = read("family_card", body)
        await record_family_card(Ask(Actor.system(), events, Whole), card)  # type: ignore[arg-type]


async def signed_in(stage: Stage, subject: str) -> Browser:
    browser = stage.browser()
    await browser.sign_in(subject)
    return browser


async def test_a_family_hears_who_can_say_yes_and_is_rung_by_them(
    stage: Stage, family: FamilyId
) -> None:
    ana = await signed_in(stage, "ana")

    listed = await ana.see("/can-we-come")
    await ana.see("/can-we-come/workshop")
    asked = await ana.send("/can-we-come/workshop")
    form = await ana.see(asked.headers["location"])
    empty = await ana.send("/call-back", {"telephone": "", "bestTime": "ANY", "service": ""})
    await ana.see(asked.headers["location"])
    sent = await ana.send("/call-back", {"telephone": "01632 960 001", "service": "WORKSHOP"})
    after = await ana.see("/can-we-come/workshop")
    mine = await ana.see("/call-back")

    assert listed.text.count("Not with us just now") == 4
    assert asked.headers["location"] == "/call-back?desk=AS&service=WORKSHOP"
    assert "Adopt South" in form.text
    assert empty.status_code == 422
    assert "that agency has none of yours" in empty.text
    assert sent.status_code == 303
    assert "Adopt South looks after support for your family" in after.text
    assert "On record: you asked on" in after.text
    assert "They ring by" in mine.text
    (path,) = TAKE_BACK.findall(mine.text)
    assert (await ana.send(path)).status_code == 303
    assert "Taken back" in (await ana.see("/call-back")).text


async def test_whoever_is_asked_to_ring_sees_it_and_settles_it(
    stage: Stage, family: FamilyId
) -> None:
    omar, priya = await signed_in(stage, "omar"), await signed_in(stage, "priya")

    here = f"/families/{family}/can-they-come/workshop"
    await omar.see(here)
    kept = await omar.send(here)
    shown = await omar.see(here)
    rung = await omar.send(f"{here}/ring", {"bestTime": "MORNING", "telephone": "01632 960 001"})
    ours = await omar.see("/call-backs")
    theirs = await priya.see("/call-backs")
    (path,) = SETTLE.findall(theirs.text)
    settled = await priya.send(path, {"move": "RING"})

    assert (kept.status_code, rung.status_code, settled.status_code) == (303, 303, 303)
    assert "On record: they asked on" in shown.text
    assert "Nobody waits for a call" in ours.text
    assert "01632 960 001" in theirs.text
    assert "ATV-0001" not in theirs.text
    assert "Nobody waits for a call" in (await priya.see("/call-backs")).text


async def test_another_agencys_family_is_a_page_that_is_not_there(
    stage: Stage, family: FamilyId
) -> None:
    priya = await signed_in(stage, "priya")

    assert (await priya.see(f"/families/{family}/can-they-come")).status_code == 404
    assert (await priya.see("/can-we-come")).status_code == 404


async def test_an_admin_changes_a_rule_and_the_organiser_reads_it(stage: Stage) -> None:
    adi, omar = await signed_in(stage, "adi"), await signed_in(stage, "omar")
    rules = await adi.see("/eligibility")
    path = RULE.findall(rules.text)[0]

    shown = await adi.see(path)
    given = {
        "place": "90", "kind": "ANYBODY", "desks": "", "answer": "YES", "contact": "",
        "words": "Advice is for everybody.", "source": "Ours", "fromOn-day": "1",
        "fromOn-month": "4", "fromOn-year": "2026", "lastOn-day": "", "lastOn-month": "",
        "lastOn-year": "",
    }  # fmt: skip
    silent = await adi.send(path, {**given, "reason": ""})
    undated = await adi.send(path, {**given, "fromOn-month": "13", "reason": "So"})
    await adi.see(path)
    saved = await adi.send(path, {**given, "reason": "Plainer words"})
    await adi.see("/eligibility/new/workshop")
    added = await adi.send(
        "/eligibility/new/workshop",
        {**given, "desks": "ATV", "kind": "LIVING", "reason": "A trial"},
    )
    read_by = await omar.see(path)

    assert "Information and advice are for everybody who asks." in shown.text
    assert (silent.status_code, undated.status_code) == (422, 422)
    assert "Say why" in silent.text
    assert (saved.status_code, added.status_code) == (303, 303)
    assert "Version 2" in read_by.text
    assert "Plainer words" in read_by.text
    assert 'name="reason"' not in read_by.text
    assert "A trial" not in read_by.text


async def test_hours_that_an_admin_sets_are_read_by_anybody(stage: Stage) -> None:
    adi, nobody = await signed_in(stage, "adi"), stage.browser()
    await adi.see("/contact/ATV/hours")
    given = {
        "opens-1": "09:15", "closes-1": "12:45", "replyWeekdays": "1", "replyDays": "3",
        "telephone": "01632 960 002", "email": "desk@example.org", "website": "example.org",
        **{f"{what}-{day}": "" for day in range(2, 8) for what in ("opens", "closes")},
    }  # fmt: skip

    odd = await adi.send("/contact/ATV/hours", {**given, "closes-1": "noon"})
    await adi.see("/contact/ATV/hours")
    saved = await adi.send("/contact/ATV/hours", given)
    seen = await nobody.see("/contact?agency=ATV")

    assert (odd.status_code, saved.status_code) == (422, 303)
    assert "09:15 to 12:45" in seen.text
    assert "01632 960 002" in seen.text
    assert (await adi.see("/contact/AS/hours")).status_code == 404


async def test_the_page_of_whom_to_ring_is_there_before_signing_in(stage: Stage) -> None:
    nobody = stage.browser()

    asked = await nobody.see("/contact")
    unknown = await nobody.see("/contact?agency=XX")

    assert (asked.status_code, unknown.status_code) == (200, 200)
    assert "Adopt Thames Valley" in asked.text
    assert "If you are worried" in asked.text


async def test_gates_of_who_waits_are_marked_on_a_page(stage: Stage, databases: Databases) -> None:
    desk = Desk(await databases.serving("events"), Clock(databases), by=ORGANISER)
    event = await desk.event(capacity=1)
    by_on = date(2026, 12, 14)
    gate = EventGate(event_id=event, kind=GateKind.ASSESSMENT_DONE, by_on=by_on)
    await set_gates(desk.ask(ORGANISER), event=event, gates=[gate])
    await desk.full(event, "Lund")
    await desk.family("Hart")
    line = f"/gates/{event}/lines/{await desk.join('Hart', event)}"
    omar = await signed_in(stage, "omar")
    kind = {"kind": "ASSESSMENT_DONE", "move": "MEET"}
    name = "on-ASSESSMENT_DONE"
    day = {f"{name}-day": "23", f"{name}-month": "11", f"{name}-year": "2026"}

    opened = await omar.see(line)
    no_day = await omar.send(f"{line}/mark", kind)
    cleared = await omar.send(f"{line}/mark", {**kind, **day})

    assert "Number 1 on the list: not cleared yet" in opened.text
    assert (no_day.status_code, cleared.headers["location"]) == (422, f"/gates/{event}")
    assert "Number 1 on the list is cleared" in (await omar.see(line)).text
    assert "Who waits" in (await omar.see(f"/gates/{event}")).text


async def test_gates_are_set_marked_and_funding_is_written_down(
    stage: Stage, family: FamilyId, databases: Databases
) -> None:
    desk = Desk(await databases.serving("events"), Clock(databases), by=ORGANISER)
    await open_to_all(desk.ask(replace(ORGANISER, role="agency_admin")))
    event = await desk.event(capacity=2, at=(datetime.fromisoformat("2027-03-30T18:00"),))
    omar, ana = await signed_in(stage, "omar"), await signed_in(stage, "ana")
    here = f"/gates/{event}"

    await omar.see(f"{here}/wanted")
    kind = "FUNDING_APPROVED"
    days = {f"byOn-{kind}-day": "14", f"byOn-{kind}-month": "12", f"byOn-{kind}-year": "2026"}
    undated = await omar.send(f"{here}/wanted", {f"asks-{kind}": "yes"})
    saved = await omar.send(f"{here}/wanted", {f"asks-{kind}": "yes", **days})
    party = Party(adults=1, children=("4-5",))
    home = replace(HOME, account=account("ana"), household=UUID(str(family)))
    booking = await book(desk.ask(home), event=event, party=party)
    held = await ana.see("/held-places")
    listed = await omar.see(here)
    place = f"{here}/places/{booking}"
    await omar.see(place)
    given = {"child": "1", "amount-1": "3,100", "year-1": "2026", "reference-1": "ASF-1"}
    kept = await omar.send(f"{place}/funding", given)
    over = await omar.see(place)
    day = {f"on-{kind}-day": "23", f"on-{kind}-month": "11", f"on-{kind}-year": "2026"}
    marked = await omar.send(f"{place}/mark", {"kind": kind, "move": "MEET", **day})

    assert (undated.status_code, saved.status_code, kept.status_code) == (422, 303, 303)
    assert "Held to Monday 14 December" in held.text
    assert "Funding approved" in held.text
    assert "One place not cleared" in listed.text
    assert "More than the limit of £3,000" in over.text
    assert marked.headers["location"] == here
    assert "No place is waiting for anything" in (await ana.see("/held-places")).text


async def test_d7_who_was_not_there_twice_is_rung_kindly(
    stage: Stage, family: FamilyId, databases: Databases, clock: Clock
) -> None:
    desk = Desk(await databases.serving("events"), clock)
    await open_to_all(desk.ask(replace(ORGANISER, role="agency_admin")))
    home = Actor("adopter", account("ana"), None, None, UUID(str(family)))
    for week in range(2):
        event = await desk.event(at=[FAR + timedelta(weeks=week)])
        place = await book(desk.ask(home), event=event, party=Party(adults=1))
        await begin(desk, event)
        (sitting,) = await sittings(desk, event)
        nobody = Mark(booking_id=place, sitting_id=sitting.id, adults=0, children=0)
        await keep_register(desk.ask(ORGANISER), sitting=sitting.id, marks=[nobody])
    omar, ana = await signed_in(stage, "omar"), await signed_in(stage, "ana")

    listed = await omar.see("/call-backs")
    mine = await ana.see("/call-back")
    (path,) = SETTLE.findall(listed.text)
    await omar.see("/call-backs")
    settled = await omar.send(path, {"move": "RING"})

    assert "Whether all is well" in listed.text
    assert "They lose nothing by it." in listed.text
    assert "would like to hear how you are" in mine.text
    assert settled.status_code == 303
    assert "Nobody waits for a call" in (await omar.see("/call-backs")).text
