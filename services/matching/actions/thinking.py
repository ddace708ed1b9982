"""Working an answer out beside the loop, so that it can be watched, and ended when it must be.

A small agency's answer is there in a second, from a thread. A large one's takes longer, and a
thread cannot be ended: it is worked out in a process of its own (`apart`), which ends with its
worker. What a page tries out goes there sooner, so that nobody else's page waits for it, and within
bounds: so many pairs, so long, and few at once.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from kernel.refusal import Refused
from services.matching.actions import apart
from services.matching.actions.tasks import MATCH, Answer, Question, Task
from services.matching.model.plain import plain, typed
from services.matching.model.run import Outcome, RunStep
from services.matching.model.snapshot import RunSettings, Snapshot
from services.matching.refusals import Why
from services.matching.solver.check import AnswerRefused
from services.matching.solver.problem import PinRefused
from services.matching.solver.trying import Asked
from services.matching.solver.worth import TooLarge

BEAT_S = 1.0
LIMIT_S = 900.0
APART_FROM = 100_000
"""Pairs to look at from which an answer is worked out in a process of its own."""
TRIED_APART_FROM = 10_000
"""The same for what a page tries out, in a process that serves others meanwhile."""
TRIED_MOST = 1_000_000
"""Pairs beyond which nothing is tried out while a page waits."""
TRIED_LIMIT_S = 8.0
"""Less than whatever waits for the answer would wait (10 s)."""

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

    Raises PinRefused, AnswerRefused, TooLarge, OutOfTime after 15 minutes, Lost.
    """
    progress = Progress()
    large, asked = _pairs(snapshot) >= apart_from, Asked(snapshot=snapshot, settings=settings)
    work = asyncio.create_task((_apart if large else _here)(MATCH, asked, progress))
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


async def try_out(
    task: Task[Question, Answer], question: Question, people: Snapshot, gate: asyncio.Semaphore
) -> Answer:
    """The answer of a task while a page waits for it. `gate` says how many may at once.

    Refuses: TOO_MANY_TO_TRY, TRYING_TOOK_TOO_LONG (also when others kept the gate so long),
    PIN_IN_THE_WAY.
    """
    if are_too_many(people):
        raise Refused(
            Why.TOO_MANY_TO_TRY, families=len(people.mentees), mentors=len(people.mentors)
        )
    work = _apart if _pairs(people) >= TRIED_APART_FROM else _here
    try:
        async with asyncio.timeout(TRIED_LIMIT_S), gate:
            return await work(task, question, Progress())
    except (TimeoutError, Lost) as late:
        raise Refused(Why.TRYING_TOOK_TOO_LONG) from late
    except PinRefused as pin:
        raise Refused(Why.PIN_IN_THE_WAY, rule=pin.sentence) from pin


def are_too_many(people: Snapshot) -> bool:
    """Whether nothing is tried out with them while a page waits."""
    return _pairs(people) > TRIED_MOST


def _pairs(people: Snapshot) -> int:
    return len(people.mentees) * len(people.mentors)


async def _here(task: Task[Question, Answer], question: Question, progress: Progress) -> Answer:
    return await asyncio.to_thread(task.work, question, progress.tell)


async def _apart(task: Task[Question, Answer], question: Question, progress: Progress) -> Answer:
    asked = await asyncio.to_thread(_written, task.name, question)
    async with _process() as process:
        try:
            answer = await _asked(process, asked, progress)
        except (ConnectionError, asyncio.IncompleteReadError) as broken:
            raise Lost from broken
    return await asyncio.to_thread(_answered, task, answer)


def _written(name: str, question: object) -> bytes:
    return orjson.dumps({"task": name, "question": plain(question)})


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


def _answered(task: Task[Any, Answer], answer: bytes) -> Answer:
    found: dict[str, Any] = orjson.loads(answer)
    if pin := found.get("pin"):
        raise typed(apart.Pinned, pin).refused()
    if faults := found.get("faults"):
        raise AnswerRefused(faults)
    if "too_large" in found:
        raise TooLarge(found["too_large"])
    return typed(task.answer, found["answer"])
