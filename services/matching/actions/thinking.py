"""Working an answer out beside the loop, so that it can be watched, and ended when it must be.

A small agency's answer is there in a second, from a thread. A large one's takes longer, and a
thread cannot be ended: it is worked out in a process of its own (`apart`), which ends with its
worker.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from services.matching.actions import apart
from services.matching.model.plain import plain, typed
from services.matching.model.run import Outcome, RunStep
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.solver.check import AnswerRefused
from services.matching.solver.run import match

BEAT_S = 1.0
LIMIT_S = 900.0
APART_FROM = 100_000
"""Pairs to look at from which an answer is worked out in a process of its own."""

Beat = Callable[[RunStep, int, int], Awaitable[None]]


class Lost(Exception):
    """The process that worked on the answer ended before it had one."""


class OutOfTime(Exception):
    """The answer was not there within the time that a run may take."""


class Progress:
    """How far the answer is; written from the thread or the process, read by the loop."""

    def __init__(self) -> None:
        self.latest = (RunStep.JUDGE, 0, 0)

    def tell(self, step: RunStep, done: int, of: int) -> None:
        self.latest = (step, done, of)


async def think(
    snapshot: Snapshot,
    settings: RunSettings,
    *,
    beat: Beat,
    apart_from: int = APART_FROM,
) -> Outcome:
    """The answer of a run. `beat` is awaited each second with how far it is; what it raises ends
    the work.

    Raises PinRefused, AnswerRefused, OutOfTime after 15 minutes, Lost.
    """
    progress = Progress()
    large = len(snapshot.mentees) * len(snapshot.mentors) >= apart_from
    work = asyncio.create_task((_apart if large else _here)(snapshot, settings, progress))
    try:
        async with asyncio.timeout(LIMIT_S):
            while not (await asyncio.wait({work}, timeout=BEAT_S))[0]:
                await beat(*progress.latest)
        return work.result()
    except TimeoutError as late:
        raise OutOfTime from late
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _here(snapshot: Snapshot, settings: RunSettings, progress: Progress) -> Outcome:
    return await asyncio.to_thread(match, snapshot, settings, tell=progress.tell)


async def _apart(snapshot: Snapshot, settings: RunSettings, progress: Progress) -> Outcome:
    question = orjson.dumps({"snapshot": plain(snapshot), "settings": plain(settings)})
    async with _process() as process:
        try:
            answer = await _asked(process, question, progress)
        except (ConnectionError, asyncio.IncompleteReadError) as broken:
            raise Lost from broken
        return await asyncio.to_thread(_answered, orjson.loads(answer))


async def _asked(process: asyncio.subprocess.Process, question: bytes, progress: Progress) -> bytes:
    """The answer as it was written. Raises Lost where the process ends without one."""
    assert process.stdin is not None, "opened as a pipe"
    assert process.stdout is not None, "opened as a pipe"
    process.stdin.write(b"%d\n%b" % (len(question), question))
    # It stays open: that it closes tells the process that its worker is no more.
    await process.stdin.drain()
    while words := (await process.stdout.readline()).split():
        if words[0] == apart.ANSWER:
            return await process.stdout.readexactly(int(words[1]))
        progress.tell(RunStep(int(words[1])), int(words[2]), int(words[3]))
    raise Lost


@asynccontextmanager
async def _process() -> AsyncIterator[asyncio.subprocess.Process]:
    """In a session of its own, so that a Ctrl-C meant for the worker is the worker's to pass on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        apart.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _answered(found: dict[str, Any]) -> Outcome:
    if pin := found.get("pin"):
        raise typed(apart.Pinned, pin).refused()
    if faults := found.get("faults"):
        raise AnswerRefused(faults)
    return typed(Outcome, found["outcome"])
