"""Every column that can hold words, places or days has its fate when a family is erased (E49)."""

from __future__ import annotations

from collections import Counter

import asyncpg
import pytest

from kernel.messages import KERNELS_FATES, Fates
from services.events.model.erasing import ERASING as OF_EVENTS
from services.matching.model.erasing import ERASING as OF_MATCHING
from services.notify.model import ERASING as OF_NOTIFY
from services.web.settings import ERASING as OF_WEB
from tests.databases import Databases

POLICIES = {"matching": OF_MATCHING, "events": OF_EVENTS, "notify": OF_NOTIFY, "web": OF_WEB}
# Whose row it is says itself; a code of a list that the database knows is nobody's words.
AGENCIES = {"agency", "agencies", "other_agency"}
COLUMNS = """
    SELECT c.table_name || '.' || c.column_name AS column
      FROM information_schema.columns AS c
      JOIN information_schema.tables AS t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
       AND c.table_name <> 'database_kind'
       AND c.column_name <> ALL ($1)
       AND c.udt_name IN ('text', '_text', 'varchar', 'json', 'jsonb', 'bytea', 'date')
       AND NOT EXISTS (
           SELECT FROM pg_constraint AS k
            WHERE k.contype = 'c' AND k.conrelid = format('%I', c.table_name)::regclass
              AND (starts_with(pg_get_constraintdef(k.oid),
                               'CHECK ((' || c.column_name || ' = ANY (ARRAY[')
                   OR starts_with(pg_get_constraintdef(k.oid),
                                  'CHECK ((' || c.column_name || ' <@ ARRAY[')))
"""


def named(*policies: Fates) -> Counter[str]:
    return Counter(
        f"{table}.{column}"
        for policy in policies
        for tables in policy.values()
        for table, columns in tables.items()
        for column in columns
        if column not in AGENCIES
    )


@pytest.mark.parametrize("service", POLICIES)
async def test_every_column_with_words_has_one_fate(databases: Databases, service: str) -> None:
    await databases.serving(service)
    connection = await asyncpg.connect(databases.server.dsn(databases.names[service]))
    try:
        there = {row["column"] for row in await connection.fetch(COLUMNS, list(AGENCIES))}
    finally:
        await connection.close()

    policy = named(POLICIES[service], KERNELS_FATES)

    assert there - set(policy) == set(), "say in the policy what becomes of it at an erasure"
    assert set(policy) - there == set(), "no such column, or one of codes"
    assert {column for column, times in policy.items() if times > 1} == set()
