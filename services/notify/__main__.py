"""Notify alone, for the region shape: `python -m services.notify serve`, and `work` beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from kernel import run
from kernel.graph import Door
from kernel.jobs import Sweep
from kernel.messages import Service
from kernel.run import Part, opened, serve_alone, work_alone
from kernel.settings import read, setting
from services.notify import jobs, main
from services.notify.graph.schema import build


@dataclass(frozen=True, kw_only=True)
class Serving(run.Verifying):
    """The API sends nothing: what hands mail over is the worker's."""

    notify_dsn: str = setting("Where the database of notify is, as its serving role")
    port: int = setting("Port to listen on", default=8003)


@dataclass(frozen=True, kw_only=True)
class Working(run.Working, main.Settings): ...


def part(door: Door, sweeps: Sequence[Sweep] = ()) -> Part:
    return Part(Service.NOTIFY, main.FOLDER, door, jobs.HANDLERS, sweeps)


async def serve() -> None:
    settings = read(Serving, os.environ)
    async with (
        opened(settings.notify_dsn, Service.NOTIFY, settings) as db,
        httpx2.AsyncClient() as register,
    ):
        schema = build(introspection=settings.is_shown)
        await serve_alone(settings, part(main.door(db)), schema, settings.verifier(register))


async def work() -> None:
    settings = read(Working, os.environ)
    async with opened(settings.notify_dsn, Service.NOTIFY, settings) as db:
        door = main.door(db)
        await work_alone(settings, part(door, main.sweeps(settings, door)))


if __name__ == "__main__":
    run.command("services.notify", {"serve": serve, "work": work})
