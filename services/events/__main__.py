"""Events alone, for the region shape: `python -m services.events serve`, and `work` beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import httpx2

from kernel import run
from kernel.db import Db
from kernel.messages import Service
from kernel.run import Part, opened, serve_alone, work_alone
from kernel.settings import read, setting
from services.events import jobs, main
from services.events.graph.schema import build


@dataclass(frozen=True, kw_only=True)
class Serving(run.Verifying, main.Settings):
    port: int = setting("Port to listen on", default=8002)


@dataclass(frozen=True, kw_only=True)
class Working(run.Working, main.Settings): ...


def part(db: Db) -> Part:
    door = main.door(db)
    return Part(Service.EVENTS, main.FOLDER, door, jobs.HANDLERS, main.sweeps(door))


async def serve() -> None:
    settings = read(Serving, os.environ)
    async with (
        opened(settings.events_dsn, Service.EVENTS, settings) as db,
        httpx2.AsyncClient() as register,
    ):
        schema = build(introspection=settings.is_shown)
        await serve_alone(settings, part(db), schema, settings.verifier(register))


async def work() -> None:
    settings = read(Working, os.environ)
    async with opened(settings.events_dsn, Service.EVENTS, settings) as db:
        await work_alone(settings, part(db))


if __name__ == "__main__":
    run.command("services.events", {"serve": serve, "work": work})
