"""How a process of ours runs: what it starts on, its commands, and one service all alone.

In the region shape each service is two processes, `python -m services.<name> serve` and `work`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import uvicorn
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from kernel.app import Check, build_app, database_ready, right_kind
from kernel.db import Db, Unavailable
from kernel.graph import Door
from kernel.http import Graph
from kernel.jobs import Bell, Sweep, work
from kernel.log import configure
from kernel.messages import Service
from kernel.relay import Handler, Relay
from kernel.schema import Schema
from kernel.settings import Faulty, Mode, loopback, name_of, setting
from kernel.tokens import Verifier, keys_at

GRACE_S = 10
STOPS = (signal.SIGTERM, signal.SIGINT)
SECRET_LENGTH_MIN = 32


class NotFit(Exception):
    """We will not start on these databases; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Working:
    """What the worker of a service alone is told, beside the service's own."""

    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    redis_url: str = setting("Where Redis is, which wakes the workers")

    def faults(self) -> list[str]:
        """Whoever writes into Redis can put messages into a service's mouth."""
        where = urlsplit(self.redis_url)
        reachable = where.scheme != "unix" and not loopback(where.hostname or "")
        if self.mode is Mode.PRODUCTION and reachable and not where.password:
            return [f"{name_of('redis_url')}: names no password"]
        return []


@dataclass(frozen=True, kw_only=True)
class Serving(Working):
    """What its API is told. Tokens are issued in the name of `web_url`."""

    host: str = setting("Address to listen on", default="127.0.0.1")
    port: int = setting("Port to listen on", default=8000)
    web_url: str = setting("The one address by which browsers reach the front, without a path")
    gateway_secret: str = setting("What the gateway proves itself by, 32 characters or more")

    def faults(self) -> list[str]:
        if len(self.gateway_secret) >= SECRET_LENGTH_MIN:
            return []
        return [f"{name_of('gateway_secret')}: needs {SECRET_LENGTH_MIN} characters or more"]

    @property
    def is_shown(self) -> bool:
        """Whether the graph tells about itself."""
        return self.mode is Mode.DEVELOPMENT


@dataclass(frozen=True, kw_only=True)
class Verifying(Serving):
    """What the API of a service is told that does not issue the tokens itself."""

    register_url: str = setting("Where the register is, which publishes the keys of tokens")

    def verifier(self, client: httpx2.AsyncClient) -> Verifier:
        keys = keys_at(f"{self.register_url.rstrip('/')}/.well-known/jwks.json", client)
        return Verifier(keys, issuer=self.web_url.rstrip("/"))


@dataclass(frozen=True)
class Part:
    """One service, as its `main` wires it."""

    service: Service
    folder: Path
    door: Door
    handlers: Mapping[str, Handler]
    sweeps: Sequence[Sweep] = ()
    routes: Sequence[BaseRoute] = ()

    def checks(self, mode: Mode) -> list[Check]:
        """Whether its database is there, up to date, and of the right kind."""
        return [
            database_ready(self.door.db, self.service, self.folder),
            right_kind(self.door.db, self.service, mode),
        ]


def check_mode(mode: Mode, host: str) -> None:
    """Raises Faulty: development is for this machine alone."""
    if mode is Mode.DEVELOPMENT and not loopback(host):
        raise Faulty("KITH_HOST: development listens on this machine only")


async def check_fit(checks: Sequence[Check]) -> None:
    """Raises NotFit with everything that keeps us from starting."""
    if faults := [fault for one in checks if (fault := await one())]:
        raise NotFit("\n".join(faults))


@asynccontextmanager
async def opened(dsn: str, service: Service, settings: Working) -> AsyncIterator[Db]:
    """The service's database, ringing for the relay after each change that told another service."""
    configure(plain=settings.mode is Mode.DEVELOPMENT)
    db, bell = await Db.open(dsn, name=service.value), Bell(settings.redis_url)

    async def wake() -> None:
        await bell.ring(service, "relay")

    db.told = wake
    try:
        yield db
    finally:
        await bell.close()
        await db.close()


def alone(settings: Serving, part: Part, schema: Schema, verifier: Verifier) -> ASGIApp:
    """The service's own graph. Registered documents are the gateway's: it sends their text."""
    graph = Graph(
        schema=schema,
        doors={part.service: part.door},
        verifier=verifier,
        gateway_secret=settings.gateway_secret,
    )
    return build_app(graph, ready=part.checks(settings.mode), routes=part.routes)


async def serve_alone(settings: Serving, part: Part, schema: Schema, verifier: Verifier) -> None:
    """The service's API, until SIGTERM or Ctrl-C."""
    check_mode(settings.mode, settings.host)
    await check_fit(part.checks(settings.mode))
    await listen(alone(settings, part, schema, verifier), host=settings.host, port=settings.port)


async def listen(serving: ASGIApp, *, host: str, port: int) -> None:
    """Until SIGTERM or Ctrl-C; what has begun gets ten seconds to end."""
    config = uvicorn.Config(
        serving,
        host=host,
        port=port,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    await Server(config).serve()


class Server(uvicorn.Server):
    """Returns when it has ended. uvicorn's own raises the signal anew, which would end the process
    before what it stands on is closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in STOPS:
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = asyncio.Event()
    for number in STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def work_alone(settings: Working, part: Part) -> None:
    """The service's worker: its post, its queue and its sweeps, until SIGTERM or Ctrl-C."""
    await check_fit(part.checks(settings.mode))
    bell = Bell(settings.redis_url)
    door = part.door
    post = Relay(part.service, door.db, bell, store_of=door.store_of, handlers=part.handlers)
    try:
        await work(
            part.service,
            redis_url=settings.redis_url,
            jobs=post.jobs(),
            sweeps=[*post.sweeps(), *part.sweeps],
            stop=told_to_stop(),
        )
    finally:
        await bell.close()


def command(module: str, commands: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
    """Run the command that was typed. What an operator can mend is one sentence, no traceback."""

    async def chosen() -> None:
        await commands[sys.argv[1]]()

    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: python -m {module} {' | '.join(commands)}")
    try:
        asyncio.run(chosen())
    except (Faulty, Unavailable, NotFit) as fault:
        sys.exit(str(fault))
