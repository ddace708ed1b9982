"""May we come? Every case of domain.md A4a and of rows 39 and 40, by the rules that ship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import ChildHere, FamilyCard, SpanHere
from services.events.actions.cards import record_family_card
from services.events.actions.eligibility import may_come
from services.events.model.eligibility import Answer, Eligibility, RuleKind, ServiceKind
from services.events.rules.eligibility import FITS
from services.events.store.whole import Whole

FAMILY = UUID(int=5)
HOME = Actor("adopter", UUID(int=6), None, UUID(int=7), FAMILY)
COURSE, HELPDESK, WORKSHOP = ServiceKind.COURSE, ServiceKind.HELPDESK, ServiceKind.WORKSHOP
INFORMATION = ServiceKind.INFORMATION
X_TO_Y = [
    SpanHere(desk="AS", until_on=date(2026, 3, 11)),
    SpanHere(desk="OAWY", from_on=date(2026, 3, 11)),
]
"""Order 10 March 2023 by a council of Adopt South; the family lives in West Yorkshire."""


def child(*spans: SpanHere, band: str = "4-5", **more: object) -> ChildHere:
    return ChildHere(age_band=band, spans=list(spans), **more)  # type: ignore[arg-type]


def card(*children: ChildHere, **more: object) -> FamilyCard:
    told = FamilyCard(
        family_id=FAMILY,
        version=1,
        agency="ATV",
        stage="order_granted",
        reference="ATV-0001",
        children=list(children),
        lives_with="ATV",
        approved_by="ATV",
    )
    return replace(told, **more)  # type: ignore[arg-type]


async def answer(
    db: Db,
    told: FamilyCard,
    service: ServiceKind,
    *,
    agency: str = "ATV",
    on: date = date(2026, 11, 23),
) -> Eligibility:
    await record_family_card(Ask(Actor.system(), db, Whole), told)
    ask = Ask(HOME, db, Whole)
    (said,) = await may_come(ask, FAMILY, [service], agency=agency, on=on)
    return said


def test_every_kind_of_rule_says_what_it_looks_at() -> None:
    assert set(FITS) == set(RuleKind)


async def test_a4a_asked_on_the_anniversary_the_placing_council_answers(events_db: Db) -> None:
    told = card(child(*X_TO_Y), lives_with="OAWY")

    there = await answer(events_db, told, WORKSHOP, agency="AS", on=date(2026, 3, 10))
    here = await answer(events_db, told, WORKSHOP, agency="OAWY", on=date(2026, 3, 10))

    assert (there.answer, here.answer) == (Answer.YES, Answer.NO)
    assert (here.contact, here.contact_until_on) == ("AS", date(2026, 3, 11))
    assert (here.changes_on, here.changes_to) == (date(2026, 3, 11), Answer.YES)


async def test_a4a_asked_on_the_day_after_the_home_council_answers(events_db: Db) -> None:
    told = card(child(*X_TO_Y), lives_with="OAWY")

    here = await answer(events_db, told, WORKSHOP, agency="OAWY", on=date(2026, 3, 11))

    assert (here.answer, here.changes_on) == (Answer.YES, None)


async def test_a4a_placed_and_no_order_yet_is_the_placing_councils(events_db: Db) -> None:
    told = card(child(SpanHere(desk="OAWY")), stage="placed")

    assert (await answer(events_db, told, WORKSHOP, agency="OAWY")).answer is Answer.YES
    no = await answer(events_db, told, WORKSHOP)
    assert (no.answer, no.contact, no.rule) == (Answer.NO, "OAWY", None)


@pytest.mark.parametrize("service", [HELPDESK, WORKSHOP, COURSE])
async def test_a4a_approved_without_a_child_is_the_approving_agencys(
    events_db: Db, service: ServiceKind
) -> None:
    told = card(stage="approved", lives_with="OAWY")

    assert (await answer(events_db, told, service)).answer is Answer.YES
    no = await answer(events_db, told, service, agency="OAWY")
    assert (no.answer, no.contact) == (Answer.NO, "ATV")


async def test_a4a_of_two_children_one_is_enough_and_is_named_by_age_band(events_db: Db) -> None:
    elder = child(SpanHere(desk="AS", until_on=date(2027, 5, 2)), band="9-11")
    younger = child(SpanHere(desk="OAWY"), band="2-3")

    said = await answer(events_db, card(elder, younger), WORKSHOP, agency="OAWY")

    assert (said.answer, said.child) == (Answer.YES, "2-3")


async def test_a4a_adopted_through_hampshire_long_ago_and_living_there(events_db: Db) -> None:
    told = card(child(SpanHere(desk="AS"), adopted_through="AS"), lives_with="AS")

    assert (await answer(events_db, told, WORKSHOP, agency="AS")).answer is Answer.YES


async def test_row_40_adopted_through_hampshire_at_any_time_wherever_they_live(
    events_db: Db,
) -> None:
    told = card(child(SpanHere(desk="OAWY"), adopted_through="AS"), lives_with="OAWY")

    said = await answer(events_db, told, WORKSHOP, agency="AS")

    assert said.answer is Answer.YES
    assert said.rule is not None
    assert said.rule.kind is RuleKind.ADOPTED_THROUGH


async def test_a4a_placed_by_portsmouth_is_not_hampshires_and_is_sent_there(events_db: Db) -> None:
    told = card(
        child(
            SpanHere(desk="AS-PORTSMOUTH", until_on=date(2027, 11, 23)),
            SpanHere(desk="AS", from_on=date(2027, 11, 23)),
            adopted_through="AS-PORTSMOUTH",
        ),
        lives_with="AS",
    )

    said = await answer(events_db, told, WORKSHOP, agency="AS")

    assert (said.answer, said.contact) == (Answer.NO, "AS-PORTSMOUTH")
    assert said.contact_until_on == date(2027, 11, 23)
    assert (said.changes_on, said.changes_to) == (date(2027, 11, 23), Answer.YES)
    assert said.rule is not None
    assert said.rule.words == "Portsmouth looks after its own families."


@pytest.mark.parametrize("service", [HELPDESK, WORKSHOP, COURSE])
async def test_a4a_living_in_thames_valley_and_more_than_three_years_after(
    events_db: Db, service: ServiceKind
) -> None:
    told = card(child(SpanHere(desk="ATV")), approved_by="OAWY")

    assert (await answer(events_db, told, service)).answer is Answer.YES


async def test_a4a_placed_by_reading_a_year_ago_and_living_elsewhere_is_never_a_silent_no(
    events_db: Db,
) -> None:
    told = card(
        child(
            SpanHere(desk="ATV", until_on=date(2028, 11, 24)),
            SpanHere(desk="OAWY", from_on=date(2028, 11, 24)),
        ),
        lives_with="OAWY",
        approved_by="OAWY",
    )

    for service in (HELPDESK, WORKSHOP, COURSE, ServiceKind.GROUP, ServiceKind.CONSULTATION):
        said = await answer(events_db, told, service)
        assert (said.answer, said.contact) == (Answer.ASK, "ATV")
        assert (said.changes_on, said.changes_to) == (date(2028, 11, 24), Answer.NO)


async def test_row_40_approved_by_thames_valley_and_living_elsewhere(events_db: Db) -> None:
    told = card(child(SpanHere(desk="OAWY")), lives_with="OAWY")

    assert (await answer(events_db, told, COURSE)).answer is Answer.YES
    assert (await answer(events_db, told, HELPDESK)).answer is Answer.NO


@pytest.mark.parametrize("agency", ["ATV", "AS", "OAWY"])
async def test_a4a_adopted_abroad_has_information_and_advice_only(
    events_db: Db, agency: str
) -> None:
    told = card(child(SpanHere(desk=agency), overseas=True), lives_with=agency)

    assert (await answer(events_db, told, WORKSHOP, agency=agency)).answer is Answer.NO
    assert (await answer(events_db, told, INFORMATION, agency=agency)).answer is Answer.YES


async def test_who_is_still_in_assessment_is_told_to_ask(events_db: Db) -> None:
    said = await answer(events_db, card(stage="in_assessment"), WORKSHOP)

    assert (said.answer, said.contact) == (Answer.ASK, "ATV")


async def test_nobody_outside_the_family_and_its_agency_is_answered(events_db: Db) -> None:
    await answer(events_db, card(child(SpanHere(desk="ATV"))), WORKSHOP)

    for actor in (
        Actor("organiser", UUID(int=9), "AS"),
        Actor("partner", UUID(int=9), "ATV"),
        Actor("board_viewer", UUID(int=9), "ATV"),
        replace(HOME, household=UUID(int=8)),
        Actor.nobody(),
    ):
        ask = Ask(actor, events_db, Whole)
        assert await may_come(ask, FAMILY, [WORKSHOP], agency=None, on=None) == []
