"""Workers: what Redis does to them, how jobs are tried again, how they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from dev.redis import Server as Redis
from kernel.db import Unavailable
from kernel.jobs import Bell, Job, Sweep, work
from tests.patience import PATIENCE_S


@asynccontextmanager
async def working(
    redis: Redis, jobs: Mapping[str, Job], *sweeps: Sweep
) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(
        work("test", redis_url=redis.url, jobs=jobs, sweeps=sweeps, stop=stop)
    )
    yield task
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


class Heard:
    """A job that notes what it was told, and fails as often as it should."""

    def __init__(self, *, failures: int = 0) -> None:
        self.facts: list[str] = []
        self.tries = 0
        self.once = asyncio.Event()
        self._failures = failures

    async def __call__(self, *, thing: str) -> None:
        self.tries += 1
        if self.tries <= self._failures:
            raise RuntimeError("not yet")
        self.facts.append(thing)
        self.once.set()

    async def wait(self) -> None:
        await asyncio.wait_for(self.once.wait(), PATIENCE_S)


async def test_bell_wakes_a_worker_with_its_facts(redis: Redis, bell: Bell) -> None:
    heard = Heard()

    async with working(redis, {"hear": Job(heard)}):
        assert await bell.ring("test", "hear", thing="a")
        await heard.wait()

    assert heard.facts == ["a"]


async def test_fact_that_a_job_does_not_know_is_left_out(redis: Redis, bell: Bell) -> None:
    heard = Heard()

    async with working(redis, {"hear": Job(heard)}):
        await bell.ring("test", "hear", thing="a", of_tomorrow=1)
        await heard.wait()

    assert heard.facts == ["a"]


async def test_failed_job_is_tried_again(redis: Redis, bell: Bell) -> None:
    heard = Heard(failures=1)

    async with working(redis, {"hear": Job(heard)}):
        await bell.ring("test", "hear", thing="a")
        await heard.wait()

    assert heard.tries == 2


async def test_job_that_takes_too_long_is_ended(
    redis: Redis, bell: Bell, caplog: pytest.LogCaptureFixture
) -> None:
    ended = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    async with working(redis, {"endless": Job(endless, timeout_s=0.2, tries=1)}):
        await bell.ring("test", "endless")
        await asyncio.wait_for(ended.wait(), PATIENCE_S)

    assert "a job failed" in caplog.text


async def test_worker_survives_a_restart_of_redis(redis: Redis, bell: Bell) -> None:
    heard = Heard()

    async with working(redis, {"hear": Job(heard)}) as task:
        await asyncio.sleep(0.3)
        assert redis._process is not None
        redis._process.kill()
        redis._process.wait()
        await asyncio.sleep(0.5)
        redis.socket.unlink(missing_ok=True)
        redis.start()
        async with asyncio.timeout(PATIENCE_S):
            while not await bell.ring("test", "hear", thing="a"):  # noqa: ASYNC110 - it is away
                await asyncio.sleep(0.1)
        await heard.wait()
        assert not task.done()

    assert heard.facts == ["a"]


async def test_sweeps_go_on_while_redis_is_down(redis: Redis) -> None:
    redis.stop()
    rounds = 0
    enough = asyncio.Event()

    async def sweep() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            enough.set()
        if rounds == 1:
            raise Unavailable("the database is away as well")
        if rounds == 2:
            raise RuntimeError("a fault of ours")

    async with working(redis, {"hear": Job(Heard())}, Sweep("test", sweep, 0.05)):
        await asyncio.wait_for(enough.wait(), PATIENCE_S)

    assert rounds >= 3


async def test_bell_never_raises_and_does_not_make_callers_wait(redis: Redis) -> None:
    redis.stop()
    silent = Bell("redis://127.0.0.1:1/0")

    async with asyncio.timeout(30):
        answers = [await silent.ring("test", "hear", thing="a") for _ in range(100)]
    await silent.close()

    assert answers == [False] * 100


async def test_what_was_begun_is_finished_before_the_worker_ends(redis: Redis, bell: Bell) -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(0.7)
        finished.set()

    async with working(redis, {"slow": Job(slow)}):
        await bell.ring("test", "slow")
        await asyncio.wait_for(begun.wait(), PATIENCE_S)

    assert finished.is_set()


async def test_sweep_that_does_not_end_is_cut_off(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.jobs.DRAIN_S", 0.2)
    begun, cut = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            cut.set()

    async with working(redis, {"hear": Job(Heard())}, Sweep("endless", endless, 1)):
        await asyncio.wait_for(begun.wait(), PATIENCE_S)

    assert cut.is_set()
