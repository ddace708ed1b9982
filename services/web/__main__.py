"""The web front as a process of its own, for the region shape: `python -m services.web serve`."""

from __future__ import annotations

import os
from dataclasses import dataclass

from kernel.db import Db
from kernel.log import configure
from kernel.run import check_mode, command, listen
from kernel.settings import Mode, read, setting
from services.web import main
from services.web import settings as front


@dataclass(frozen=True, kw_only=True)
class Settings(front.Settings):
    host: str = setting("Address to listen on", default="127.0.0.1")
    port: int = setting("Port to listen on", default=8000)


async def serve() -> None:
    """Raises Faulty, Unavailable."""
    settings = read(Settings, os.environ)
    check_mode(settings.mode, settings.host)
    configure(plain=settings.mode is Mode.DEVELOPMENT)
    db = await Db.open(settings.web_dsn, name="web")
    try:
        await listen(main.build(settings, db), host=settings.host, port=settings.port)
    finally:
        await db.close()


if __name__ == "__main__":
    command("services.web", {"serve": serve})
