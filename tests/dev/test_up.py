"""`make up` from outside: it comes back after the worst, and ends clean."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx2
import pytest

from dev.account import remove_home
from tests.patience import PATIENCE_S
from tests.site import Site


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site of this test's own, with a handful of families."""
    site = Site(tmp_path / "kith", families=8)
    site.start()
    yield site
    site.stop()
    remove_home(site.settings.data / "postgres")


async def families(site: Site) -> int:
    connection = await asyncpg.connect(site.settings.dsn("matching", "matching_migrator"))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM family"))
    finally:
        await connection.close()


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in tasks]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_killed_site_leaves_nothing_and_comes_back_with_its_data(own_site: Site) -> None:
    before = asyncio.run(families(own_site))
    filled = own_site.settings.filled.stat().st_mtime_ns
    running = children_of(own_site.pid)
    sockets = Path(own_site.settings.postgres_socket)

    own_site.stop(signal.SIGKILL)
    until = time.monotonic() + PATIENCE_S
    while any(is_running(pid) for pid in running):
        assert time.monotonic() < until, "something outlived the site"
        time.sleep(0.05)
    own_site.start()

    # What keeps it short; how short it is, `python -m bench.starting` says.
    assert own_site.settings.filled.stat().st_mtime_ns == filled, "the demo was made a second time"
    assert not sockets.exists(), "the killed site's folder is still there"
    assert before >= 8
    assert asyncio.run(families(own_site)) == before
    assert "matched" in own_site.said()


def test_program_that_died_is_started_again_and_the_site_serves_on(own_site: Site) -> None:
    for pid in children_of(own_site.pid):
        os.kill(pid, signal.SIGKILL)

    until = time.monotonic() + PATIENCE_S
    while not serves(own_site):
        assert time.monotonic() < until, own_site.said()[-4000:]
        time.sleep(0.2)

    assert own_site.stop() == 0
    own_site.start()


def serves(site: Site) -> bool:
    try:
        return httpx2.get(f"{site.url}/ready", timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False
