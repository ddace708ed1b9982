"""Whether one may come, being rung back, the rules and the hours: who may ask, and what for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db
from kernel.messages import ChildHere, FamilyCard, SpanHere
from kernel.refusal import Refused
from services.events.actions import desks, eligibility
from services.events.actions.cards import record_family_card
from services.events.model.desks import (
    BestTime,
    CallBackId,
    CallBackState,
    DayHours,
    GivenCallBack,
)
from services.events.model.eligibility import Answer, Rule, RuleKind, ServiceKind
from services.events.refusals import Why
from services.events.states.call_backs import CallBackMove
from services.events.store.whole import Whole
from services.matching.places.places import Places
from tests.databases import Clock, Databases

FAMILY, OTHER = UUID(int=5), UUID(int=15)
HOME = Actor("adopter", UUID(int=6), None, UUID(int=7), FAMILY)
OMAR = Actor("organiser", UUID(int=8), "ATV")
ADI = Actor("agency_admin", UUID(int=9), "ATV")
PRIYA = Actor("organiser", UUID(int=10), "AS")
DEV = Actor("nobody", UUID(int=11))
COURSE, WORKSHOP = ServiceKind.COURSE, ServiceKind.WORKSHOP
TO_BE_RUNG = GivenCallBack(
    desk="ATV", service="workshop", words=" About  sleep ", best_time=BestTime.ANY, telephone=""
)
ELSEWHERE = replace(TO_BE_RUNG, desk="AS", telephone="01632 960 001")


@pytest.fixture
async def db(events_db: Db) -> Db:
    """Placed by a council of Adopt South, two years ago; kept by Adopt Thames Valley."""
    spans = [
        SpanHere(desk="AS", until_on=date(2027, 11, 24)),
        SpanHere(desk="ATV", from_on=date(2027, 11, 24)),
    ]
    card = FamilyCard(
        family_id=FAMILY,
        version=1,
        agency="ATV",
        stage="order_granted",
        reference="ATV-0001",
        children=[ChildHere(age_band="4-5", spans=spans, adopted_through="AS")],
        lives_with="ATV",
        approved_by="OAWY",
    )
    await record_family_card(ask(events_db, Actor.system()), card)
    return events_db


def ask(db: Db, actor: Actor) -> Ask[Whole]:
    return Ask(actor, db, Whole)


async def audited(db: Db, agency: str = "ATV") -> list[str]:
    async with db.begin(Actor("organiser", UUID(int=12), agency), readonly=True) as turn:
        return [row["what"] for row in await turn.fetch("SELECT what FROM audit ORDER BY at")]


async def test_what_is_not_a_yes_is_on_record_with_its_rule_and_a_yes_is_not(db: Db) -> None:
    await eligibility.ask_to_come(ask(db, HOME), family=FAMILY, service=WORKSHOP, agency=None)
    await eligibility.ask_to_come(ask(db, OMAR), family=FAMILY, service=WORKSHOP, agency=None)
    await eligibility.ask_to_come(ask(db, HOME), family=FAMILY, service=WORKSHOP, agency="AS")

    (kept,) = (await eligibility.askings_of(ask(db, HOME), [FAMILY]))[FAMILY]

    assert (kept.service, kept.agency, kept.answer, kept.contact) == (
        WORKSHOP,
        "ATV",
        Answer.NO,
        "AS",
    )
    assert await audited(db) == ["asked_to_come"] * 3
    assert await eligibility.askings_of(ask(db, PRIYA), [FAMILY]) == {}


@pytest.mark.parametrize("actor", [PRIYA, DEV, replace(HOME, household=OTHER), Actor.nobody()])
async def test_nobody_else_asks_for_a_family(db: Db, actor: Actor) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        await eligibility.ask_to_come(ask(db, actor), family=FAMILY, service=COURSE, agency=None)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await desks.ask_to_be_rung(ask(db, actor), family=FAMILY, given=TO_BE_RUNG)


async def test_a_family_not_told_of_yet_is_asked_to_wait(db: Db) -> None:
    new = replace(HOME, household=OTHER)

    with pytest.raises(Refused, match="NOT_YET_KNOWN_HERE"):
        await eligibility.ask_to_come(ask(db, new), family=OTHER, service=COURSE, agency=None)
    with pytest.raises(Refused, match="NOT_YET_KNOWN_HERE"):
        await desks.ask_to_be_rung(ask(db, new), family=OTHER, given=TO_BE_RUNG)


async def test_an_agency_that_there_is_not_is_refused(db: Db) -> None:
    with pytest.raises(Refused, match="DESK_NOT_KNOWN"):
        await eligibility.ask_to_come(ask(db, HOME), family=FAMILY, service=COURSE, agency="XX")
    with pytest.raises(Refused, match="DESK_NOT_KNOWN"):
        await desks.ask_to_be_rung(
            ask(db, HOME), family=FAMILY, given=replace(TO_BE_RUNG, desk="XX")
        )


async def test_row_37_received_on_friday_12_june_is_due_on_monday_22_june(
    databases: Databases, db: Db, clock: Clock
) -> None:
    await clock.set(datetime.fromisoformat("2026-06-12T10:00:00+01:00"))

    added = await desks.ask_to_be_rung(ask(db, HOME), family=FAMILY, given=TO_BE_RUNG)

    (listed,), total = await desks.call_backs_page(ask(db, OMAR), after=None, limit=9)
    assert (listed.id, listed.due_on, total) == (added, date(2026, 6, 22), 1)
    assert (listed.reference, listed.words) == ("ATV-0001", "About sleep")


async def test_one_call_is_asked_for_at_a_time_and_settled_once(db: Db) -> None:
    added = await desks.ask_to_be_rung(ask(db, HOME), family=FAMILY, given=TO_BE_RUNG)
    with pytest.raises(Refused, match="RUNG_BACK_ALREADY"):
        await desks.ask_to_be_rung(ask(db, OMAR), family=FAMILY, given=TO_BE_RUNG)

    await desks.move_call_back(ask(db, OMAR), call_back=added, move=CallBackMove.RING)
    with pytest.raises(Refused, match="CALL_BACK_SETTLED"):
        await desks.move_call_back(ask(db, HOME), call_back=added, move=CallBackMove.WITHDRAW)
    await desks.ask_to_be_rung(ask(db, OMAR), family=FAMILY, given=TO_BE_RUNG)

    mine = (await desks.call_backs_of(ask(db, HOME), [FAMILY]))[FAMILY]
    assert sorted(one.state for one in mine) == [CallBackState.ASKED, CallBackState.RUNG]
    assert await audited(db) == ["asked_to_be_rung", "call_back_rung", "asked_to_be_rung"]


async def test_another_agency_has_the_number_until_it_has_rung_and_no_reference(db: Db) -> None:
    with pytest.raises(Refused, match="NUMBER_MISSING"):
        await desks.ask_to_be_rung(
            ask(db, HOME), family=FAMILY, given=replace(ELSEWHERE, telephone="")
        )
    added = await desks.ask_to_be_rung(ask(db, HOME), family=FAMILY, given=ELSEWHERE)

    (before,), _ = await desks.call_backs_page(ask(db, PRIYA), after=None, limit=9)
    await desks.move_call_back(ask(db, PRIYA), call_back=added, move=CallBackMove.MISS)
    after = (await desks.call_backs_by_id(ask(db, PRIYA), [added]))[added]

    assert (before.telephone, before.reference) == ("01632 960 001", "")
    assert after.telephone is None
    assert await desks.call_backs_page(ask(db, OMAR), after=None, limit=9) == ([], 0)


async def test_a_call_is_settled_by_its_desk_and_taken_back_by_its_family_alone(db: Db) -> None:
    added = await desks.ask_to_be_rung(ask(db, HOME), family=FAMILY, given=TO_BE_RUNG)

    for actor, move, why in (
        (PRIYA, CallBackMove.RING, "NOT_FOUND"),
        (DEV, CallBackMove.RING, "NOT_FOUND"),
        (HOME, CallBackMove.RING, "NOT_ALLOWED"),
        (OMAR, CallBackMove.WITHDRAW, "NOT_ALLOWED"),
    ):
        with pytest.raises(Refused, match=why):
            await desks.move_call_back(ask(db, actor), call_back=added, move=move)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await desks.move_call_back(
            ask(db, OMAR), call_back=CallBackId(OTHER), move=CallBackMove.RING
        )


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"words": "x" * 301}, Why.TOO_LONG, "words"),
        ({"words": "We live at RG30 4AB"}, Why.LOOKS_LIKE_A_POSTCODE, "words"),
        ({"desk": "AS", "telephone": "ring me"}, Why.NOT_A_NUMBER, "telephone"),
    ],
)
async def test_what_cannot_be_kept_of_a_call_is_refused(
    db: Db, change: dict[str, str], why: Why, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await desks.ask_to_be_rung(
            ask(db, HOME),
            family=FAMILY,
            given=replace(TO_BE_RUNG, **change),  # type: ignore[arg-type]
        )

    assert (refused.value.why, refused.value.field) == (why, field)


async def test_a_family_rings_who_answers_for_its_child(db: Db) -> None:
    found = await desks.desks_of_family(ask(db, HOME), [FAMILY])

    assert [seen.desk.code for seen in found[FAMILY]] == ["AS"]
    assert await desks.desks_of_family(ask(db, PRIYA), [FAMILY]) == {}


async def the_rule(db: Db, kind: RuleKind = RuleKind.RESPONSIBLE) -> Rule:
    rules = await eligibility.rules_of_agency(ask(db, OMAR))
    return next(r for r in rules if (r.service, r.kind) == (WORKSHOP, kind))


def given_of(rule: Rule, **changes: object) -> eligibility.GivenRule:
    given = eligibility.GivenRule(
        place=rule.place,
        kind=rule.kind,
        desks=rule.desks,
        from_on=rule.from_on,
        until_on=rule.until_on,
        answer=rule.answer,
        contact=rule.contact,
        words=rule.words,
        source=rule.source,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


async def test_an_admin_changes_a_rule_with_why_and_what_it_was_stays(db: Db) -> None:
    rule = await the_rule(db)
    given = given_of(rule, desks=("ATV", "AS"), answer=Answer.YES, words="Come in.")

    await eligibility.change_rule(
        ask(db, ADI), rule=rule.id, version=1, given=given, reason="Agreed in June"
    )

    newest, first = await eligibility.rule_versions(ask(db, OMAR), rule.id)
    (said,) = await eligibility.may_come(
        ask(db, HOME), FAMILY, [WORKSHOP], agency="ATV", on=date(2026, 11, 23)
    )
    assert (newest.rule.version, newest.reason, first.rule.words) == (
        2,
        "Agreed in June",
        rule.words,
    )
    assert said.answer is Answer.YES
    assert await eligibility.rule_versions(ask(db, PRIYA), rule.id) == []
    with pytest.raises(Refused, match="CHANGED_MEANWHILE"):
        await eligibility.change_rule(
            ask(db, ADI), rule=rule.id, version=1, given=given, reason="Again"
        )


async def test_a_new_rule_counts_from_its_day(db: Db) -> None:
    rule = await the_rule(db)
    given = given_of(
        rule, kind=RuleKind.LIVING, place=5, desks=("ATV",), answer=Answer.YES,
        from_on=date(2027, 4, 1), until_on=date(2027, 5, 1),
    )  # fmt: skip

    await eligibility.add_rule(ask(db, ADI), service=WORKSHOP, given=given, reason="A trial")

    on = [date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 30), date(2027, 5, 1)]
    answers = [
        (await eligibility.may_come(ask(db, HOME), FAMILY, [WORKSHOP], agency="ATV", on=day))[0]
        for day in on
    ]
    assert [said.answer for said in answers] == [Answer.NO, Answer.YES, Answer.YES, Answer.NO]
    assert answers[0].changes_on == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"place": 100}, Why.PLACE_OUT_OF_RANGE, "place"),
        ({"until_on": date(1999, 1, 1)}, Why.RULE_ENDS_TOO_SOON, "untilOn"),
        ({"words": " "}, Why.WORDS_MISSING, "words"),
        ({"words": "x" * 301}, Why.TOO_LONG, "words"),
        ({"desks": ()}, Why.DESK_MISSING, "desks"),
        ({"desks": ("XX",)}, Why.DESK_NOT_KNOWN, "desks"),
        ({"contact": "XX"}, Why.DESK_NOT_KNOWN, "contact"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused(
    db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    rule = await the_rule(db)

    with pytest.raises(Refused) as refused:
        await eligibility.change_rule(
            ask(db, ADI), rule=rule.id, version=1, given=given_of(rule, **change), reason="So"
        )

    assert (refused.value.why, refused.value.field) == (why, field)


async def test_only_the_agencys_admin_sets_rules_and_says_why(db: Db) -> None:
    rule = await the_rule(db)
    given = given_of(rule)

    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await eligibility.change_rule(
            ask(db, OMAR), rule=rule.id, version=1, given=given, reason="So"
        )
    with pytest.raises(Refused, match="NOT_FOUND"):
        await eligibility.change_rule(
            ask(db, replace(ADI, agency="AS")), rule=rule.id, version=1, given=given, reason="So"
        )
    with pytest.raises(Refused, match="NOT_ALLOWED"):
        await eligibility.add_rule(ask(db, OMAR), service=COURSE, given=given, reason="So")
    with pytest.raises(Refused, match="REASON_NEEDED"):
        await eligibility.change_rule(
            ask(db, ADI), rule=rule.id, version=1, given=given, reason=" "
        )


HOURS = desks.GivenDesk(
    website="example.org/adoption",
    telephone="01632 960 002",
    email="desk@example.org",
    hours=(DayHours(3, time(9), time(12)),),
    reply_weekdays=frozenset({3}),
    reply_days=2,
)


async def test_an_admin_changes_their_own_desk_and_everybody_reads_it(db: Db) -> None:
    await desks.change_desk(ask(db, ADI), code="ATV", version=1, given=HOURS)

    seen = (await desks.desks_by_code(ask(db, Actor.nobody()), ["ATV"]))["ATV"].desk
    assert (seen.hours, seen.reply_weekdays, seen.telephone, seen.version) == (
        HOURS.hours,
        frozenset({3}),
        "01632 960 002",
        2,
    )
    with pytest.raises(Refused, match="CHANGED_MEANWHILE"):
        await desks.change_desk(ask(db, ADI), code="ATV", version=1, given=HOURS)
    for actor in (OMAR, replace(ADI, agency="AS"), HOME):
        with pytest.raises(Refused, match="NOT_ALLOWED"):
            await desks.change_desk(ask(db, actor), code="ATV", version=2, given=HOURS)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await desks.change_desk(ask(db, ADI), code="XX", version=1, given=HOURS)


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"telephone": "ring us"}, Why.NOT_A_NUMBER, "telephone"),
        ({"website": "https://example.org"}, Why.NOT_A_WEBSITE, "website"),
        ({"email": "desk at example"}, Why.NOT_AN_ADDRESS, "email"),
        ({"hours": (DayHours(1, time(9), time(9)),)}, Why.HOURS_OUT_OF_ORDER, "hours"),
        ({"hours": (DayHours(8, time(9), time(10)),)}, Why.DAYS_OUT_OF_RANGE, "replyDays"),
        ({"reply_weekdays": frozenset()}, Why.DAYS_OUT_OF_RANGE, "replyDays"),
        ({"reply_days": 21}, Why.DAYS_OUT_OF_RANGE, "replyDays"),
    ],
)
async def test_a_desk_that_cannot_be_is_refused(
    db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await desks.change_desk(
            ask(db, ADI),
            code="ATV",
            version=1,
            given=replace(HOURS, **change),  # type: ignore[arg-type]
        )

    assert (refused.value.why, refused.value.field) == (why, field)


async def test_the_desks_are_the_agencies_and_own_desks_of_the_register(db: Db) -> None:
    places = Places.load()
    own = {council.desk: council.agency for council in places.councils.values()}

    found = {seen.desk.code: seen.desk for seen in await desks.front_desks(ask(db, DEV))}

    assert {code: desk.agency for code, desk in found.items()} == own | {
        code: code for code in places.agencies
    }
    assert all(found[code].name == agency.name for code, agency in places.agencies.items())
