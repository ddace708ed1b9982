"""The small site's commands: `python -m services.suite serve`, and `work` beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import httpx2
import uvicorn

from kernel.db import Unavailable
from kernel.jobs import Bell
from kernel.log import configure
from kernel.settings import Faulty, Mode, read
from services.suite.main import Settings, Stores, build, check_mode, wake_workers
from services.suite.work import work_all

PROVIDER_TIMEOUT_S = 10.0
GRACE_S = 10


class NotFit(Exception):
    """We will not start on these databases; the text says why."""


async def serve(settings: Settings, stores: Stores) -> None:
    """The graph, the sign-in and the pages, until SIGTERM or Ctrl-C."""
    async with httpx2.AsyncClient(timeout=PROVIDER_TIMEOUT_S) as client:
        config = uvicorn.Config(
            build(settings, stores, client),
            host=settings.host,
            port=settings.port,
            log_config=None,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        await uvicorn.Server(config).serve()


async def work(settings: Settings, stores: Stores) -> None:
    """The workers, until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bell = Bell(settings.redis_url)
    try:
        await work_all(settings, stores, bell, stop)
    finally:
        await bell.close()


async def run(command: Callable[[Settings, Stores], Awaitable[None]]) -> None:
    """Raises Faulty, Unavailable, NotFit: a sentence each for the operator."""
    settings = read(Settings, os.environ)
    check_mode(settings)
    configure(plain=settings.mode is Mode.DEVELOPMENT)
    stores = await Stores.open(settings)
    bell = Bell(settings.redis_url)
    wake_workers(stores, bell)
    try:
        faults = [fault for check in stores.checks(settings.mode) if (fault := await check())]
        if faults:
            raise NotFit("\n".join(faults))
        await command(settings, stores)
    finally:
        await bell.close()
        await stores.close()


COMMANDS = {"serve": serve, "work": work}


def main() -> None:
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked not in COMMANDS:
        sys.exit(f"usage: python -m services.suite {' | '.join(COMMANDS)}")
    try:
        asyncio.run(run(COMMANDS[asked]))
    except (Faulty, Unavailable, NotFit) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
