"""Migrations: in order, once, and a half-migrated database is refused in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from dev.postgres import Server
from kernel.access import Actor
from kernel.db import Db
from kernel.migrate import HalfMigrated, migrate, not_ready
from kernel.provision import Passwords, provision
from tests.databases import run

NAMES = count(1)


class Place:
    """A provisioned database that holds nothing yet, and a folder for its files."""

    def __init__(self, server: Server, database: str, folder: Path) -> None:
        self.server = server
        self.database = database
        self.folder = folder

    def file(self, name: str, sql: str) -> None:
        (self.folder / name).write_text(sql)

    async def migrate(self) -> list[str]:
        return await migrate(self.server.dsn(self.database, "try_migrator"), "try", self.folder)

    async def why_not(self) -> str | None:
        db = await Db.open(self.server.dsn(self.database, "try_app"), name="try")
        async with db.begin(Actor.nobody(), readonly=True) as turn:
            answer = await not_ready(turn, "try", self.folder)
        await db.close()
        return answer

    async def connected(self, role: str) -> asyncpg.Connection:
        return await asyncpg.connect(self.server.dsn(self.database, role))


@pytest.fixture
async def place(postgres: Server, tmp_path: Path) -> AsyncIterator[Place]:
    database = f"try_{next(NAMES)}"
    await provision(postgres.dsn(), "try", kind="live", database=database)
    yield Place(postgres, database, tmp_path)
    await run(postgres, f"DROP DATABASE {database} WITH (FORCE)")


async def test_files_apply_once_in_order(place: Place) -> None:
    place.file("0002_more.sql", "ALTER TABLE thing ADD COLUMN more text")
    place.file("0001_thing.sql", "CREATE TABLE thing (id int)")

    first = await place.migrate()
    second = await place.migrate()

    assert [name for name in first if name.startswith("try/")] == [
        "try/0001_thing.sql",
        "try/0002_more.sql",
    ]
    assert first[0] == "kernel/0001_asker.sql"
    assert second == []
    assert await place.why_not() is None


async def test_two_at_once_apply_once(place: Place) -> None:
    place.file("0001_thing.sql", "CREATE TABLE thing (id int); SELECT pg_sleep(0.3)")

    applied = await asyncio.gather(place.migrate(), place.migrate())

    assert sorted(len(names) for names in applied)[0] == 0


async def test_failing_file_leaves_the_files_before_it(place: Place) -> None:
    place.file("0001_thing.sql", "CREATE TABLE thing (id int)")
    place.file("0002_wrong.sql", "CREATE TABLE other (id int); SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await place.migrate()

    why_not = await place.why_not()
    assert why_not is not None
    assert "half migrated: try/0002_wrong.sql has not been applied" in why_not

    place.file("0002_wrong.sql", "CREATE TABLE other (id int)")
    assert await place.migrate() == ["try/0002_wrong.sql"]
    assert await place.why_not() is None


async def test_file_that_changed_after_it_was_applied_is_refused(place: Place) -> None:
    place.file("0001_thing.sql", "CREATE TABLE thing (id int)")
    await place.migrate()
    place.file("0001_thing.sql", "CREATE TABLE thing (id bigint)")
    place.file("0002_more.sql", "CREATE TABLE more (id int)")

    with pytest.raises(HalfMigrated, match=r"try/0001_thing.sql is not the file that was applied"):
        await place.migrate()

    assert "0001_thing.sql" in str(await place.why_not())


async def test_file_that_was_passed_over_is_refused(place: Place) -> None:
    place.file("0002_later.sql", "CREATE TABLE later (id int)")
    await place.migrate()
    place.file("0001_forgotten.sql", "CREATE TABLE forgotten (id int)")

    with pytest.raises(HalfMigrated, match=r"try/0001_forgotten.sql was passed over"):
        await place.migrate()


async def test_tables_without_a_record_are_refused(place: Place) -> None:
    await run(place.server, "CREATE TABLE stranger (id int)", database=place.database)

    with pytest.raises(HalfMigrated, match=r"holds tables \(stranger\) but no record"):
        await place.migrate()


async def test_database_that_was_never_migrated_is_not_served(place: Place) -> None:
    raw = await place.connected("try_app")
    answer = await not_ready(raw, "try", place.folder)
    await raw.close()

    assert answer == "The database of try has not been migrated."


async def test_release_before_serves_beside_a_newer_database(place: Place, tmp_path: Path) -> None:
    place.file("0001_thing.sql", "CREATE TABLE thing (id int)")
    place.file("0002_newer.sql", "CREATE TABLE newer (id int)")
    await place.migrate()

    (place.folder / "0002_newer.sql").unlink()

    assert await place.why_not() is None
    assert await place.migrate() == []


async def test_serving_role_can_do_no_more_than_it_is_granted(place: Place) -> None:
    place.file("0001_thing.sql", "CREATE TABLE thing (id int); GRANT SELECT ON thing TO try_app")
    await place.migrate()
    raw = await place.connected("try_app")

    for statement in (
        "INSERT INTO thing VALUES (1)",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "ALTER TABLE audit DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit",
        "TRUNCATE outbox",
        "UPDATE audit SET what = 'nothing'",
        "DELETE FROM audit",
        "DELETE FROM migration",
        "UPDATE database_kind SET kind = 'demo'",
        "SET ROLE try_owner",
        "SET SESSION AUTHORIZATION try_migrator",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await raw.execute(statement)
    await raw.close()


async def test_migrator_cannot_change_what_kind_of_database_it_is(place: Place) -> None:
    raw = await place.connected("try_migrator")

    assert await raw.fetchval("SELECT kind FROM database_kind") == "live"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await raw.execute("UPDATE database_kind SET kind = 'demo'")
    await raw.close()


async def test_kind_stays_when_provisioned_again(place: Place) -> None:
    await provision(
        place.server.dsn(),
        "try",
        kind="demo",
        passwords=Passwords(migrator="a'b", app='c"d'),
        database=place.database,
    )

    raw = await place.connected("try_app")
    assert await raw.fetchval("SELECT kind FROM database_kind") == "live"
    await raw.close()


async def test_role_of_one_service_cannot_enter_the_database_of_another(
    place: Place, postgres: Server
) -> None:
    await provision(postgres.dsn(), "other", kind="live", database="try_other")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(postgres.dsn(place.database, "other_app"))

    await run(postgres, "DROP DATABASE try_other")


async def test_definer_function_looks_past_row_security(place: Place) -> None:
    place.file(
        "0001_due.sql",
        """
        CREATE TABLE thing (agency text);
        ALTER TABLE thing ENABLE ROW LEVEL SECURITY;
        ALTER TABLE thing FORCE ROW LEVEL SECURITY;
        INSERT INTO thing VALUES ('ATV');
        CREATE FUNCTION agencies_due() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = public, pg_temp AS 'SELECT agency FROM thing';
        GRANT SELECT ON thing TO try_app;
        """,
    )
    await place.migrate()
    raw = await place.connected("try_app")

    assert await raw.fetch("SELECT * FROM thing") == []
    assert await raw.fetchval("SELECT agencies_due()") == "ATV"
    await raw.close()
