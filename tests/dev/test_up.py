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
from tests.site import Site

SECOND_START_S = 60.0
# Of all programs together, on two cores: half of it is reading modules, which two programs each do.
SECOND_START_WORK_S = 16.0


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


def work_s(pid: int) -> float:
    """Seconds of work that a process has done with all that it started, ended or not."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(work_s(child) for child in children_of(pid))


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
    running = children_of(own_site.pid)
    sockets = Path(own_site.settings.postgres_socket)

    own_site.stop(signal.SIGKILL)
    until = time.monotonic() + 10
    while any(is_running(pid) for pid in running):
        assert time.monotonic() < until, "something outlived the site"
        time.sleep(0.05)
    began = time.monotonic()
    own_site.start()

    # By work and not by the clock alone: on a busy machine a start of five seconds takes thirty.
    assert work_s(own_site.pid) < SECOND_START_WORK_S
    assert time.monotonic() - began < SECOND_START_S
    assert not sockets.exists(), "the killed site's folder is still there"
    assert before >= 8
    assert asyncio.run(families(own_site)) == before
    assert "matched" in own_site.said()


def test_program_that_died_is_started_again_and_the_site_serves_on(own_site: Site) -> None:
    for pid in children_of(own_site.pid):
        os.kill(pid, signal.SIGKILL)

    until = time.monotonic() + 30
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
