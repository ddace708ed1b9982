"""A database that falls silent, dies and comes back: quick answers, nothing lost that was said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx2
import pytest

from dev.postgres import Server
from kernel.db import Db
from tests.databases import Databases, Templates
from tests.kernel.small_graph import app, client, token

SAY = 'mutation($key: UUID!) { say(key: $key, text: "x") { ... on Said { notes } } }'
ANSWER_WITHIN_S = 8
BACK_WITHIN_S = 5


class Wire:
    """Stands between a service and its database, and can fall silent in both directions."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self._folder = folder
        self._target = target / ".s.PGSQL.5432"
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        path = self._folder / ".s.PGSQL.5432"
        self._server = await asyncio.start_unix_server(self._joined, path)

    async def stop(self) -> None:
        self.flows.set()
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _joined(self, near: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far, far_writer = await asyncio.open_unix_connection(self._target)
        for source, target in ((near, far_writer), (far, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self.flows.wait()
            target.write(data)
        target.close()


@pytest.fixture
async def wire(databases: Databases, events_db: Db) -> AsyncIterator[Wire]:
    with TemporaryDirectory(prefix="kith-wire-") as folder:
        wire = Wire(Path(folder), databases.server.socket)
        await wire.start()
        yield wire
        await wire.stop()


async def said(kith: httpx2.AsyncClient) -> httpx2.Response:
    body = {"query": SAY, "variables": {"key": str(uuid4())}}
    return await kith.post("/graphql", json=body)


async def test_silent_database_is_a_503_and_then_all_is_well_again(
    databases: Databases, wire: Wire
) -> None:
    dsn = databases.dsn("events").replace(str(databases.server.socket), str(wire._folder))
    db = await Db.open(dsn, name="wired")
    async with client(app(db), bearer=token()) as kith:
        assert (await said(kith)).status_code == 200

        wire.flows.clear()
        began = time.monotonic()
        silent = await said(kith)
        took_s = time.monotonic() - began
        wire.flows.set()
        began = time.monotonic()
        again = await said(kith)
        back_s = time.monotonic() - began

    await db.close()
    assert silent.status_code == 503
    assert took_s < ANSWER_WITHIN_S
    assert again.status_code == 200
    assert back_s < BACK_WITHIN_S


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that keeps what it was told, and that the test may kill."""
    server = Server(tmp_path / "own")
    server.start()
    yield server
    server.stop()
    server.remove()


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(own_server: Server) -> None:
    databases = Databases(Templates(own_server))
    db = await databases.serving("events")
    notes = 0
    async with client(app(db), bearer=token()) as kith:
        for _ in range(5):
            notes = (await said(kith)).json()["data"]["say"]["notes"]
        assert own_server._process is not None
        own_server._process.kill()
        own_server._process.wait()
        while_down = await said(kith)
        own_server.start()
        began = time.monotonic()
        while (answer := await said(kith)).status_code != 200:
            assert time.monotonic() - began < BACK_WITHIN_S
            await asyncio.sleep(0.1)

    await databases.close()
    assert while_down.status_code == 503
    assert while_down.headers["retry-after"]
    assert answer.json()["data"]["say"]["notes"] == notes + 1
