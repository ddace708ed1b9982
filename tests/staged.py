"""A stage of a test in a real browser: a front with a database and a clock of its own, looked at
and used as pages of the small site are.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from tests.databases import Clock, Databases, Templates
from tests.front import Stage, front
from tests.pages import DESK
from tests.patience import PATIENCE_MS


@asynccontextmanager
async def stage_of_its_own(
    templates: Templates, *, with_events: bool = False
) -> AsyncIterator[tuple[Stage, Databases, Clock]]:
    """For tests in the loop of the browser: a stage that listens, its databases, and their clock,
    which stands where the clock of every test stands.
    """
    databases = Databases(templates)
    try:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            web = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with front(databases, with_events=with_events, web=web) as stage:
                clock = Clock(databases)
                await clock.set(clock.now)
                server = uvicorn.Server(uvicorn.Config(stage.app, log_config=None, lifespan="off"))
                serving = asyncio.create_task(server.serve(sockets=[listener]))
                try:
                    yield stage, databases, clock
                finally:
                    server.should_exit = True
                    await serving
    finally:
        await databases.close()


@asynccontextmanager
async def screen(
    chromium: Chromium,
    stage: Stage,
    subject: str,
    *,
    size: tuple[int, int] = DESK,
    script: bool = True,
) -> AsyncIterator[Page]:
    """A page on which `subject` has signed in."""
    browser = stage.browser()
    await browser.sign_in(subject)
    width, height = size
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        java_script_enabled=script,
        base_url=stage.web,
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies(
        [
            {"name": each.name, "value": each.value or "", "url": stage.web}
            for each in browser.client.cookies.jar
        ]
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()
