"""What the fault tests share: an agency, a site of two programs, a box for its mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from dev import assets
from dev.redis import Server as Redis
from kernel.db import Db
from tests.databases import Clock, Databases
from tests.faults.killing import Killed
from tests.matching.pairs import Pairs
from tests.notify.postbox import Postbox, free_port
from tests.suite.test_wiring import environment

SERVICES = ("matching", "events", "notify", "web")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("seed", [int(one) for one in metafunc.config.getoption("seeds").split()])


@pytest.fixture
def postbox() -> Any:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
async def agency(
    matching_db: Db, events_db: Db, notify_db: Db, web_db: Db, clock: Clock, databases: Databases
) -> Pairs:
    """Cleo's agency with people to match, in databases that a site can be pointed to."""
    return Pairs(matching_db, clock, databases)


@pytest.fixture
async def site(
    agency: Pairs,
    databases: Databases,
    redis: Redis,
    postbox: tuple[Postbox, int],
    tmp_path: Path,
) -> AsyncIterator[Killed]:
    assets.build()
    port = free_port()
    given = environment() | {
        f"KITH_{service.upper()}_DSN": databases.dsn(service) for service in SERVICES
    }
    given |= {
        "KITH_PORT": str(port),
        "KITH_REDIS_URL": redis.url,
        "KITH_SMTP_URL": f"smtp://127.0.0.1:{postbox[1]}",
        "KITH_KEEPS_QUIET": "no",
    }
    killed = Killed(given, tmp_path, port, redis)
    yield killed
    killed.end()
