"""Applies numbered SQL files under a lock: the kernel's, then the service's; forward only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

KERNEL_FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_041_962
LOCK_TIMEOUT_MS = 4000
STATEMENT_TIMEOUT_MS = 5000


class HalfMigrated(Exception):
    """The database does not hold what these files say; the text tells an operator what and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file. `source` is `kernel` or the service, so that both may count from 0001."""

    source: str
    name: str
    sql: str

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.source}/{self.name}"


def steps(service: str, folder: Path) -> list[Step]:
    """All files in the order in which they apply."""
    return [
        Step(source, path.name, path.read_text(encoding="utf-8"))
        for source, place in (("kernel", KERNEL_FOLDER), (service, folder))
        for path in sorted(place.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


async def migrate(dsn_migrator: str, service: str, folder: Path) -> list[str]:
    """Bring the database of `service` up to date; returns what was applied, in order.

    Each file is one transaction with its own record, so a failure leaves the files before it.
    Raises HalfMigrated, before anything is touched, when files and records disagree.
    """
    connection = await asyncpg.connect(dsn_migrator, server_settings=_settings(service))
    try:
        # One migration at a time; released when the connection closes, however it ends.
        await _lock(connection)
        await _make_record_table(connection, service)
        applied = await _applied(connection)
        wanted = steps(service, folder)
        faults = _contradictions(wanted, applied)
        if faults:
            raise HalfMigrated(_in_words(service, faults))
        missing = [step for step in wanted if str(step) not in applied]
        for step in missing:
            await _apply(connection, service, step)
        return [str(step) for step in missing]
    finally:
        await connection.close()


async def not_ready(connection: Any, service: str, folder: Path) -> str | None:
    """Why a service may not serve from this database, in words; None when it may.

    Files that a newer release has applied are no fault: the release before it goes on serving.
    """
    if await connection.fetchval("SELECT to_regclass('public.migration') IS NULL"):
        return f"The database of {service} has not been migrated."
    applied = await _applied(connection)
    wanted = steps(service, folder)
    faults = _contradictions(wanted, applied)
    faults += [f"{step} has not been applied" for step in wanted if str(step) not in applied]
    return _in_words(service, faults) if faults else None


async def _lock(connection: Any) -> None:
    """Wait for our turn longer than any file may take, then go back to the short timeouts."""
    await connection.execute("SET lock_timeout = 0; SET statement_timeout = '120s'")
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    await connection.execute("RESET lock_timeout; RESET statement_timeout")


async def _make_record_table(connection: Any, service: str) -> None:
    """Make the table of records in an empty database; refuse tables that nobody recorded."""
    if not await connection.fetchval("SELECT to_regclass('public.migration') IS NULL"):
        return
    strangers = await connection.fetch(
        """
        SELECT tablename FROM pg_tables
         WHERE schemaname = 'public' AND tablename <> 'database_kind' ORDER BY tablename
        """
    )
    if strangers:
        found = ", ".join(row["tablename"] for row in strangers[:5])
        raise HalfMigrated(
            f"The database of {service} holds tables ({found}) but no record of migrations."
            " Restore it from a backup, or start with an empty database."
        )
    await connection.execute(
        """
        CREATE TABLE migration (
            source text NOT NULL,
            name text NOT NULL,
            fingerprint text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (source, name)
        )
        """
    )
    # What came with the database is not ours to hand over; the record is.
    await connection.execute("GRANT SELECT ON migration TO PUBLIC")


async def _applied(connection: Any) -> dict[str, str]:
    rows = await connection.fetch("SELECT source, name, fingerprint FROM migration")
    return {f"{row['source']}/{row['name']}": row["fingerprint"] for row in rows}


def _contradictions(wanted: Iterable[Step], applied: dict[str, str]) -> list[str]:
    """Files that changed after they were applied, and files passed over by a later one."""
    faults = []
    later: set[str] = set()
    for step in reversed(list(wanted)):
        known = applied.get(str(step))
        if known is None and step.source in later:
            faults.append(f"{step} was passed over: a later file has been applied")
        if known is not None:
            later.add(step.source)
            if known != step.fingerprint:
                faults.append(f"{step} is not the file that was applied")
    return faults[::-1]


def _in_words(name: str, faults: list[str]) -> str:
    return (
        f"The database of {name} is half migrated: {'; '.join(faults)}."
        " Run the migrations of the release that you are deploying, or restore its backup."
    )


async def _apply(connection: Any, service: str, step: Step) -> None:
    """One file, its record, and its tables handed to the owner, who cannot sign in.

    Functions stay the migrator's: a SECURITY DEFINER function looks past row security.
    """
    async with connection.transaction():
        await connection.execute(step.sql)
        await connection.execute(
            "INSERT INTO migration (source, name, fingerprint) VALUES ($1, $2, $3)",
            step.source,
            step.name,
            step.fingerprint,
        )
        mine = await connection.fetch(
            """
            SELECT format('ALTER TABLE %I.%I OWNER TO %I', n.nspname, c.relname, $1::text) AS sql
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
               AND c.relowner = current_user::regrole AND c.relname <> 'migration'
            """,
            f"{service}_owner",
        )
        for row in mine:
            await connection.execute(row["sql"])


def _settings(service: str) -> dict[str, str]:
    return {
        "application_name": f"{service}-migrate",
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "search_path": "public",
    }
