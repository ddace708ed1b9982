"""The small site's commands: `python -m services.suite serve`, and `work` beside it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

import httpx2

from kernel.jobs import Bell
from kernel.log import configure
from kernel.run import check_fit, check_mode, command, listen, told_to_stop
from kernel.settings import Mode, read
from services.suite.main import Settings, Stores, wake_workers
from services.suite.work import work_all

PROVIDER_TIMEOUT_S = 10.0


async def serve(settings: Settings, stores: Stores) -> None:
    """The graph, the sign-in and the pages, until SIGTERM or Ctrl-C."""
    # Read here alone: the worker starts in half the time without the graph and the pages.
    from services.suite.site import build  # noqa: PLC0415

    async with httpx2.AsyncClient(timeout=PROVIDER_TIMEOUT_S) as client:
        site = build(settings, stores, client)
        await listen(site, host=settings.host, port=settings.port)


async def work(settings: Settings, stores: Stores) -> None:
    """The workers, until SIGTERM or Ctrl-C."""
    bell = Bell(settings.redis_url)
    try:
        await work_all(settings, stores, bell, told_to_stop())
    finally:
        await bell.close()


def started(
    run: Callable[[Settings, Stores], Awaitable[None]],
) -> Callable[[], Awaitable[None]]:
    """Raises Faulty, Unavailable, NotFit: a sentence each for the operator."""

    async def start() -> None:
        settings = read(Settings, os.environ)
        check_mode(settings.mode, settings.host)
        configure(plain=settings.mode is Mode.DEVELOPMENT)
        stores = await Stores.open(settings)
        bell = Bell(settings.redis_url)
        wake_workers(stores, bell)
        try:
            await check_fit(stores.checks(settings.mode))
            await run(settings, stores)
        finally:
            await bell.close()
            await stores.close()

    return start


if __name__ == "__main__":
    command("services.suite", {"serve": started(serve), "work": started(work)})
