"""The graph by the way of the region shape: the gateway before the register, on a test's database.

The gateway runs as in production; the register as in development, for its database is a test's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from dev import gateway, node
from kernel.access import Actor
from services.matching.http.keys import SigningKeys
from services.web.registry import load_registry
from tests.databases import ROOT, Databases
from tests.identity import signing_keys
from tests.patience import PATIENCE_S
from tests.site import free_ports
from tests.suite.signed_in import signed_in
from tests.suite.test_wiring import claims_of

WEB = "http://127.0.0.1:8000"
NOBODY_THERE = "http://127.0.0.1:1"
SECRET = "the gateway's own, and nobody else's"


class RegionGraph:
    """Runs an operation of the front by its id; any error is a failure of the test."""

    def __init__(self, client: httpx2.AsyncClient, keys: SigningKeys, databases: Databases) -> None:
        self._client, self._keys, self._databases = client, keys, databases
        self._signed_in: dict[Actor, Actor] = {}
        self._operations = load_registry()

    async def __call__(self, actor: Actor, name: str, /, **variables: Any) -> Any:
        """The value of the operation's one root field, or of all by name when there are several."""
        operation = self._operations[name]
        if operation.keyed:
            variables.setdefault("key", str(uuid4()))
        body = {"documentId": operation.id, "operationName": name, "variables": variables}
        answer = await self.send(actor, body)
        assert "errors" not in answer, answer["errors"]
        values = list(answer["data"].values())
        return values[0] if len(values) == 1 else answer["data"]

    async def send(self, actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {await self._token(actor)}"}
        answer = await self._client.post("/graphql", json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    async def _token(self, actor: Actor) -> str:
        """A token of the actor's own sign-in, which is opened when they first ask."""
        if actor not in self._signed_in:
            self._signed_in[actor] = await signed_in(self._databases, actor)
        now = datetime.now(UTC)
        claims = claims_of(self._signed_in[actor])
        return self._keys.sign(claims, issued_at=now, expires_at=now + timedelta(minutes=10))


@asynccontextmanager
async def region(databases: Databases) -> AsyncIterator[RegionGraph]:
    """Both processes, for as long as the test asks."""
    text = signing_keys("one")
    ports = free_ports(2)
    register, door = (f"http://127.0.0.1:{port}" for port in ports)
    shared = {"KITH_WEB_URL": WEB, "KITH_GATEWAY_SECRET": SECRET}
    await asyncio.to_thread(gateway.build)
    async with AsyncExitStack() as running:
        client = await running.enter_async_context(
            httpx2.AsyncClient(base_url=door, timeout=PATIENCE_S)
        )
        await running.enter_async_context(
            program(
                [sys.executable, "-m", "services.matching", "serve"],
                f"{register}/ready",
                shared
                | {
                    "KITH_MODE": "development",
                    "KITH_PORT": str(ports[0]),
                    "KITH_MATCHING_DSN": databases.dsn("matching"),
                    "KITH_REDIS_URL": "redis://127.0.0.1:1",
                    "KITH_TOKEN_KEYS": text,
                    "KITH_OIDC_ISSUER": NOBODY_THERE,
                    "KITH_OIDC_CLIENT_ID": "kith-web",
                },
            )
        )
        await running.enter_async_context(
            program(
                [str(node.node()), str(gateway.BUNDLE)],
                f"{door}/live",
                shared
                | {
                    "KITH_PORT": str(ports[1]),
                    "KITH_SCHEMA": str(gateway.SCHEMA),
                    "KITH_MATCHING_URL": register,
                    "KITH_EVENTS_URL": NOBODY_THERE,
                    "KITH_NOTIFY_URL": NOBODY_THERE,
                },
            )
        )
        yield RegionGraph(client, SigningKeys.read(text, issuer=WEB), databases)


@asynccontextmanager
async def program(
    command: Sequence[str], address: str, environment: Mapping[str, str]
) -> AsyncIterator[None]:
    """One process, once it answers; it must end well when it is told to."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **environment}
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await answers(address):
                assert process.returncode is None, f"{command[-1]} ended"
                await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0


async def answers(address: str) -> bool:
    async with httpx2.AsyncClient() as client:
        try:
            return (await client.get(address)).status_code == 200
        except httpx2.TransportError:
            return False
