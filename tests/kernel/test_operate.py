"""What an operator types: a database from nothing, and faults in words."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dev.postgres import Server
from tests.databases import ROOT, run


@pytest.fixture
async def server(postgres: Server) -> AsyncIterator[Server]:
    yield postgres
    await run(postgres, "DROP DATABASE IF EXISTS operated WITH (FORCE)")


async def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "kernel.operate", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_database_is_made_and_migrated_and_both_may_be_repeated(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "0001_thing.sql").write_text("CREATE TABLE thing (id int)")
    secret = tmp_path / "dsn"
    secret.write_text(server.dsn())

    for _ in range(2):
        made = await typed("provision", "operated", "live", KITH_SUPERUSER_DSN_FILE=str(secret))
        assert made.stdout == "The database and the roles of operated are there.\n"
    migrator = server.dsn("operated", "operated_migrator")
    first = await typed("migrate", "operated", str(tmp_path), KITH_MIGRATOR_DSN=migrator)
    second = await typed("migrate", "operated", str(tmp_path), KITH_MIGRATOR_DSN=migrator)

    assert "applied operated/0001_thing.sql\n" in first.stdout
    assert second.stdout == "The database of operated is ready.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "python -m kernel.operate provision matching live"),
        (("provision", "operated", "maybe"), "python -m kernel.operate provision matching live"),
        (("provision", "operated", "live"), "KITH_SUPERUSER_DSN: is not set"),
        (("migrate", "operated", "tests"), "KITH_MIGRATOR_DSN: is not set"),
        (("migrate", "operated", "no/such/folder"), "usage:"),
    ],
)
async def test_faults_are_said_in_words(words: tuple[str, ...], says: str) -> None:
    done = await typed(*words)

    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


async def test_server_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    nowhere = f"postgresql://postgres@/postgres?host={tmp_path}"

    done = await typed("provision", "operated", "live", KITH_SUPERUSER_DSN=nowhere)

    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
