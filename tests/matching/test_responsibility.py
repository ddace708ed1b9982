"""Who answers for a child: every case of domain.md A4a that is a matter of dates, and its moves."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db
from services.matching.actions.agency_settings import foresee, set_agency_settings
from services.matching.actions.families import add_child, correct_child, correct_family, move_stage
from services.matching.actions.reading import spans_of as spans_seen
from services.matching.actions.responsibility import keep_responsibility, responsibility_due
from services.matching.jobs import keep_responsibility as sweep
from services.matching.model.agency_settings import SettingForeseen
from services.matching.model.family import AgencySpan, Stage
from services.matching.model.given import GivenChild
from services.matching.model.ids import CouncilCode, FamilyId, Outcode
from services.matching.rules import responsibility
from tests.databases import Clock, Databases
from tests.matching.register import ADI, CHILD, CLEO, FAMILY, READING, Register
from tests.matching.test_resync import told

HAMPSHIRE, PORTSMOUTH = CouncilCode("E10000014"), CouncilCode("E06000044")
ORDERED = replace(
    CHILD, placed_on=date(2022, 6, 1), order_on=date(2023, 3, 10), placing_council=HAMPSHIRE
)
ATV = Actor.system("ATV")


def test_the_examples_hold() -> None:
    assert doctest.testmod(responsibility).failed == 0


async def spans(register: Register, family: FamilyId) -> list[AgencySpan]:
    """Those of the family's one child, as they are told."""
    found = (await spans_seen(register.ask(CLEO), [family]))[family]
    return [seen.span for seen in found if seen.span.child_id]


async def family_with(register: Register, child: GivenChild = ORDERED) -> FamilyId:
    family = await register.family()
    await add_child(register.ask(CLEO), family=family, given=child)
    return family


def who_on(spans: list[AgencySpan], on: date) -> list[str]:
    return [
        span.agency
        for span in spans
        if span.from_on <= on and (span.until_on is None or on < span.until_on)
    ]


async def test_the_anniversary_itself_is_still_the_placing_councils(matching_db: Db) -> None:
    """Order 10 March 2023 by a council of Adopt South; the family lives in Thames Valley's area."""
    register = Register(matching_db)
    found = await spans(register, await family_with(register))

    assert who_on(found, date(2026, 3, 10)) == ["AS"]
    assert who_on(found, date(2026, 3, 11)) == ["ATV"]


@pytest.mark.parametrize(
    ("order_on", "last"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2025, 3, 1), date(2028, 3, 1)),
    ],
)
async def test_the_last_day_of_an_order_of_a_leap_day(
    matching_db: Db, order_on: date, last: date
) -> None:
    register = Register(matching_db)
    found = await spans(register, await family_with(register, replace(ORDERED, order_on=order_on)))

    assert who_on(found, last) == ["AS"]
    assert (found[0].until_on, (found[0].until_on or last) > last) == (found[1].from_on, True)
    assert who_on(found, found[1].from_on) == ["ATV"]
    assert (found[1].from_on - last).days == 1


