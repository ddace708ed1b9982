"""Each database guards its own rows: forced row security, and roles that cannot get round it."""

from __future__ import annotations

import re

import asyncpg
import pytest

from tests.databases import Databases
from tests.house.reading import ROOT, SERVICES

# A column of one of these names says whose row it is.
GUARDED = ("agency", "agencies", "family_id", "household_id", "account_id", "kept_by")
NUMBERED = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
BACKWARD = re.compile(r"\b(DROP\s+DATABASE|TRUNCATE|DISABLE\s+ROW)\b", re.IGNORECASE)
FOLDERS = {"kernel": ROOT / "kernel" / "migrations"} | {
    service: ROOT / "services" / service / "migrations" for service in SERVICES
}


async def rows(databases: Databases, service: str, sql: str, *given: object) -> list[str]:
    await databases.serving(service)
    connection = await asyncpg.connect(databases.dsn(service, "migrator"))
    try:
        return [row[0] for row in await connection.fetch(sql, *given)]
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_table_with_somebodys_rows_has_forced_row_security(
    databases: Databases, service: str
) -> None:
    unguarded = await rows(
        databases,
        service,
        """
        SELECT DISTINCT c.relname
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY ($1)
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        """,
        list(GUARDED),
    )

    assert unguarded == []


@pytest.mark.parametrize("service", SERVICES)
async def test_view_looks_with_the_eyes_of_the_asker(databases: Databases, service: str) -> None:
    blind = await rows(
        databases,
        service,
        """
        SELECT relname FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
           AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
        """,
    )

    assert blind == []


@pytest.mark.parametrize("service", SERVICES)
async def test_serving_role_passes_no_guard_and_owns_nothing(
    databases: Databases, service: str
) -> None:
    powers = await rows(
        databases,
        service,
        """
        SELECT 'a power' FROM pg_roles
         WHERE rolname = $1 AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
        UNION ALL
        SELECT 'belongs to ' || r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         WHERE m.member = $1::regrole
        UNION ALL
        SELECT 'owns ' || relname FROM pg_class WHERE relowner = $1::regrole
        UNION ALL
        SELECT 'owns ' || proname FROM pg_proc WHERE proowner = $1::regrole
        UNION ALL
        SELECT 'may create' WHERE has_schema_privilege($1, 'public', 'CREATE')
        """,
        f"{service}_app",
    )

    assert powers == []


@pytest.mark.parametrize("service", SERVICES)
async def test_function_that_sees_more_than_the_asker_is_safe_to_call(
    databases: Databases, service: str
) -> None:
    """A definer's function looks past row security: its names must not be anybody's to change."""
    loose = await rows(
        databases,
        service,
        """
        SELECT p.proname FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
           AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%')
        """,
    )

    assert loose == []


@pytest.mark.parametrize("source", FOLDERS)
def test_migrations_are_numbered_without_a_gap_and_go_forward_only(source: str) -> None:
    names = sorted(path.name for path in FOLDERS[source].iterdir())
    numbers = [match[1] for name in names if (match := NUMBERED.match(name))]

    assert len(numbers) == len(names)
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]
    for name in names:
        assert not BACKWARD.search((FOLDERS[source] / name).read_text()), name


@pytest.mark.parametrize("service", SERVICES)
async def test_only_its_own_roles_may_enter_a_database(databases: Databases, service: str) -> None:
    """Asked of the template: rights to enter are the one thing that a copy does not take over."""
    for each in SERVICES:
        await databases.serving(each)  # makes the roles of all
    template = databases.server.dsn(f"{service}_template")
    connection = await asyncpg.connect(template)
    welcome = await connection.fetchval(
        """
        SELECT array_agg(rolname) FROM pg_roles
         WHERE rolname ~ '_app$' AND has_database_privilege(rolname, current_database(), 'CONNECT')
        """
    )
    await connection.close()

    assert welcome == [f"{service}_app"]
