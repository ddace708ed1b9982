"""Families: what may be kept, what is refused in words, and who is told."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from kernel.db import Db
from kernel.messages import Purpose
from services.matching.actions.consents import (
    block_family,
    give_consent,
    unblock_family,
    withdraw_consent,
)
from services.matching.actions.families import (
    add_adult,
    add_child,
    add_family,
    correct_adult,
    correct_child,
    correct_family,
    move_stage,
)
from services.matching.actions.reading import families_by_id, families_page
from services.matching.model.family import Family, Stage
from services.matching.model.given import GivenAdult, GivenStage
from services.matching.model.ids import CouncilCode, FamilyId, Outcode
from services.matching.refusals import Why
from tests.databases import Databases
from tests.matching.register import (
    ADI,
    CHILD,
    CLEO,
    DEV,
    FAMILY,
    OMAR,
    PLACED,
    PRIYA,
    READING,
    SOL,
    Refuses,
    Register,
    given,
    named,
)

WEST_BERKSHIRE = CouncilCode("E06000037")
OXFORDSHIRE = CouncilCode("E10000025")
LEEDS = CouncilCode("E08000035")


async def kept(register: Register, family: FamilyId) -> Family:
    return (await families_by_id(register.ask(SOL), [family]))[family].family


async def test_a_new_family_has_a_reference_a_place_and_somebody_who_answers_for_it(
    matching_db: Db,
) -> None:
    register = Register(matching_db)

    first = await register.family("Ana Osei", "Ben Osei")
    second = await register.family("Jo Hart")

    family = await kept(register, first)
    assert (family.reference, family.outcode, family.council) == ("ATV-0001", "RG30", READING)
    assert (await kept(register, second)).reference == "ATV-0002"
    async with register.ask(CLEO).read() as store:
        names = [adult.first_name for adult in await store.adults.of_families([first])]
        (span,) = await store.spans.of_families([first])
    assert names == ["Ana", "Ben"]
    assert (span.agency, span.from_on, span.until_on) == ("ATV", date(2026, 11, 23), None)


async def test_families_added_at_once_have_a_number_each(matching_db: Db) -> None:
    register = Register(matching_db)

    added = await asyncio.gather(*(register.family() for _ in range(6)))

    references = {(await kept(register, family)).reference for family in added}
    assert references == {f"ATV-000{number}" for number in range(1, 7)}


@pytest.mark.parametrize(
    ("change", "why", "field"),
    [
        ({"outcode": None}, Why.OUTCODE_UNKNOWN, "typedOutcode"),
        ({"outcode": Outcode("ZZ9")}, Why.OUTCODE_UNKNOWN, "typedOutcode"),
        ({"council": None}, Why.COUNCIL_NEEDED, "council"),
        ({"council": LEEDS}, Why.COUNCIL_ELSEWHERE, "council"),
        ({"languages": frozenset()}, Why.LANGUAGE_MISSING, "languages"),
        ({"slots": frozenset({"someday"})}, Why.SLOT_UNKNOWN, "slots"),
    ],
)
async def test_what_cannot_be_kept_of_a_family_is_refused(
    matching_db: Db, change: dict[str, object], why: Why, field: str
) -> None:
    register = Register(matching_db)
    family = await register.family()

    with Refuses(why, field=field):
        await register.family(change=given(**change))
    with Refuses(why, field=field):
        await correct_family(register.ask(CLEO), family=family, given=given(**change)(FAMILY))

    page, total = await families_page(
        register.ask(CLEO), search=None, stage=None, before=None, limit=20
    )
    assert (total, [one.family.version for one in page]) == (1, [1])


@pytest.mark.parametrize(
    ("adults", "why", "field"),
    [
        ([], Why.NAME_MISSING, "adults"),
        ([named(" ", "Osei")], Why.NAME_MISSING, "firstName"),
        ([named("Ana", "")], Why.NAME_MISSING, "lastName"),
        ([named("A" * 61, "Osei")], Why.NAME_TOO_LONG, "firstName"),
        ([named("Ana", "of RG30 4AB")], Why.LOOKS_LIKE_A_POSTCODE, "lastName"),
        ([named("Ana", "Osei")] * 5, Why.TOO_MANY_ADULTS, "adults"),
    ],
)
async def test_a_family_is_of_one_to_four_named_adults(
    matching_db: Db, adults: list[GivenAdult], why: Why, field: str
) -> None:
    register = Register(matching_db)

    with Refuses(why, field=field):
        await add_family(register.ask(CLEO), given=FAMILY, stage=PLACED, adults=adults)


async def test_a_stage_that_has_not_come_is_refused(matching_db: Db) -> None:
    register = Register(matching_db)
    tomorrow = GivenStage(stage=Stage.PLACED, stage_on=date(2026, 11, 24))

    with Refuses(Why.DATE_IN_FUTURE, field="stageOn"):
        await register.family(stage=tomorrow)


async def test_an_outward_code_in_one_council_needs_no_choice(matching_db: Db) -> None:
    register = Register(matching_db)

    family = await register.family(change=given(outcode=Outcode("OX4"), council=None))

    assert (await kept(register, family)).council == OXFORDSHIRE


async def test_a_correction_raises_the_version_and_tells_the_new_card(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family()

    await correct_family(
        register.ask(CLEO), family=family, given=replace(FAMILY, council=WEST_BERKSHIRE)
    )

    assert (await kept(register, family)).version == 2
    cards = await told(databases, "events")
    assert [card["version"] for card in cards] == [1, 2]
    hidden: dict[str, object] = {"children": [], "lives_with": None, "approved_by": None}
    assert [card | hidden for card in cards] == await told(databases, "notify")
    assert not {"outcode", "council", "names"} & cards[-1].keys()


async def test_a_protection_is_any_keepers_to_set_and_not_any_keepers_to_lift(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    family = await register.family()

    await correct_family(register.ask(CLEO), family=family, given=replace(FAMILY, protected=True))
    with Refuses(Why.NOT_ALLOWED):
        await correct_family(register.ask(CLEO), family=family, given=FAMILY)
    await correct_family(register.ask(SOL), family=family, given=FAMILY)

    assert not (await kept(register, family)).protected


async def test_reading_a_protected_family_is_written_down_each_time(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family(change=given(protected=True))
    other = await register.family()
    home = await register.at_home(family)

    await families_by_id(register.ask(CLEO), [family, other])
    await families_page(register.ask(SOL), search=None, stage=None, before=None, limit=20)
    await families_by_id(register.ask(home), [family])

    rows = await as_migrator(
        databases, "SELECT account, subject FROM audit WHERE what = 'read_protected_family'"
    )
    assert {(row["account"], row["subject"]) for row in rows} == {
        (CLEO.account, family),
        (SOL.account, family),
    }


async def test_a_protected_family_is_no_organisers_to_see(matching_db: Db) -> None:
    register = Register(matching_db)
    hidden = await register.family("Ida Vale", change=given(protected=True))
    open_one = await register.family("Jo Hart")

    found = await families_by_id(register.ask(OMAR), [hidden, open_one])
    page, total = await families_page(
        register.ask(OMAR), search=None, stage=None, before=None, limit=20
    )

    assert set(found) == {open_one}
    assert ([one.family.id for one in page], total) == ([open_one], 1)
    async with register.ask(OMAR).read() as store:
        adults = await store.adults.of_families([hidden, open_one])
    assert [adult.first_name for adult in adults] == ["Jo"]


@pytest.mark.parametrize(
    "search", ["ana", "osei", "Osei Ana", "ana ose", "atv-0001", "ATV-0001", "rg30"]
)
async def test_a_family_is_found_by_name_reference_and_outward_code(
    matching_db: Db, search: str
) -> None:
    register = Register(matching_db)
    wanted = await register.family("Ana Osei")
    await register.family("Jo Hart", change=given(outcode=Outcode("OX4"), council=None))

    page, total = await families_page(
        register.ask(CLEO), search=search, stage=None, before=None, limit=20
    )

    assert ([one.family.id for one in page], total) == ([wanted], 1)


async def test_pages_of_families_follow_each_other_without_gap(matching_db: Db) -> None:
    register = Register(matching_db)
    families = [await register.family() for _ in range(5)]

    first, total = await families_page(
        register.ask(CLEO), search=None, stage=Stage.PLACED, before=None, limit=3
    )
    second, _ = await families_page(
        register.ask(CLEO), search=None, stage=Stage.PLACED, before=3, limit=3
    )

    assert total == 5
    assert [one.family.id for one in first + second] == families[::-1]


async def test_a_stage_moves_onward_by_staff_one_step_at_a_time(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()

    with Refuses(Why.STAGE_NOT_NEXT, field="to"):
        await move_stage(
            register.ask(CLEO),
            family=family,
            to=Stage.CHILD_NOW_ADULT,
            on=date(2026, 11, 1),
            reason=None,
        )
    with Refuses(Why.DATES_OUT_OF_ORDER, field="on"):
        await move_stage(
            register.ask(CLEO),
            family=family,
            to=Stage.ORDER_GRANTED,
            on=date(2026, 3, 1),
            reason=None,
        )
    with Refuses(Why.DATE_IN_FUTURE, field="on"):
        await move_stage(
            register.ask(CLEO),
            family=family,
            to=Stage.ORDER_GRANTED,
            on=date(2026, 11, 24),
            reason=None,
        )
    await move_stage(
        register.ask(CLEO),
        family=family,
        to=Stage.ORDER_GRANTED,
        on=date(2026, 11, 20),
        reason=None,
    )

    after = await kept(register, family)
    assert (after.stage, after.stage_on) == (Stage.ORDER_GRANTED, date(2026, 11, 20))


async def test_a_stage_goes_back_only_as_an_admins_correction_with_a_reason(
    matching_db: Db, databases: Databases
) -> None:
    register = Register(matching_db)
    family = await register.family()
    back = {"family": family, "to": Stage.MATCHED, "on": date(2026, 2, 1)}

    with Refuses(Why.STAGE_BACK_BY_ADMIN, field="to"):
        await move_stage(register.ask(CLEO), reason="A slip", **back)  # type: ignore[arg-type]
    with Refuses(Why.REASON_MISSING, field="reason"):
        await move_stage(register.ask(ADI), reason=" ", **back)  # type: ignore[arg-type]
    await move_stage(register.ask(ADI), reason="Typed in error", **back)  # type: ignore[arg-type]

    assert (await kept(register, family)).stage is Stage.MATCHED
    (row,) = await as_migrator(databases, "SELECT why, account FROM audit WHERE why IS NOT NULL")
    assert (row["why"], row["account"]) == ("Typed in error", ADI.account)


async def test_an_adult_is_renamed(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family("Ana Osei")
    adult = await register.adult(family)

    await correct_adult(register.ask(CLEO), adult=adult, given=named(" Anna ", "Osei-Hart"))

    (after,) = await register.adults(family)
    assert (after.first_name, after.last_name) == ("Anna", "Osei-Hart")


async def test_another_agencys_family_is_as_one_that_is_not_there(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()
    child = await register.child(family)
    adult = await register.adult(family)
    name = named("Eve", "Snow")

    for actor in (PRIYA, DEV):
        ask = register.ask(actor)
        for where in (family, FamilyId(uuid4())):
            with Refuses(Why.NOT_FOUND):
                await correct_family(ask, family=where, given=FAMILY)
            with Refuses(Why.NOT_FOUND):
                await add_adult(ask, family=where, given=name)
            with Refuses(Why.NOT_FOUND):
                await add_child(ask, family=where, given=CHILD)
            with Refuses(Why.NOT_FOUND):
                await block_family(ask, family=where, other=where)
            with Refuses(Why.NOT_FOUND):
                await unblock_family(ask, family=where, other=where)
            with Refuses(Why.NOT_FOUND):
                await move_stage(
                    ask, family=where, to=Stage.MATCHED, on=date(2026, 1, 1), reason="x"
                )
        with Refuses(Why.NOT_FOUND):
            await correct_adult(ask, adult=adult, given=name)
        with Refuses(Why.NOT_FOUND):
            await correct_child(ask, child=child, given=CHILD)
        with Refuses(Why.NOT_FOUND):
            await give_consent(ask, adult=adult, purpose=Purpose.MENTORING)
        with Refuses(Why.NOT_FOUND):
            await withdraw_consent(ask, adult=adult, purpose=Purpose.MENTORING)
        assert await families_by_id(ask, [family]) == {}


async def test_a_stranger_and_an_organiser_add_no_family(matching_db: Db) -> None:
    register = Register(matching_db)

    for actor in (DEV, OMAR):
        with Refuses(Why.NOT_ALLOWED):
            await register.family(by=actor)


async def test_an_organiser_sees_a_family_and_changes_nothing(matching_db: Db) -> None:
    register = Register(matching_db)
    family = await register.family()

    with Refuses(Why.NOT_ALLOWED):
        await correct_family(register.ask(OMAR), family=family, given=FAMILY)


async def as_migrator(databases: Databases, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    try:
        rows: list[asyncpg.Record] = await connection.fetch(sql)
        return rows
    finally:
        await connection.close()


async def told(databases: Databases, receiver: str) -> list[dict[str, object]]:
    """The family cards told to a service, in the order of their versions."""
    connection = await asyncpg.connect(databases.dsn("matching", "migrator"))
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=str, decoder=__import__("json").loads
    )
    try:
        rows = await connection.fetch(
            """
            SELECT body FROM outbox WHERE receiver = $1 AND kind = 'family_card'
             ORDER BY (body ->> 'version')::integer
            """,
            receiver,
        )
    finally:
        await connection.close()
    return [row["body"] for row in rows]
