"""The audit is found by who, what, for whom and when, within one agency."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kernel.db import Db
from services.matching.actions.reading import families_by_id, families_page
from services.matching.actions.trails import Wanted, audit_page
from tests.databases import Clock
from tests.matching.register import CLEO, DORA, PRIYA, Register, given

BEFORE_MIDNIGHT = datetime(2026, 7, 10, 22, 59, tzinfo=UTC)  # 23:59 in England
AFTER_MIDNIGHT = datetime(2026, 7, 10, 23, 1, tzinfo=UTC)
FRIDAY, SATURDAY = date(2026, 7, 10), date(2026, 7, 11)


async def found(register: Register, wanted: Wanted) -> list[str]:
    rows, total = await audit_page(register.ask(DORA), wanted=wanted, after=None, limit=20)
    assert total == len(rows)
    return [f"{row.what} {row.for_whom}" for row in rows]


async def test_days_are_englands_and_both_are_in_the_range(matching_db: Db, clock: Clock) -> None:
    register = Register(matching_db)
    await clock.set(BEFORE_MIDNIGHT)
    await register.family("Ana Osei")
    await clock.set(AFTER_MIDNIGHT)
    await register.family("Jo Hart")

    assert await found(register, Wanted(until=FRIDAY)) == ["added_family ATV-0001"]
    assert await found(register, Wanted(since=SATURDAY)) == ["added_family ATV-0002"]
    assert len(await found(register, Wanted(since=FRIDAY, until=SATURDAY))) == 2
    assert await found(register, Wanted(since=SATURDAY, until=FRIDAY)) == []


async def test_one_kind_of_deed_is_found_and_joins_the_other_filters(matching_db: Db) -> None:
    register = Register(matching_db)
    first = await register.family("Ana Osei")
    await register.child(first)
    await register.family("Jo Hart")

    assert await found(register, Wanted(what="added_child")) == ["added_child ATV-0001"]
    assert len(await found(register, Wanted(what="added_family"))) == 2
    both = Wanted(what="added_family", search="atv-0002")
    assert await found(register, both) == ["added_family ATV-0002"]


async def test_coordinator_finds_no_worry_by_its_deed(matching_db: Db) -> None:
    register = Register(matching_db)
    await register.family("Ana Osei", by=PRIYA)

    for what in ("raised_concern", "blocked_families", "added_family"):
        page = await audit_page(register.ask(CLEO), wanted=Wanted(what=what), after=None, limit=9)
        assert page == ([], 0)


async def test_readings_of_a_day_are_one_line_with_their_number_and_each_its_row(
    matching_db: Db, clock: Clock
) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei", change=given(protected=True))
    for instant in (BEFORE_MIDNIGHT - timedelta(hours=9), BEFORE_MIDNIGHT, AFTER_MIDNIGHT):
        await clock.set(instant)
        await families_by_id(register.ask(CLEO), [family])
    await families_page(register.ask(CLEO), search=None, stage=None, before=None, limit=9)

    asked = Wanted(what="read_protected_family")
    rows, total = await audit_page(register.ask(DORA), wanted=asked, after=None, limit=20)

    assert sorted((row.at, row.times, row.why) for row in rows) == [
        (BEFORE_MIDNIGHT, 2, "Asked for one family."),
        (AFTER_MIDNIGHT, 1, "Asked for one family."),
        (AFTER_MIDNIGHT, 1, "Asked for the list of families."),
    ]
    assert total == len(rows)
    async with register.ask(DORA).read() as store:
        kept = await store.turn.fetchval(
            "SELECT count(*) FROM audit WHERE what = 'read_protected_family'"
        )
    assert kept == 4


async def test_one_request_writes_a_family_down_once_whatever_it_reads_of_it(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei", change=given(protected=True))
    ask = register.ask(CLEO)

    await families_by_id(ask, [family])
    await families_by_id(ask, [family])
    await families_page(ask, search=None, stage=None, before=None, limit=9)

    asked = Wanted(what="read_protected_family")
    (row,), _ = await audit_page(register.ask(DORA), wanted=asked, after=None, limit=20)
    assert row.times == 1
