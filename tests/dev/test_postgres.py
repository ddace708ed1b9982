"""The embedded PostgreSQL: it comes back after the worst, and says why when it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from dev.postgres import NotStarted, Server, retry_for_s


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "postgres"
    yield path
    Server(path).remove()


async def ask(server: Server, sql: str) -> object:
    connection = await asyncpg.connect(server.dsn())
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_data_written_before_kill_9_is_there_after_the_next_start(folder: Path) -> None:
    killed = Server(folder)
    killed.start()
    asyncio.run(ask(killed, "CREATE TABLE kept AS SELECT 42 AS answer"))
    os.kill(postmaster(killed), signal.SIGKILL)
    killed.stop()

    server = Server(folder)
    server.start()

    assert asyncio.run(ask(server, "SELECT answer FROM kept")) == 42
    server.stop()


def test_text_sorts_the_same_on_every_machine(folder: Path) -> None:
    server = Server(folder, durable=False)
    server.start()

    sorted_by = "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{a,É,Z,é}'::text[]) x"

    assert asyncio.run(ask(server, sorted_by)) == "ZaÉé"
    assert asyncio.run(ask(server, "SELECT upper('é')")) == "É"
    server.stop()


def test_folder_in_use_is_refused_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dev.postgres.WORTH_A_RETRY_S", {"lock file": 0.5})
    first = Server(folder, durable=False)
    first.start()

    with pytest.raises(NotStarted, match="lock file"):
        Server(folder, durable=False).start()

    first.stop()


def test_nothing_listens_and_nothing_is_left_after_a_stop(folder: Path) -> None:
    server = Server(folder, durable=False)
    server.start()
    socket_folder, pid = server.socket, postmaster(server)

    server.stop()

    assert not socket_folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_only_what_may_pass_is_tried_again() -> None:
    assert retry_for_s("FATAL: pre-existing shared memory block is still in use") == 30
    assert retry_for_s("FATAL: invalid value for parameter") == 0
