"""Databases for tests: a template migrated once per service, copied for each test that asks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import asyncpg

from dev.postgres import Server
from kernel.db import Db
from kernel.migrate import migrate
from kernel.provision import provision
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parent.parent
START = "2026-11-23T09:00:00+00:00"

# What no production database can do: the serving role owns nothing, so it cannot replace the clock.
MOVABLE_CLOCK = """
    CREATE SCHEMA test_only;
    CREATE TABLE test_only.clock (at timestamptz NOT NULL);
    INSERT INTO test_only.clock (at) VALUES ('2026-11-23T09:00:00+00:00');
    GRANT USAGE ON SCHEMA test_only TO PUBLIC;
    GRANT SELECT ON test_only.clock TO PUBLIC;
    CREATE OR REPLACE FUNCTION kith_now() RETURNS timestamptz LANGUAGE sql STABLE AS
        'SELECT at FROM test_only.clock';
"""


class Templates:
    """One migrated database per service, made when the first test asks for it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.numbers = count(1)
        self._made: set[str] = set()

    async def copy(self, service: str) -> str:
        """A fresh database of `service`, as it is after all migrations; returns its name."""
        if service not in self._made:
            await self._make(service)
            self._made.add(service)
        name = f"{service}_{next(self.numbers)}"
        await run(self.server, f"CREATE DATABASE {name} TEMPLATE {service}_template")
        return name

    async def _make(self, service: str) -> None:
        template = f"{service}_template"
        await provision(self.server.dsn(), service, kind="demo", database=template)
        folder = ROOT / "services" / service / "migrations"
        await migrate(self.server.dsn(template, f"{service}_migrator"), service, folder)
        await run(self.server, MOVABLE_CLOCK, database=template)


class Databases:
    """The databases of one test."""

    def __init__(self, templates: Templates) -> None:
        self.server = templates.server
        self.names: dict[str, str] = {}
        self._templates = templates
        self._open: list[Db] = []

    async def serving(self, service: str) -> Db:
        """The service's database as the role that serves it, never as a superuser."""
        if service not in self.names:
            self.names[service] = await self._templates.copy(service)
        db = await Db.open(self.dsn(service), name=f"{service}-test")
        self._open.append(db)
        return db

    def dsn(self, service: str, part: str = "app") -> str:
        """Where `<service>_app` (or `_migrator`) reaches this test's database."""
        return self.server.dsn(self.names[service], f"{service}_{part}")

    async def close(self) -> None:
        for db in self._open:
            await asyncio.wait_for(db.close(), timeout=PATIENCE_S)
        for name in self.names.values():
            await run(self.server, f"DROP DATABASE {name} WITH (FORCE)")


class Clock:
    """Moves the clock of every database that the test has asked for so far."""

    def __init__(self, databases: Databases) -> None:
        self.now = datetime.fromisoformat(START)
        self._databases = databases

    async def set(self, at: datetime) -> None:
        self.now = at
        for name in self._databases.names.values():
            connection = await asyncpg.connect(self._databases.server.dsn(name))
            await connection.execute("UPDATE test_only.clock SET at = $1", at)
            await connection.close()

    async def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        await self.set(self.now + timedelta(days=days, hours=hours, seconds=seconds))


async def run(server: Server, statement: str, *, database: str = "postgres") -> None:
    """One statement of the test harness itself, as the superuser."""
    connection = await asyncpg.connect(server.dsn(database))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
