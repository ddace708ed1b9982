"""Operator's work, once for each service: its database, its three roles, its kind.

It may be run again: what is there stays, rights are set as they should be, and the kind of a
database never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

Kind = Literal["demo", "live"]
# Extensions need more than a migrating role may do.
EXTENSIONS = ("btree_gist", "pg_trgm")


@dataclass(frozen=True, slots=True)
class Passwords:
    """None where the address itself is the proof (a private socket, a certificate)."""

    migrator: str | None = None
    app: str | None = None


async def provision(
    superuser_dsn: str,
    service: str,
    *,
    kind: Kind,
    passwords: Passwords | None = None,
    database: str | None = None,
) -> None:
    """Make `<service>_owner`, `_migrator` and `_app`, and the database marked `kind` for good.

    `database` is named as the service unless given.
    """
    database = database or service
    cluster = await asyncpg.connect(superuser_dsn)
    try:
        await _make_roles(cluster, service, passwords or Passwords())
        await _make_database(cluster, service, database)
    finally:
        await cluster.close()
    inside = await asyncpg.connect(superuser_dsn, database=database)
    try:
        await _furnish(inside, service, kind)
    finally:
        await inside.close()


async def _make_roles(cluster: Any, service: str, passwords: Passwords) -> None:
    """The owner cannot sign in; the migrator passes row security and never serves; app serves."""
    for role, create, alter in (
        (f"{service}_owner", "CREATE ROLE %I", "ALTER ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS"),
        (f"{service}_migrator", "CREATE ROLE %I", "ALTER ROLE %I LOGIN NOSUPERUSER BYPASSRLS"),
        (f"{service}_app", "CREATE ROLE %I", "ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS"),
    ):
        if not await _has_role(cluster, role):
            await _run(cluster, create, role)
        await _run(cluster, alter, role)
    for part, password in (("migrator", passwords.migrator), ("app", passwords.app)):
        if password is not None:
            await _run(cluster, "ALTER ROLE %I PASSWORD %L", f"{service}_{part}", password)
    await _run(cluster, "GRANT %I TO %I", f"{service}_owner", f"{service}_migrator")


async def _make_database(cluster: Any, service: str, database: str) -> None:
    there = await cluster.fetchval("SELECT true FROM pg_database WHERE datname = $1", database)
    if not there:
        await _run(cluster, "CREATE DATABASE %I OWNER %I", database, f"{service}_owner")
    await _run(cluster, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)
    await _run(cluster, "GRANT CONNECT ON DATABASE %I TO %I", database, f"{service}_migrator")
    await _run(cluster, "GRANT CONNECT ON DATABASE %I TO %I", database, f"{service}_app")


async def _furnish(inside: Any, service: str, kind: Kind) -> None:
    """What only a superuser may put into the database: extensions, and the mark of its kind."""
    for extension in EXTENSIONS:
        await _run(inside, "CREATE EXTENSION IF NOT EXISTS %I", extension)
    await _run(inside, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for part in ("owner", "migrator"):
        await _run(inside, "GRANT USAGE, CREATE ON SCHEMA public TO %I", f"{service}_{part}")
    await _run(inside, "GRANT USAGE ON SCHEMA public TO %I", f"{service}_app")
    if await inside.fetchval("SELECT to_regclass('public.database_kind') IS NULL"):
        async with inside.transaction():
            await inside.execute(
                "CREATE TABLE database_kind (kind text NOT NULL CHECK (kind IN ('demo', 'live')))"
            )
            await inside.execute("INSERT INTO database_kind (kind) VALUES ($1)", kind)
    for part in ("migrator", "app"):
        await _run(inside, "GRANT SELECT ON database_kind TO %I", f"{service}_{part}")


async def _has_role(cluster: Any, role: str) -> bool:
    return bool(await cluster.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role))


async def _run(connection: Any, statement: str, *names: str) -> None:
    """Run a statement that takes no parameters; the server itself quotes the names."""
    await connection.execute(
        await connection.fetchval("SELECT format($1::text, VARIADIC $2::text[])", statement, names)
    )
