"""Matching and the register alone, for the region shape: `python -m services.matching serve`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
from starlette.routing import BaseRoute

from kernel import run
from kernel.db import Db
from kernel.messages import Service
from kernel.run import Part, opened, serve_alone, work_alone
from kernel.settings import read, setting
from kernel.tokens import Verifier, keys_given
from services.matching import jobs, main
from services.matching.graph.schema import build

PROVIDER_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Serving(run.Serving, main.Settings):
    port: int = setting("Port to listen on", default=8001)


@dataclass(frozen=True, kw_only=True)
class Working(run.Working):
    matching_dsn: str = setting("Where the register's database is, as its serving role")


def part(db: Db, routes: Sequence[BaseRoute] = ()) -> Part:
    door = main.door(db)
    sweeps = main.sweeps(door)
    return Part(Service.MATCHING, main.FOLDER, door, jobs.HANDLERS, sweeps, routes)


async def serve() -> None:
    """The register's graph, and sign-in beside it."""
    settings = read(Serving, os.environ)
    keys = main.keys(settings)
    async with (
        opened(settings.matching_dsn, Service.MATCHING, settings) as db,
        httpx2.AsyncClient(timeout=PROVIDER_TIMEOUT_S) as provider,
    ):
        register = part(db, main.routes(settings, db, keys, provider))
        verifier = Verifier(keys_given(keys.published()), issuer=keys.issuer)
        await serve_alone(settings, register, build(introspection=settings.is_shown), verifier)


async def work() -> None:
    settings = read(Working, os.environ)
    async with opened(settings.matching_dsn, Service.MATCHING, settings) as db:
        await work_alone(settings, part(db))


if __name__ == "__main__":
    run.command("services.matching", {"serve": serve, "work": work})
