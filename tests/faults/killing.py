"""A small site of two programs and a Redis, killed with -9 at random and started again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from dev.redis import Server as Redis
from kernel.access import Actor
from services.matching.http.keys import SigningKeys
from services.web.registry import load_registry
from tests.databases import Clock, Databases
from tests.patience import PATIENCE_S
from tests.suite.outside import Running
from tests.suite.signed_in import signed_in
from tests.suite.test_wiring import claims_of, signed

# The databases' clock runs so much faster than ours, so that leases and delays run out in seconds.
HASTE = 20
TICK_S = 0.25
TIMEOUT_S = 10.0


@dataclass
class Killed:
    """The programs `serve` and `work`, with whatever `environment` says."""

    environment: dict[str, str]
    folder: Path
    port: int
    redis: Redis
    kills: list[str] = field(default_factory=list)
    _running: dict[str, Running] = field(default_factory=dict)
    _starts: int = 0

    def start(self, name: str) -> None:
        self._starts += 1
        self._running[name] = Running(
            [sys.executable, "-m", "services.suite", name],
            log=self.folder / f"{self._starts}-{name}.log",
            environment=os.environ | self.environment,
        )

    def kill(self, name: str) -> None:
        """As power would: nothing of the program gets a word in."""
        self._running[name].stop(signal.SIGKILL)
        self.kills.append(name)

    def end(self) -> None:
        for one in self._running.values():
            one.stop(signal.SIGKILL)

    def said(self) -> str:
        logs = sorted(self.folder.glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs)

    async def at_random(self, chance: random.Random, kills: int) -> None:
        """Kill one or another so many times, each once it has had time to begin something."""
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(1.0, 4.0))
            name = chance.choice(["serve", "work", "redis"])
            if name == "redis":
                self.redis.kill()
                self.redis.start()
                self.kills.append(name)
            else:
                self.kill(name)
                self.start(name)


class Client:
    """Asks the site by HTTP as several people, and asks again until it is answered."""

    def __init__(self, site: Killed, keys: SigningKeys, databases: Databases) -> None:
        self._site, self._keys, self._databases = site, keys, databases
        self._signed_in: dict[Actor, Actor] = {}
        self._operations = load_registry()
        self._http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{site.port}", timeout=TIMEOUT_S)
        self.again = 0

    async def __call__(self, actor: Actor, name: str, /, **variables: Any) -> Any:
        """The value of the operation's one root field, which is no refusal."""
        value = await self.answer(actor, name, **variables)
        assert "code" not in (value or {}), f"{name}: {value}"
        return value

    async def answer(self, actor: Actor, name: str, /, **variables: Any) -> Any:
        """The value of the one root field, or a refusal. One key for all tries."""
        operation = self._operations[name]
        if operation.keyed:
            variables["key"] = str(uuid4())
        body = {"documentId": operation.id, "variables": variables}
        if actor not in self._signed_in:
            self._signed_in[actor] = await signed_in(self._databases, actor)
        token = signed(self._keys, **claims_of(self._signed_in[actor]))
        bearer = {"authorization": f"Bearer {token}"}
        until = time.monotonic() + PATIENCE_S
        while (answer := await self._tried(body, bearer)) is None:
            assert time.monotonic() < until, f"{name}: no answer. {self._site.said()}"
            self.again += 1
            await asyncio.sleep(0.1)
        (value,) = answer.values()
        return value

    async def close(self) -> None:
        await self._http.aclose()

    async def _tried(self, body: dict[str, Any], headers: dict[str, str]) -> Any:
        """The answer's data; None when nothing, or nothing whole, came back."""
        try:
            answer = await self._http.post("/graphql", json=body, headers=headers)
        except httpx2.TransportError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]


@asynccontextmanager
async def hastened(clock: Clock) -> AsyncIterator[None]:
    """The clock of all databases runs, fast."""
    over = asyncio.Event()

    async def run() -> None:
        before = time.monotonic()
        while not over.is_set():
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            await clock.advance(seconds=(now - before) * HASTE)
            before = now

    async with asyncio.TaskGroup() as group:
        group.create_task(run())
        try:
            yield
        finally:
            over.set()


async def together(*stories: Any) -> Sequence[Any]:
    """All of them at once; the first that fails ends the rest."""
    async with asyncio.TaskGroup() as group:
        begun = [group.create_task(story) for story in stories]
    return [one.result() for one in begun]
