"""What `make up` runs: the whole small site on this machine, with nothing else installed.

Either shape stands on the same foundation: the servers, the development site, filled databases.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dev import assets, node, postgres, redis
from dev.cast import CAST
from dev.hold import Hold, InUse
from dev.log import Log
from dev.settings import HOST, Development
from dev.supervisor import CannotStart, Program, Supervisor, python, refuse_taken_ports

PREPARE_TIMEOUT_S = 300.0
ASK_TIMEOUT_S = 5.0

Shape = TypeVar("Shape", bound=Development)


def answers(port: int, path: str) -> bool:
    """Whether an HTTP server says that it is well."""
    asker = HTTPConnection(HOST, port, timeout=ASK_TIMEOUT_S)
    try:
        asker.request("GET", path)
        return asker.getresponse().status == 200
    except OSError:
        return False
    finally:
        asker.close()


def foundation(
    settings: Development, database: postgres.Server, bell: redis.Server
) -> list[Program]:
    """What both shapes stand on, in the order in which it starts."""
    given = settings.environment()
    return [
        Program(
            "postgres",
            database.command,
            database.is_ready,
            stop_signal=signal.SIGINT,  # SIGTERM would wait for every client to leave
            retry_for_s=postgres.retry_for_s,
        ),
        Program("redis", bell.command, lambda _pid: bell.is_ready()),
        Program(
            "dev",
            lambda: python("-m", "dev.site"),
            lambda _pid: answers(settings.dev_port, "/mail"),
            given,
            beside=True,
        ),
        Program(
            "prepare",
            lambda: python("-m", "dev.prepare"),
            environment=given,
            once=True,
            timeout_s=PREPARE_TIMEOUT_S,
        ),
    ]


def small_site(settings: Development) -> list[Program]:
    """The one process that serves and the one that works."""
    given = settings.environment()
    return [
        Program("worker", lambda: python("-m", "services.suite", "work"), environment=given),
        Program(
            "suite",
            lambda: python("-m", "services.suite", "serve"),
            lambda _pid: answers(settings.port, "/ready"),
            given,
        ),
    ]


def welcome(settings: Development) -> str:
    """The last lines: what the first match came to, where to go, and who to be."""
    width = max(len(member.name) for member in CAST)
    people = [f"  {member.name:{width}}  {member.can}" for member in CAST]
    return "\n".join(
        [
            "",
            settings.summary.read_text(),
            "",
            "You can sign in as (no password; everybody is invented):",
            *people,
            "",
            f"Mail that was caught: {settings.dev_url}/mail",
            f"The graph: {settings.graph_url}",
            f"Kith is at {settings.url} - Ctrl-C stops it, and its data stays in {settings.data}",
        ]
    )


def forget_left_over(sockets: Path) -> None:
    """Remove the socket folders of a site that was killed before it could do so itself."""
    try:
        left = json.loads(sockets.read_text())
    except (OSError, ValueError):
        return
    for folder in (Path(left["postgres_socket"]), Path(urlsplit(left["redis_url"]).path).parent):
        if folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("kith-"):
            shutil.rmtree(folder, ignore_errors=True)


def up(settings: Shape, log: Log, programs: Callable[[Shape], list[Program]]) -> None:
    """Run until stopped. Refuses: CannotStart, InUse, in one sentence each."""
    hold = Hold(settings.data)
    refuse_taken_ports(settings.ports)
    forget_left_over(settings.sockets)
    if assets.build():
        log.say("built the style sheet, the scripts and the icons")
    database, bell = postgres.Server(settings.data / "postgres"), redis.Server()
    try:
        database.prepare()
        found = replace(settings, postgres_socket=str(database.socket), redis_url=bell.url)
        found.sockets.write_text(
            json.dumps({"postgres_socket": found.postgres_socket, "redis_url": found.redis_url})
        )
        supervisor = Supervisor([*foundation(found, database, bell), *programs(found)], log)
        asyncio.run(supervisor.run(lambda: log.plain(welcome(settings))))
    finally:
        settings.sockets.unlink(missing_ok=True)
        database.forget_socket()
        bell.forget_socket()
        hold.release()


def started(start: Callable[[], None]) -> None:
    """Say what a person can mend in one sentence, and no more."""
    try:
        start()
    except (CannotStart, InUse, node.NodeFailed, postgres.NotStarted, redis.NotStarted) as fault:
        sys.exit(f"\n{fault}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    started(lambda: up(Development.read(), Log(), small_site))
