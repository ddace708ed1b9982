"""Agreements to lend mentors: proposed by one agency, agreed by the other, seen by both alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kernel.access import Actor
from kernel.db import Db
from services.matching import jobs
from services.matching.actions import lending
from services.matching.actions.agency_settings import set_agency_settings
from services.matching.model.ids import AgencyId, AgreementId
from services.matching.model.lending import AgreementState
from services.matching.refusals import Why
from services.matching.states.lending import AgreementMove
from tests.databases import Clock, Databases
from tests.matching.lent import OLA, OTTO, PAT, PIA, Lenders
from tests.matching.register import ADI, CLEO, DEV, DORA, OMAR, PRIYA, SOL, WYN, Refuses

AGREE, TURN_DOWN = AgreementMove.AGREE, AgreementMove.TURN_DOWN
TAKE_BACK, GIVE_NOTICE = AgreementMove.TAKE_BACK, AgreementMove.GIVE_NOTICE


@pytest.fixture
def agency(matching_db: Db, clock: Clock, databases: Databases) -> Lenders:
    return Lenders(matching_db, clock, databases)


async def seen_by(agency: Lenders, by: Actor) -> list[AgreementId]:
    found, total = await lending.agreements_page(agency.ask(by), after=None, limit=20)
    assert total == len(found)
    return [each.agreement.id for each in found]


async def state_of(agency: Lenders, agreement: AgreementId) -> lending.AgreementSeen:
    return (await lending.agreements_by_id(agency.ask(ADI), [agreement]))[agreement]


async def audited_by(agency: Lenders, by: Actor) -> list[tuple[str, str | None]]:
    async with agency.db.begin(by, readonly=True) as turn:
        rows = await turn.fetch("SELECT what, why FROM audit WHERE what LIKE '%lending%'")
    return sorted((row["what"], row["why"]) for row in rows)


async def test_it_counts_once_the_other_agencys_admin_has_agreed(agency: Lenders) -> None:
    agreement = await agency.proposed()
    before = await state_of(agency, agreement)

    await agency.move(agreement, AGREE, by=PIA)
    after = await state_of(agency, agreement)

    assert (before.agreement.state, before.in_force) == (AgreementState.PROPOSED, False)
    assert (after.agreement.state, after.in_force) == (AgreementState.AGREED, True)
    assert (after.agreement.lender, after.agreement.borrower) == ("AS", "ATV")


async def test_both_agencies_see_it_and_nobody_else(agency: Lenders) -> None:
    agreement = await agency.agreed()

    for by in (CLEO, ADI, SOL, PRIYA, PIA, PAT):
        assert await seen_by(agency, by) == [agreement], by
    for by in (OLA, OTTO, OMAR, WYN, DORA, DEV, Actor.nobody()):
        assert await seen_by(agency, by) == [], by
        assert await lending.agreements_by_id(agency.ask(by), [agreement]) == {}
        assert await lending.standings(agency.ask(by), [agreement]) == {}


async def test_rows_of_others_are_no_rows(agency: Lenders) -> None:
    """Row security alone: whatever a statement asks for."""
    agreement = await agency.agreed()
    tables = ("lending_agreement", "lending_year", "loan")

    async def rows(by: Actor) -> list[int]:
        async with agency.db.begin(by, readonly=True) as turn:
            return [await turn.fetchval(f"SELECT count(*) FROM {table}") for table in tables]

    assert agreement
    for by in (CLEO, PRIYA, SOL, Actor.system("AS")):
        assert (await rows(by))[0] == 1, by
    for by in (OLA, OTTO, OMAR, WYN, DORA, DEV, Actor.nobody(), Actor.system("OAWY")):
        assert await rows(by) == [0, 0, 0], by


async def test_an_agreement_of_others_is_answered_as_one_that_never_was(agency: Lenders) -> None:
    agreement = await agency.proposed()

    for which in (agreement, AgreementId(uuid4())):
        with Refuses(Why.NOT_FOUND):
            await agency.move(which, AGREE, by=OTTO)


async def test_each_move_is_made_by_whom_the_table_says(agency: Lenders) -> None:
    agreement = await agency.proposed()

    for by, move in ((CLEO, AGREE), (ADI, AGREE), (PRIYA, AGREE), (PRIYA, TAKE_BACK)):
        with Refuses(Why.NOT_ALLOWED):
            await agency.move(agreement, move, by=by)
    with Refuses(Why.NOT_ALLOWED):
        await agency.move(agreement, AGREE, by=PAT)
    with Refuses(Why.LENDING_MOVE_NOT_NOW):
        await agency.move(agreement, GIVE_NOTICE, by=PIA, reason="We are short ourselves")
    await agency.move(agreement, AGREE, by=PIA)
    with Refuses(Why.LENDING_MOVE_NOT_NOW):
        await agency.move(agreement, TAKE_BACK, by=CLEO)
    with Refuses(Why.NOT_ALLOWED):
        await agency.move(agreement, GIVE_NOTICE, by=CLEO, reason="We do not need it")


async def test_turned_down_and_taken_back_make_room_for_another(agency: Lenders) -> None:
    first = await agency.proposed()
    with Refuses(Why.REASON_MISSING, field="reason"):
        await agency.move(first, TURN_DOWN, by=PIA)
    await agency.move(first, TURN_DOWN, by=PIA, reason="Not before summer")

    second = await agency.proposed()
    await agency.move(second, TAKE_BACK, by=CLEO)
    third = await agency.proposed()

    assert set(await seen_by(agency, CLEO)) == {first, second, third}
    assert (await state_of(agency, first)).agreement.state is AgreementState.TURNED_DOWN
    assert (await state_of(agency, second)).agreement.state is AgreementState.TAKEN_BACK


async def test_either_ends_it_with_the_notice_that_was_agreed(
    agency: Lenders, clock: Clock
) -> None:
    agreement = await agency.agreed(notice_days=30)
    with Refuses(Why.REASON_MISSING, field="reason"):
        await agency.move(agreement, GIVE_NOTICE, by=ADI)

    await agency.move(agreement, GIVE_NOTICE, by=ADI, reason="We have enough of our own")
    noticed = await state_of(agency, agreement)
    last = agency.today + timedelta(days=30)
    early = await jobs.end_lending(agency.ask)
    await clock.advance(days=31)
    late = await jobs.end_lending(agency.ask)
    again = await jobs.end_lending(agency.ask)

    assert (noticed.in_force, noticed.agreement.until_on) == (True, last)
    assert (early, late, again) == (0, 1, 0)
    ended = await state_of(agency, agreement)
    assert (ended.agreement.state, ended.in_force) == (AgreementState.ENDED, False)


async def test_each_deed_is_in_the_audit_of_both(agency: Lenders) -> None:
    agreement = await agency.agreed()
    await agency.move(agreement, GIVE_NOTICE, by=PIA, reason="Two mentors retire")

    told = [
        ("lending_agree", None),
        ("lending_give_notice", "Two mentors retire"),
        ("proposed_lending", None),
    ]
    assert await audited_by(agency, SOL) == told
    assert await audited_by(agency, PAT) == told
    assert await audited_by(agency, replace(SOL, agency="OAWY")) == []


async def test_a_second_one_the_same_way_is_refused_and_one_the_other_way_is_not(
    agency: Lenders,
) -> None:
    await agency.proposed()

    with Refuses(Why.LENDING_STANDS, field="partner"):
        await agency.proposed()
    with Refuses(Why.LENDING_STANDS, field="partner"):
        await agency.proposed(by=PIA, partner=AgencyId("ATV"), we_lend=True)
    assert await agency.proposed(we_lend=True)


@pytest.mark.parametrize(
    ("changes", "why", "field"),
    [
        ({"partner": AgencyId("ATV")}, Why.LENDING_TO_ITSELF, "partner"),
        ({"partner": AgencyId("NOWHERE")}, Why.LENDING_AGENCY_UNKNOWN, "partner"),
        ({"places_a_year": 0}, Why.SETTING_OUT_OF_RANGE, "placesAYear"),
        ({"places_a_year": 51}, Why.SETTING_OUT_OF_RANGE, "placesAYear"),
        ({"share": 0}, Why.SETTING_OUT_OF_RANGE, "share"),
        ({"notice_days": 6}, Why.SETTING_OUT_OF_RANGE, "noticeDays"),
    ],
)
async def test_what_is_not_safe_is_refused_at_its_field(
    agency: Lenders, changes: dict[str, Any], why: Why, field: str
) -> None:
    with Refuses(why, field=field):
        await agency.proposed(**changes)


async def test_days_run_forward_and_not_for_ever(agency: Lenders) -> None:
    with Refuses(Why.DATE_HAS_PASSED, field="fromOn"):
        await agency.proposed(from_on=agency.today - timedelta(days=1))
    with Refuses(Why.DATES_OUT_OF_ORDER, field="untilOn"):
        await agency.proposed(until_on=agency.today - timedelta(days=1))
    with Refuses(Why.LENDING_TOO_LONG, field="untilOn"):
        await agency.proposed(until_on=agency.today + timedelta(days=1099))


async def test_only_a_coordinator_or_an_admin_proposes(agency: Lenders) -> None:
    for by in (SOL, OMAR, WYN, DORA, DEV):
        with Refuses(Why.NOT_ALLOWED):
            await agency.proposed(by=by)


async def test_places_are_dealt_out_by_the_shares_of_all_whom_one_lends_to(
    agency: Lenders,
) -> None:
    """Twelve in the year, three parts to one: nine and three, whatever each asked for."""
    ours = await agency.agreed(places_a_year=20, share=3)
    theirs = await agency.agreed(by=OLA, places_a_year=20, share=1)

    mine = (await lending.standings(agency.ask(CLEO), [ours, theirs]))[ours]
    both = await lending.standings(agency.ask(PRIYA), [ours, theirs])

    assert (mine.places, mine.fair, mine.used, mine.left) == (9, 9.0, 0, 9)
    assert {both[ours].places, both[theirs].places} == {9, 3}


async def test_an_agency_that_lends_none_in_the_year_lends_none(agency: Lenders) -> None:
    agreement = await agency.agreed()

    await set_agency_settings(
        agency.ask(PIA), values={"lent_a_year": "0"}, restores=None, version=0, why="We are short"
    )

    assert (await lending.standings(agency.ask(CLEO), [agreement]))[agreement].left == 0