async def test_a_placed_child_without_an_order_stays_with_the_placing_council(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    (found,) = await spans(register, await family_with(register, replace(ORDERED, order_on=None)))

    assert (found.agency, found.until_on) == ("AS", None)


async def test_before_there_is_a_child_the_approving_agency_answers(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()

    (seen,) = (await spans_seen(register.ask(CLEO), [family]))[family]

    assert (seen.span.agency, seen.span.child_id) == ("ATV", None)


async def test_a_child_adopted_abroad_is_the_home_agencys_from_the_first(matching_db: Db) -> None:
    register = Register(matching_db)
    abroad = replace(ORDERED, overseas=True, order_on=date(2025, 3, 10))

    (found,) = await spans(register, await family_with(register, abroad))

    assert (found.agency, found.from_on, found.until_on) == ("ATV", date(2022, 6, 1), None)


async def test_two_councils_of_one_agency_are_one_span_to_those_who_ring_it(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    within = replace(ORDERED, placing_council=READING)

    (found,) = await spans(register, await family_with(register, within))

    assert (found.agency, found.from_on, found.until_on) == ("ATV", date(2022, 6, 1), None)


async def test_a_corrected_order_moves_the_day(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await family_with(register)
    async with register.ask(CLEO).read() as store:
        (child,) = await store.children.of_families([family])

    later = replace(ORDERED, order_on=date(2025, 6, 30))
    await correct_child(register.ask(CLEO), child=child.id, given=later)
    moved = await spans(register, family)
    await correct_child(register.ask(CLEO), child=child.id, given=replace(later, order_on=None))

    assert [(span.agency, span.until_on) for span in moved] == [
        ("AS", date(2028, 7, 1)),
        ("ATV", None),
    ]
    assert [(span.agency, span.until_on) for span in await spans(register, family)] == [
        ("AS", None)
    ]


async def test_a_family_that_moves_house_after_the_day_keeps_its_past(
    databases: Databases, matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    family = await family_with(register)
    there = replace(FAMILY, outcode=Outcode("PO1"), council=PORTSMOUTH)

    await correct_family(register.ask(CLEO), family=family, given=there)
    await clock.advance(days=40)
    await correct_family(register.ask(CLEO), family=family, given=FAMILY)

    assert [(span.desk, span.from_on) for span in await spans(register, family)] == [
        ("AS", date(2022, 6, 1)),
        ("ATV", date(2026, 3, 11)),
        ("AS-PORTSMOUTH", date(2026, 11, 23)),
        ("ATV", date(2027, 1, 2)),
    ]


async def test_a_family_that_moves_house_before_the_day_is_expected_there(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await family_with(register, replace(ORDERED, order_on=date(2025, 6, 30)))
    there = replace(FAMILY, outcode=Outcode("PO1"), council=PORTSMOUTH)

    await correct_family(register.ask(CLEO), family=family, given=there)

    assert [(span.desk, span.from_on) for span in await spans(register, family)] == [
        ("AS", date(2022, 6, 1)),
        ("AS-PORTSMOUTH", date(2028, 7, 1)),
    ]


async def test_they_hear_once_ninety_days_before_and_the_day_is_written_down(
    databases: Databases, matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    family = await family_with(register, replace(ORDERED, order_on=date(2024, 3, 10)))
    await give_a_login(databases, family)

    before = [await swept(register, clock, day) for day in ("2026-12-10", "2026-12-11")]
    wanted = await told(matching_db, "notify", "notice_wanted")
    on_the_day = [await swept(register, clock, day) for day in ("2027-03-10", "2027-03-11")]

    assert before == [0, 1]
    assert [(one["kind"], one["answer_by"]) for one in wanted] == [
        ("responsibility_moves", "2027-03-11")
    ]
    assert on_the_day == [0, 1]
    assert await swept(register, clock, "2027-03-12") == 0
    assert len(await told(matching_db, "notify", "notice_wanted")) == 1
    assert await audited(databases) == ["told_responsibility_moves", "responsibility_moved"]


async def test_nobody_is_written_to_where_the_agency_stays_the_same(
    databases: Databases, matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    within = replace(ORDERED, placing_council=READING, order_on=date(2024, 3, 10))
    family = await family_with(register, within)
    await give_a_login(databases, family)

    assert await swept(register, clock, "2026-12-11") == 1
    assert await told(matching_db, "notify", "notice_wanted") == []


async def test_events_is_told_who_answers_without_a_day_that_is_past(matching_db: Db) -> None:
    register = Register(matching_db)
    await family_with(register)
    await family_with(register, replace(ORDERED, order_on=date(2025, 6, 30)))

    cards = await told(matching_db, "events", "family_card")
    past, coming = (card["children"] for card in cards if card["children"])

    assert past == [
        {
            "age_band": "4-5",
            "spans": [{"desk": "ATV", "from_on": None, "until_on": None}],
            "adopted_through": "AS",
            "overseas": False,
        }
    ]
    assert coming[0]["spans"] == [
        {"desk": "AS", "from_on": None, "until_on": "2028-07-01"},
        {"desk": "ATV", "from_on": "2028-07-01", "until_on": None},
    ]
    for card in await told(matching_db, "notify", "family_card"):
        assert (card["children"], card["lives_with"], card["approved_by"]) == ([], None, None)
    assert not any(word in str(cards) for word in ("2023", "2025", HAMPSHIRE, "Hampshire"))


async def test_row_28_events_alone_is_told_when_a_child_came_for_a_year_and_of_no_protected_family(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    for placed_on in (date(2026, 11, 23), date(2025, 11, 24)):
        await family_with(register, replace(CHILD, placed_on=placed_on))
    guarded = await register.family(change=lambda given: replace(given, protected=True))
    child = replace(CHILD, placed_on=date(2026, 11, 20))
    await add_child(register.ask(CLEO), family=guarded, given=child)

    cards = await told(matching_db, "events", "family_card")
    days = [(card["placed_on"], card["protected"]) for card in cards if card["children"]]

    assert ("2026-11-23", False) in days
    assert not any(day == "2025-11-24" for day, _ in days)
    assert (None, True) in days
    assert not any(day for day, protected in days if protected)
    assert all(not card["placed_on"] for card in await told(matching_db, "notify", "family_card"))


async def test_row_28_it_is_the_latest_child_and_only_while_the_placement_lasts(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await family_with(register, replace(CHILD, placed_on=date(2026, 10, 1)))
    await add_child(register.ask(CLEO), family=family, given=CHILD)
    latest = (await told(matching_db, "events", "family_card"))[-1]
    ended = Stage.PLACEMENT_ENDED
    await move_stage(
        register.ask(CLEO), family=family, to=ended, on=date(2026, 11, 20), reason="It ended"
    )
    over = (await told(matching_db, "events", "family_card"))[-1]

    assert (latest["placed_on"], len(latest["children"])) == ("2026-10-01", 2)
    assert (over["placed_on"], over["stage"]) == (None, "placement_ended")


async def test_a_child_kept_before_there_was_a_rule_is_looked_at(
    databases: Databases, matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    family = await family_with(register)
    await as_migrator(databases, "DELETE FROM agency_span WHERE basis = 'living'")
    await as_migrator(
        databases,
        "UPDATE agency_span SET desk = NULL, basis = NULL, agency = 'ATV', until_on = NULL,"
        " begun_at = NULL",
    )

    assert await responsibility_due(register.ask(Actor.system())) == [(family, "ATV")]
    await keep_responsibility(register.ask(ATV), family)

    assert [span.agency for span in await spans(register, family)] == ["AS", "ATV"]
    assert await responsibility_due(register.ask(Actor.system())) == []


async def swept(register: Register, clock: Clock, day: str) -> int:
    await clock.set(datetime.fromisoformat(f"{day}T06:00:00+00:00"))
    return await sweep(register.ask)


async def give_a_login(databases: Databases, family: FamilyId) -> None:
    await as_migrator(
        databases,
        "INSERT INTO account (id, issuer, subject) VALUES ($1, 'test', 'ana')",
        family,
    )
    await as_migrator(
        databases, "UPDATE adult SET account_id = $1::uuid WHERE family_id = $1::uuid", family
    )


async def audited(databases: Databases) -> list[str]:
    rows = await as_migrator(
        databases,
        "SELECT what FROM audit WHERE what LIKE '%responsibility_move%' ORDER BY at, what DESC",
    )
    return [row["what"] for row in rows]


async def as_migrator(databases: Databases, sql: str, *given: Any) -> list[Any]:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        rows: list[Any] = await connection.fetch(sql, *given)
        return rows
    finally:
        await connection.close()


async def test_agency_says_whose_the_anniversary_is_and_what_has_come_stays(
    matching_db: Db, clock: Clock
) -> None:
    register, system = Register(matching_db), Actor.system()
    third = clock.now.date() + timedelta(days=5)
    ordered = replace(ORDERED, order_on=third.replace(year=third.year - 3))
    family, past = await family_with(register, ordered), await family_with(register)
    of_past = await spans(register, past)
    await sweep(register.ask)
    assert (await spans(register, family))[0].until_on == third + timedelta(days=1)

    await clock.advance(days=5)
    (change,) = await foreseen(register, "0")
    await clock.advance(days=-5)
    await say_anniversary(register, "0", version=0)
    assert list(await responsibility_due(register.ask(system))) == [(family, "ATV")]
    await sweep(register.ask)

    assert change.now == "Changes today for no family, within 90 days for 1 family"
    assert change.then == "Changes today for 1 family, within 90 days for no family"
    assert (await spans(register, family))[0].until_on == third
    assert list(await responsibility_due(register.ask(system))) == []

    await clock.advance(days=5)
    await sweep(register.ask)
    await say_anniversary(register, "1", version=1)
    for each, given in ((family, ordered), (past, ORDERED)):
        await looked_at_again(register, each, given)
    await sweep(register.ask)
    assert who_on(await spans(register, family), third) == ["ATV"]
    assert await spans(register, past) == of_past


async def looked_at_again(register: Register, family: FamilyId, given: GivenChild) -> None:
    """Its one child is corrected to what it was, so the rule reckons anew."""
    async with register.ask(CLEO).read() as store:
        (child,) = await store.children.of_families([family])
    await correct_child(register.ask(CLEO), child=child.id, given=given)


async def foreseen(register: Register, days: str) -> Sequence[SettingForeseen]:
    found = await foresee(register.ask(ADI), values={"anniversary_days": days}, restores=None)
    assert found is not None
    return found


async def say_anniversary(register: Register, days: str, *, version: int) -> None:
    await set_agency_settings(
        register.ask(ADI),
        values={"anniversary_days": days},
        restores=None,
        version=version,
        why="As the board reads the law",
    )
