"""Row-level security of the register, as the role that serves: rows, not permits, decide here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from kernel.access import Actor
from kernel.db import Db, Turn
from kernel.messages import Purpose
from services.matching.actions.concerns import raise_concern
from services.matching.actions.consents import block_family, give_consent
from services.matching.actions.mentors import record_requirement
from services.matching.model.mentor import Requirement, RequirementKind
from tests.databases import Databases
from tests.matching.register import (
    ADI,
    CLEO,
    DEV,
    DORA,
    OMAR,
    PRIYA,
    SOL,
    WYN,
    Register,
    given,
)

TABLES = (
    "family",
    "adult",
    "identity",
    "child",
    "placement",
    "agency_span",
    "consent",
    "mentor",
    "requirement",
    "support_request",
    "block",
    "do_not_match",
    "concern",
    "concern_receipt",
)
EVERYTHING = (2, 3, 3, 2, 2, 4, 2, 1, 1, 2)
KEEPERS = (*EVERYTHING, 0, 0, 0, 0)
SAFEGUARDING = (*EVERYTHING, 1, 1, 1, 1)
IN_PART = (1, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
NOTHING = (0,) * len(TABLES)


async def test_each_asker_sees_the_rows_of_the_table_of_askers_and_no_other(
    matching_db: Db, databases: Databases
) -> None:
    """One open family of two adults (the first mentors), one protected, each with all there is."""
    register = Register(matching_db)
    ana, ben = await two_families(register, databases)
    system = Actor.system("ATV")

    seen = {
        name: await counted(matching_db, actor)
        for name, actor in {
            "coordinator": CLEO,
            "agency admin": ADI,
            "safeguarding lead": SOL,
            "system of the agency": system,
            "organiser": replace(OMAR, account=DORA.account),
            "assessing social worker": WYN,
            "raiser": OMAR,
            "data protection lead": DORA,
            "first adult": ana,
            "second adult": ben,
            "mentor": replace(ana, role="mentor"),
            "another agency": PRIYA,
            "system of another": Actor.system("AS"),
            "system of none": Actor.system(),
            "stranger": DEV,
            "nobody": Actor.nobody(),
        }.items()
    }

    own = (1, 2, 2, 1, 1, 2)
    assert seen == {
        "coordinator": KEEPERS,
        "agency admin": KEEPERS,
        "safeguarding lead": SAFEGUARDING,
        "system of the agency": SAFEGUARDING,
        "organiser": IN_PART,
        "assessing social worker": IN_PART,
        "raiser": (*IN_PART[:-1], 1),
        "data protection lead": NOTHING,
        "first adult": (*own, 1, 1, 1, 1, 0, 0, 0, 0),
        "second adult": (*own, 0, 0, 0, 1, 0, 0, 0, 0),
        "mentor": (*own, 1, 1, 1, 1, 0, 0, 0, 0),
        "another agency": NOTHING,
        "system of another": NOTHING,
        "system of none": NOTHING,
        "stranger": NOTHING,
        "nobody": NOTHING,
    }


@pytest.mark.parametrize("actor", [PRIYA, OMAR, WYN, DORA, DEV, Actor.nobody()])
async def test_nobody_else_writes_a_row_of_the_agency(matching_db: Db, actor: Actor) -> None:
    family = await Register(matching_db).family()

    async with matching_db.begin(actor) as turn:
        changed = await turn.execute("UPDATE family SET protected = true WHERE id = $1", family)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with matching_db.begin(actor) as turn:
            await turn.execute(
                """
                INSERT INTO family (agency, number, outcode, council, stage, stage_on)
                VALUES ('ATV', 99, 'RG30', 'E06000038', 'placed', '2026-01-05')
                """
            )

    assert changed == "UPDATE 0"


async def test_an_adult_at_home_changes_no_row_but_their_own_requests_and_consents(
    matching_db: Db,
) -> None:
    register = Register(matching_db)
    ana = await register.at_home(await register.family())

    changed = []
    async with matching_db.begin(ana) as turn:
        for statement in (
            "UPDATE family SET protected = false",
            "UPDATE identity SET last_name = 'x'",
            "UPDATE child SET birth_month = '2020-01-01'",
            "UPDATE agency_span SET agency = 'AS'",
        ):
            changed.append(await turn.execute(statement))

    assert changed == ["UPDATE 0"] * 4


async def test_the_serving_role_neither_deletes_nor_moves_rows_to_another_agency(
    matching_db: Db,
) -> None:
    family = await Register(matching_db).family()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with matching_db.begin(CLEO) as turn:
            await turn.execute("DELETE FROM family WHERE id = $1", family)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with matching_db.begin(CLEO) as turn:
            await turn.execute("UPDATE family SET agency = 'AS' WHERE id = $1", family)


async def test_no_column_holds_more_of_a_postcode_than_its_half(matching_db: Db) -> None:
    """The columns refuse what a mistake above them might let through (domain.md E1)."""
    family = await Register(matching_db).family()

    for typed in ("RG30 4AB", "RG304AB", "rg30", ""):
        with pytest.raises(asyncpg.CheckViolationError):
            async with matching_db.begin(CLEO) as turn:
                await turn.execute("UPDATE family SET outcode = $2 WHERE id = $1", family, typed)


async def two_families(register: Register, databases: Databases) -> tuple[Actor, Actor]:
    """The two adults of the open family, each signed in."""
    shown = await register.family("Ana Osei", "Ben Osei")
    hidden = await register.family("Ida Vale", change=given(protected=True))
    for family in (shown, hidden):
        await register.child(family)
        await register.request(family)
    mentor = await register.mentor(shown)
    requirement = Requirement(
        mentor_id=mentor,
        kind=RequirementKind.REFERENCES,
        met_on=datetime(2026, 11, 2, tzinfo=UTC).date(),
        expires_on=None,
        seen_by="Cleo Marsh",
    )
    await record_requirement(register.ask(CLEO), requirement=requirement)
    hers = await register.adult(hidden)
    await give_consent(register.ask(CLEO), adult=hers, purpose=Purpose.PLAYDATES)
    await block_family(register.ask(SOL), family=shown, other=hidden)
    await raise_concern(register.ask(OMAR), text="Unsafe", about=shown)
    async with register.db.begin(SOL) as turn:
        await turn.execute(
            """
            INSERT INTO do_not_match (family_id, agency, other_family_id, made_at)
            VALUES ($1, 'ATV', $2, $3)
            """,
            shown,
            hidden,
            turn.now,
        )
    return await register.at_home(shown), await register.at_home(shown, place=1)


async def counted(db: Db, actor: Actor) -> tuple[int, ...]:
    async with as_rows(db, actor) as rows:
        return tuple(rows[table] for table in TABLES)


@asynccontextmanager
async def as_rows(db: Db, actor: Actor) -> AsyncIterator[Mapping[str, int]]:
    async with db.begin(actor, readonly=True) as turn:
        yield {table: await count(turn, table) for table in TABLES}


async def count(turn: Turn, table: str) -> int:
    number: int = await turn.fetchval(f"SELECT count(*) FROM {table}")
    return number
