"""What every test may ask for: a service's database, a clock that moves, somebody who asks."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from xdist.scheduler import LoadFileScheduling

from dev.postgres import Server
from dev.redis import Server as Redis
from kernel.access import Actor
from kernel.db import Db
from kernel.jobs import Bell
from kernel.log import configure
from tests.databases import Clock, Databases, Templates

pytest_plugins = ["tests.pages"]
HERE = Path(__file__).parent
# What makes a test slow: a server, a browser, or programs of its own.
SLOW_FIXTURES = frozenset({"postgres", "redis", "browser", "site", "ground"})
SLOW_FOLDERS = frozenset({"deploy", "dev", "house"})
# Which share a site, in two lines that take about as long; the region's has one to compare with.
LINES = dict.fromkeys(("test_accessibility.py", "test_states_seen.py"), "looked at") | {
    "test_region.py": "region",
    "test_region_pages.py": "region's pages",
    "test_invited_by_mail.py": "invited",
    **dict.fromkeys(
        (
            "test_mentee_gets_a_mentor_on_pages.py",
            "test_afterwards.py",
            "test_by_asking_pages.py",
            "test_charges_pages.py",
            "test_going_back.py",
            "test_desk_cards.py",
            "test_group_pages.py",
            "test_keyboard.py",
            "test_keyboard_pairing.py",
            "test_keyboard_places.py",
            "test_mailing_pages.py",
            "test_organiser_pages.py",
            "test_places_pages.py",
            "test_ringing_pages.py",
            "test_slots_pages.py",
            "test_staffing_pages.py",
            "test_still_here.py",
        ),
        "used",
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the tests of faults play; by default one short seed."""
    parser.addoption("--seeds", default="2", help="seeds of the fault tests, by spaces")
    parser.addoption("--kills", default="3", help="how often each kills a program of the site")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make fast` runs: all that needs none of these. What needs a site comes first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if not fixtures & SLOW_FIXTURES and item.path.parent.name not in SLOW_FOLDERS:
            item.add_marker("fast")
        if "sign_in" in fixtures and item.path.name not in LINES:
            raise pytest.UsageError(f"{item.path.name} signs in: say beside which it runs")
    items.sort(key=lambda item: item.path.name not in LINES)


class Lines(LoadFileScheduling):
    """Tests of one file run in one process, in their order; so do the files of one line."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return LINES.get(PurePosixPath(file).name, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lines:
    return Lines(config, log)


class As(Protocol):
    def __call__(
        self,
        role: str,
        *,
        agency: str | None = None,
        account: UUID | None = None,
        person: UUID | None = None,
        household: UUID | None = None,
    ) -> Actor: ...


@pytest.fixture(scope="session", autouse=True)
def log_lines() -> None:
    """Log as production does, so that a test can read what production would write."""
    configure()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL for the whole run; nothing in it outlives the run."""
    folder = Path(tempfile.mkdtemp(prefix="kith-test-", dir=quick_folder()))
    folder.chmod(0o755)  # the server's own account must reach what is inside when root runs this
    server = Server(folder, durable=False)
    server.start()
    yield server
    server.stop()
    server.remove()


def quick_folder() -> str | None:
    """Memory where there is plenty: a copy of a database then takes 25 ms and not 400."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3:
        return str(memory)
    return None


@pytest.fixture(scope="session")
def templates(postgres: Server) -> Templates:
    return Templates(postgres)


@pytest.fixture
async def databases(templates: Templates) -> AsyncIterator[Databases]:
    kept = Databases(templates)
    yield kept
    await kept.close()


@pytest.fixture
async def matching_db(databases: Databases) -> Db:
    return await databases.serving("matching")


@pytest.fixture
async def events_db(databases: Databases) -> Db:
    return await databases.serving("events")


@pytest.fixture
async def notify_db(databases: Databases) -> Db:
    return await databases.serving("notify")


@pytest.fixture
async def web_db(databases: Databases) -> Db:
    return await databases.serving("web")


@pytest.fixture
def clock(databases: Databases) -> Clock:
    """Stands at 9:00 UTC on Monday 23 November 2026 until the test moves it.

    Ask for the databases first: it moves those that the test has asked for so far.
    """
    return Clock(databases)


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis of the test's own, which it may stop, empty and start again."""
    server = Redis()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def bell(redis: Redis) -> AsyncIterator[Bell]:
    kept = Bell(redis.url)
    yield kept
    await kept.close()


@pytest.fixture
def as_() -> As:
    """Somebody who asks: `as_("coordinator", agency="ATV")`. The same words, the same account."""

    def somebody(
        role: str,
        *,
        agency: str | None = None,
        account: UUID | None = None,
        person: UUID | None = None,
        household: UUID | None = None,
    ) -> Actor:
        known = account or uuid5(NAMESPACE_URL, f"{role}:{agency}:{person}")
        return Actor(role, known, agency, person, household)

    return somebody
