"""A long run through the site as it is started: the page that tells how far it is, a person who
stops it, a worker killed in the middle, and the end within its fifteen minutes.

python -m bench.long_run [FAMILIES] starts a site of its own with so many families waiting (10,000
when nothing is said) and a third as many mentors in one agency, asks as its coordinator in a
browser, and prints what was seen with the seconds it took. What must hold is asserted.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
from playwright.async_api import Error, Page, async_playwright

from bench.crowding import crowd_in
from bench.environments import ROOT
from dev import browser as chromium
from dev.account import remove_home
from dev.settings import Development

FAMILIES, DEMO_FAMILIES = 10_000, 240
LIMIT_S, READY_S, LOOK_S = 900, 180, 0.5
COORDINATOR = "cleo"
EXPLAINING, KEEPING = "Writing down why, for each person", "Keeping the answer"
WORKER, APART = b"services.suite\0work", b"services.matching.actions.apart"
SHOWN = """() => {
    const bar = document.querySelector("progress");
    const steps = [...document.querySelectorAll("[data-again] li")].map((one) => one.innerText);
    const now = steps.find((one) => /\\d of \\d|now/.test(one)) || "";
    return bar && [bar.value, now.replace(/\\s+/g, " ")];
}"""
NEWEST = """
    SELECT state, step, lease, waiting, mentors, matched, gap, fault,
           extract(epoch FROM finished_at - asked_at) AS seconds,
           (SELECT count(*) FROM proposal WHERE run_id = run.id) AS suggested,
           (SELECT count(DISTINCT request_id) FROM proposal WHERE run_id = run.id) AS people,
           (SELECT count(*) FROM left_out WHERE run_id = run.id) AS left_out
      FROM run WHERE agency = 'ATV' ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Stage:
    """A running site with its coordinator's page; `pid` is of what runs the others."""

    settings: Development
    pid: int
    page: Page

    async def newest(self) -> asyncpg.Record:
        """The run asked for last, with what was kept of it, seen past every policy."""
        dsn = self.settings.dsn("matching", "matching_migrator")
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchrow(NEWEST)
        finally:
            await connection.close()

    def programs(self, words: bytes) -> Iterator[int]:
        """Processes below the site's whose command has these words."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if words in (folder / "cmdline").read_bytes() and self._is_below(int(folder.name)):
                    yield int(folder.name)
            except OSError:
                continue

    def _is_below(self, pid: int) -> bool:
        while pid > 1 and pid != self.pid:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        return pid == self.pid

    async def run_matching(self) -> None:
        await self.page.goto("/desk")
        await self.page.get_by_role(
            "button", name=re.compile("^(Run matching|Match again)")
        ).click()
        await self.page.wait_for_url("**/runs/*")

    async def shown(self) -> tuple[int, str] | None:
        """What the page says as it stands: percent, and the step with how much of it is done.

        None: the run is over. The page looks again by itself, so that nothing is asked for here.
        """
        while True:
            try:
                await self.page.wait_for_load_state()
                found = await self.page.evaluate(SHOWN)
            except Error:  # it was just looking again
                continue
            if found:
                return int(found[0]), found[1]
            if (await self.newest())["state"] not in ("queued", "running"):
                return None
            await asyncio.sleep(0.1)  # it is just being drawn


async def until_shown(stage: Stage, words: str) -> float:
    """Seconds until the page names a step."""
    began = time.monotonic()
    while True:
        found = await stage.shown()
        assert found is not None, f"over before “{words}”: {dict(await stage.newest())}"
        if words in found[1]:
            return time.monotonic() - began
        assert time.monotonic() - began < LIMIT_S, found
        await asyncio.sleep(LOOK_S)


async def followed_to_its_end(stage: Stage) -> list[tuple[float, int, str]]:
    """Each new thing that the page said, with the seconds since."""
    began, said = time.monotonic(), list[tuple[float, int, str]]()
    while (found := await stage.shown()) is not None:
        step = found[1].split("  ")[0]
        if not said or said[-1][1:] != (found[0], step):
            said.append((time.monotonic() - began, *found))
        assert time.monotonic() - began < LIMIT_S + 60, said[-1]
        await asyncio.sleep(LOOK_S)
    return said


async def stopped_by_a_person(stage: Stage) -> None:
    before = await stage.newest()
    await stage.run_matching()
    took = await until_shown(stage, EXPLAINING)
    print(f"stopping: the page named “{EXPLAINING}” after {took:.0f} s", flush=True)
    working = list(stage.programs(APART))
    await stage.page.get_by_role("button", name="Stop this run").click()
    began = time.monotonic()
    while any(pid in working for pid in stage.programs(APART)):
        assert time.monotonic() - began < 30, "the work goes on after it was stopped"
        await asyncio.sleep(0.1)
    found = await stage.newest()
    assert (found["state"], found["suggested"], found["left_out"]) == ("cancelled", 0, 0), found
    assert found["waiting"] > before["waiting"]
    print(f"stopping: nothing worked on it {time.monotonic() - began:.1f} s later; nothing kept")


async def killed_and_ended(stage: Stage) -> None:
    """The worker is killed while reasons are written, and again while the answer is kept."""
    await stage.run_matching()
    began = time.monotonic()
    for step in (EXPLAINING, KEEPING):
        await until_shown(stage, step)
        (worker,) = stage.programs(WORKER)
        os.kill(worker, signal.SIGKILL)
        at, found = time.monotonic(), await stage.newest()
        assert (found["suggested"], found["left_out"]) == (0, 0), found
        while (now := await stage.newest())["lease"] == found["lease"]:
            assert time.monotonic() - at < 120, now
            await asyncio.sleep(LOOK_S)
        late = time.monotonic() - at
        print(f"killed at “{step}”: nothing kept; taken up {late:.0f} s later", flush=True)
    for second, percent, words in await followed_to_its_end(stage):
        print(f"  {second:6.1f} s  {percent:3} %  {words}")
    found = await stage.newest()
    print(f"ended: {found['state']}, {found['matched']:,} of {found['waiting']:,} with"
          f" {found['mentors']:,} mentors, gap {found['gap']}, {time.monotonic() - began:.0f} s"
          f" from the first press with both kills")  # fmt: skip
    assert found["state"] == "done", found
    assert found["suggested"] == found["people"] == found["matched"]
    assert found["matched"] + found["left_out"] == found["waiting"]


async def main(families: int) -> None:
    with home() as folder, site(folder) as (settings, pid):
        async with page_of(settings) as page:
            waiting, mentors = await crowd_in(
                settings.dsn("matching", "matching_migrator"), families
            )
            print(f"{waiting:,} more families wait, {mentors:,} more mentors", flush=True)
            stage = Stage(settings, pid, page)
            await stopped_by_a_person(stage)
            await killed_and_ended(stage)


@contextmanager
def home() -> Iterator[Path]:
    """A folder that the database's own account may enter, removed with what it wrote."""
    with tempfile.TemporaryDirectory(prefix="kith-long-run-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            remove_home(folder / "kith" / "postgres")


@asynccontextmanager
async def page_of(settings: Development) -> AsyncIterator[Page]:
    """The coordinator, signed in."""
    program = chromium.find()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, env={**os.environ, **chromium.environment(program)}
        )
        page = await browser.new_page(base_url=settings.url)
        await page.goto("/sign-in")
        await page.locator("main form button").first.click()
        await page.locator(f"button[value={COORDINATOR}]").click()
        await page.wait_for_url(f"{settings.url}/**")
        yield page
        await browser.close()


@contextmanager
def site(folder: Path) -> Iterator[tuple[Development, int]]:
    """The small site with its demo, in a folder of its own, and what runs it."""
    usual = Development.read()
    settings = replace(usual, data=folder / "kith", families=DEMO_FAMILIES)
    given = {name: str(port) for name, port in settings.ports.items()}
    given |= {"KITH_DATA": str(settings.data), "KITH_DEMO_FAMILIES": str(settings.families)}
    log = folder / "log"
    with log.open("wb") as said:
        running = subprocess.Popen(
            [sys.executable, "-m", "dev.up"],
            cwd=ROOT,
            env=os.environ | given,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        until = time.monotonic() + READY_S
        while "Kith is at " not in log.read_text(errors="replace"):
            assert running.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.2)
        yield replace(settings, **json.loads(settings.sockets.read_text())), running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FAMILIES))
