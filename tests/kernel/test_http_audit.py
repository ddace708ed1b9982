"""The official audit of GraphQL over HTTP (npm `graphql-http`), against a server that listens."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from dev import node
from kernel.db import Db
from tests.databases import ROOT
from tests.kernel.small_graph import app, token

CHECKS = 61


@pytest.fixture
async def listening(events_db: Db) -> AsyncIterator[str]:
    """The small graph on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app(events_db), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
        server.should_exit = True
        await serving


async def test_every_check_of_the_official_audit_passes(listening: str) -> None:
    await asyncio.to_thread(node.install, everything=True)
    script = ROOT / "tests" / "kernel" / "audit.mjs"

    told = await asyncio.to_thread(node.run, [str(script), listening, token()])

    results = json.loads(told)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == CHECKS
