"""The web front as a process of its own, for the region shape: `python -m services.web`."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass

import uvicorn

from kernel.db import Db, Unavailable
from kernel.log import configure
from kernel.settings import Faulty, Mode, loopback, read, setting
from services.web.main import Settings, build


@dataclass(frozen=True, kw_only=True)
class Listening:
    host: str = setting("Address to listen on", default="127.0.0.1")
    port: int = setting("Port to listen on", default=8000)


async def serve() -> None:
    """Raises Faulty, Unavailable."""
    settings, listening = read(Settings, os.environ), read(Listening, os.environ)
    development = settings.mode is Mode.DEVELOPMENT
    if development and not loopback(listening.host):
        raise Faulty("KITH_HOST: development listens on this machine only")
    configure(plain=development)
    db = await Db.open(settings.web_dsn, name="web")
    try:
        config = uvicorn.Config(
            build(settings, db),
            host=listening.host,
            port=listening.port,
            log_config=None,
            server_header=False,
        )
        await uvicorn.Server(config).serve()
    finally:
        await db.close()


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except (Faulty, Unavailable) as fault:
        sys.exit(str(fault))
