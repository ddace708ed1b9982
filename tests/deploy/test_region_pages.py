"""The journey of the main job on real pages, told to the region shape: the same test, another site.

What differs between the shapes is between the front and the rows; so nothing in the story may.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.account import remove_home
from tests.deploy.region import RegionSite
from tests.journeys.test_mentee_gets_a_mentor_on_pages import test_mentee_gets_a_mentor
from tests.site import FAMILIES

__all__ = ["test_mentee_gets_a_mentor"]
pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegionSite]:
    """In place of the small site that every other test of pages shares: every part a process."""
    data: Path = tmp_path_factory.mktemp("region-pages") / "kith"
    running = RegionSite(data, families=FAMILIES)
    running.start()
    yield running
    assert running.stop() == 0
    remove_home(data / "postgres")
