"""Work beside requests: a bell that wakes workers, and workers. The only file that knows arq.

Redis is a bell and nothing else: what is due stands in PostgreSQL, and sweeps find it when the
bell was not heard. Sweeps run on a timer of our own, so they go on while Redis is away.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from arq import Retry
from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from kernel.db import Unavailable
from kernel.log import about, logger

Work = Callable[..., Awaitable[object]]

TIMEOUT_S = 15.0
TRIES = 3
POLL_S = 0.2
JOBS_AT_ONCE_MAX = 10
RETRY_AFTER_S = 2.0
REDIS_AGAIN_AFTER_S = 1.0
REDIS_TIMEOUT_S = 1.0
# Supervisors kill what has not ended after 8 to 10 seconds.
DRAIN_S = 6.0
CANCEL_AGAIN_AFTER_S = 0.3
# Twice what one process needs at its busiest; more would be a leak.
CONNECTIONS_MAX = 32
REDIS_AWAY = (RedisError, OSError, TimeoutError)

log = logger("kernel.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """What a queue may ask for by name: `do` takes keyword arguments and is safe to run twice.

    What it is told beyond its own arguments (by a newer release) is left out. An exception is
    tried again, `tries` times in all, a little later each time; after that a sweep finds the work.
    """

    do: Work
    timeout_s: float = TIMEOUT_S
    tries: int = TRIES


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is done every so often in each worker, found by its state and not by a bell."""

    name: str
    do: Work
    every_s: float


class Bell:
    """Rings for a job in a service's queue. Never raises: a bell that is not heard is late work."""

    def __init__(self, redis_url: str) -> None:
        self._redis = _redis(redis_url)
        self._silent_until = 0.0

    async def ring(self, queue: str, job: str, *, after_s: float = 0, **facts: Any) -> bool:
        """False when Redis is away, or was a moment ago. `facts` are ids, as JSON knows them."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            await self._redis.enqueue_job(
                job, _queue_name=_queue(queue), _defer_by=after_s or None, **facts
            )
        except REDIS_AWAY as fault:
            # The next callers do not wait for the same timeout again.
            self._silent_until = time.monotonic() + REDIS_AGAIN_AFTER_S
            log.warning("the bell is silent", job=job, fault=type(fault).__name__)
            return False
        return True

    async def is_heard(self) -> bool:
        """Whether ringing would reach Redis just now."""
        try:
            await self._redis.ping()
        except REDIS_AWAY:
            return False
        self._silent_until = 0.0
        return True

    async def close(self) -> None:
        with suppress(*REDIS_AWAY):
            await self._redis.aclose(close_connection_pool=True)


async def work(
    queue: str,
    *,
    redis_url: str,
    jobs: Mapping[str, Job],
    sweeps: Sequence[Sweep],
    stop: asyncio.Event,
) -> None:
    """Serve a queue until `stop` is set, then finish what was begun, for 6 seconds at most.

    Survives Redis being away, restarted or emptied, and a database that is away.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(_serve(queue, redis_url, jobs, stop))
        for sweep in sweeps:
            group.create_task(_sweep(sweep, stop))


async def _serve(queue: str, redis_url: str, jobs: Mapping[str, Job], stop: asyncio.Event) -> None:
    stopped = asyncio.create_task(stop.wait())
    while not stop.is_set():
        worker = _worker(queue, redis_url, jobs)
        running = asyncio.create_task(worker.async_run())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if running.done() and (fault := running.exception()) is not None:
            log.warning("the queue is away", queue=queue, fault=type(fault).__name__)
        await _ended(worker, running)
        await _wait(stop, REDIS_AGAIN_AFTER_S)
    await stopped


async def _ended(worker: Worker, running: asyncio.Task[None]) -> None:
    """Let the jobs that were begun come to their end, then let go of Redis.

    A worker that may do no more jobs in its burst ends by itself once it has none. To cancel it
    first would break off its talk with Redis in the middle.
    """
    worker.burst, worker.max_burst_jobs = True, 0
    begun = set(worker.tasks.values())
    await asyncio.wait({running, *begun}, timeout=DRAIN_S)
    left = {task for task in (running, *begun) if not task.done()}
    while left:
        for task in left:
            # Again and again: a cancellation that meets a timeout of the Redis client gets lost.
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_AFTER_S)
    # What went wrong has been written down; here it must only not stay unasked for.
    await asyncio.gather(running, *begun, return_exceptions=True)
    with suppress(*REDIS_AWAY):
        await worker.pool.aclose(close_connection_pool=True)


async def _sweep(sweep: Sweep, stop: asyncio.Event) -> None:
    stopped = asyncio.create_task(stop.wait())
    while not stop.is_set():
        round_ = asyncio.create_task(_once_round(sweep))
        await asyncio.wait({round_, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not round_.done():
            await asyncio.wait({round_}, timeout=DRAIN_S)
        if not round_.done():
            log.warning("a sweep was cut off; it comes round again", sweep=sweep.name)
            round_.cancel()
        with suppress(asyncio.CancelledError):
            await round_
        await _wait(stop, sweep.every_s)
    await stopped


async def _once_round(sweep: Sweep) -> None:
    with about(sweep=sweep.name):
        try:
            await sweep.do()
        except Unavailable:
            log.warning("the database is away")
        except Exception:
            log.exception("a sweep failed; it will come round again")


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _worker(queue: str, redis_url: str, jobs: Mapping[str, Job]) -> Worker:
    """An arq worker with what its defaults get wrong for us set right."""
    return Worker(
        [
            func(_guarded(name, job), name=name, timeout=job.timeout_s + 1, max_tries=job.tries)
            for name, job in jobs.items()
        ],
        queue_name=_queue(queue),
        redis_pool=_redis(redis_url),
        handle_signals=False,
        poll_delay=POLL_S,
        max_jobs=JOBS_AT_ONCE_MAX,
        keep_result=0,
        log_results=False,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
    )


def _guarded(name: str, job: Job) -> Callable[..., Any]:
    """The job as arq calls it: with its id on each line, its time bounded, its faults retried."""
    known = set(inspect.signature(job.do).parameters)

    async def run(context: dict[str, Any], **facts: object) -> None:
        with about(job=f"{name} {context['job_id']}"):
            try:
                async with asyncio.timeout(job.timeout_s):
                    await job.do(**{key: facts[key] for key in known & facts.keys()})
            except Exception as fault:
                tries = context["job_try"]
                if tries >= job.tries:
                    log.exception("a job failed; a sweep must find what it left")
                    return
                log.warning("a job will be tried again", fault=type(fault).__name__, tries=tries)
                raise Retry(defer=RETRY_AFTER_S * tries) from fault

    return run


def _redis(url: str) -> ArqRedis:
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS_MAX,
        timeout=REDIS_TIMEOUT_S,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
    )
    return ArqRedis(pool, job_serializer=orjson.dumps, job_deserializer=orjson.loads)


def _queue(service: str) -> str:
    return f"kith:{service}"
