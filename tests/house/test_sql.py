"""Every statement of every store is a literal that the migrated database understands."""

from __future__ import annotations

from collections import defaultdict

import asyncpg

from tests.databases import Databases
from tests.house.reading import SERVICES, Statement, statements, stores

ALL = [statement for service, path in stores() for statement in statements(service, path)]


def test_statements_are_literals() -> None:
    assert [statement.where for statement in ALL if statement.sql is None] == []


def test_statements_are_found() -> None:
    found = {statement.service for statement in ALL}

    assert found == set(SERVICES)
    assert len(ALL) > 100


async def test_database_understands_and_allows_every_statement(databases: Databases) -> None:
    """A wrong column or type, or a right that a migration forgot to give, is found without data.

    A generic plan is made by the serving role, which looks at its rights as running it would.
    """
    by_service: dict[str, list[Statement]] = defaultdict(list)
    for statement in ALL:
        by_service[statement.service].append(statement)

    faults = []
    for service, of_service in by_service.items():
        await databases.serving(service)
        connection = await asyncpg.connect(databases.dsn(service))
        for statement in of_service:
            faults += await faults_of(connection, statement)
        await connection.close()

    assert faults == []


async def faults_of(connection: asyncpg.Connection, statement: Statement) -> list[str]:
    assert statement.sql is not None
    try:
        await connection.prepare(statement.sql)
        await connection.execute(f"EXPLAIN (GENERIC_PLAN) {statement.sql}")
    except asyncpg.PostgresError as fault:
        return [f"{statement.where}: {fault}"]
    return []
