"""Each audit's own SQL holds to one agency: asked by a role that row security does not bind.

Two walls, each enough alone (docs/access.md). `test_databases.py` tests the policies; here they
are out of the way, and only the conditions in the statements are left.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kernel.access import Actor
from kernel.audit import AuditWanted, newest_seal, record, rows_by_id
from kernel.db import Db, Turn
from kernel.messages import Role
from services.matching.store.trails import TrailFilter, Trails
from tests.databases import Databases
from tests.matching.register import CLEO, PRIYA, Register

READER = Actor(role=Role.DATA_PROTECTION_LEAD, account=UUID(int=9), agency="ATV")
ALL = TrailFilter(subject=None, search=None, safeguarding=True)


async def unbound(databases: Databases, service: str) -> Db:
    """The service's database as the role that migrates it, which policies do not bind."""
    db = await Db.open(databases.dsn(service, "migrator"), name=f"{service}-unbound", size_max=1)
    databases._open.append(db)
    async with db.begin(Actor.nobody()) as turn:
        assert await turn.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return db


async def two_agencies(db: Db) -> None:
    """One deed for us, two for the other agency and one for none, all sealed."""
    for agency in ("ATV", "AS", "AS", None):
        async with db.begin(Actor.system(agency)) as turn:
            await record(turn, what=f"did_for_{agency or 'nobody'}".lower(), agency=agency)
    async with db.begin(Actor.system()) as turn:
        await turn.fetchval("SELECT seal_audit(100)")


async def as_reader(turn: Turn) -> Turn:
    """As the actions read it."""
    await turn.become_system(READER.agency)
    return turn


@pytest.mark.parametrize("service", ["events", "notify"])
async def test_page_and_count_are_of_one_agency(databases: Databases, service: str) -> None:
    await databases.serving(service)
    db = await unbound(databases, service)
    await two_agencies(db)

    async with db.begin(READER) as turn:
        there = await turn.fetchval("SELECT count(*) FROM audit_by_id")
        rows, total = await rows_by_id(await as_reader(turn), AuditWanted(), after=None, limit=9)
        found, of_them = await rows_by_id(turn, AuditWanted(search="did"), after=None, limit=9)

    assert there == 4
    assert [row.what for row in rows] == [row.what for row in found] == ["did_for_atv"]
    assert total == of_them == 1


@pytest.mark.parametrize("service", ["matching", "events", "notify"])
async def test_newest_seal_is_of_ones_own_chain(databases: Databases, service: str) -> None:
    await databases.serving(service)
    db = await unbound(databases, service)
    await two_agencies(db)

    async with db.begin(READER) as turn:
        seal = await newest_seal(turn)
        own = await turn.fetchval("SELECT encode(hash, 'hex') FROM audit_seal WHERE chain = 'ATV'")
        chains = await turn.fetchval("SELECT count(DISTINCT chain) FROM audit_seal")

    assert seal is not None
    assert (seal.head, chains) == (own, 3)


async def test_registers_page_count_and_names_are_of_one_agency(databases: Databases) -> None:
    register = Register(await databases.serving("matching"))
    own = await register.family("Ana Osei", by=CLEO)
    theirs = await register.family("Una Reed", by=PRIYA)
    db = await unbound(databases, "matching")

    async with db.begin(READER) as turn:
        there = await turn.fetchval("SELECT count(DISTINCT agency) FROM audit_lines")
        trails = Trails(await as_reader(turn))
        page = await trails.page(ALL, after=None, limit=99)
        number = await trails.count(ALL)
        about = TrailFilter(subject=theirs, search=None, safeguarding=True)
        of_theirs = (await trails.page(about, after=None, limit=9), await trails.count(about))
        named = await trails.names_of([own, theirs])
        found = [await trails.named(word, limit=9) for word in ("AS-0001", "Reed", "ATV-0001")]

    assert there == 2
    assert {row.agency for row in page} == {"ATV"}
    assert number == len(page)
    assert of_theirs == ([], 0)
    assert list(named) == [own]
    assert [list(names) for names in found] == [[], [], [own]]


async def test_page_goes_on_after_its_cursor_within_the_agency(databases: Databases) -> None:
    await databases.serving("events")
    db = await unbound(databases, "events")
    await two_agencies(db)
    after: Any = (datetime(2030, 1, 1, tzinfo=UTC), UUID(int=0))

    async with db.begin(READER) as turn:
        rows, _ = await rows_by_id(turn, AuditWanted(), after=after, limit=9)

    assert [row.what for row in rows] == ["did_for_atv"]
