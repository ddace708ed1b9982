"""Runs several programs as one: in order, with one readable log, and with nothing left behind.

Each child has a session of its own, so that Ctrl-C reaches only us and we stop the others in
reverse order. A child that dies is started again, after a pause that grows. When we are killed
with -9 the kernel tells every child (see `dev.child`).
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from dev.child import command
from dev.log import Log

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 8.0
PAUSE_MIN_S, PAUSE_MAX_S = 0.5, 15.0
# A child that ran this long was well: its next pause starts from the beginning.
WELL_AFTER_S = 30.0
LAST_LINES = 30
POLL_S = 0.02


class CannotStart(RuntimeError):
    """One sentence for the person who typed `make up`."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run. With `once` it is a step: ready when it has ended well.

    With `beside` those that come after it start at once, while it gets ready.
    """

    name: str
    command: Callable[[], Sequence[str]]
    is_ready: Callable[[int], bool] = lambda _pid: True
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    once: bool = False
    beside: bool = False
    timeout_s: float = READY_TIMEOUT_S
    # For how long a start that ended with these words is worth another try.
    retry_for_s: Callable[[str], float] = lambda _said: 0.0


def refuse_taken_ports(ports: Mapping[str, int], host: str = "127.0.0.1") -> None:
    """Refuses, in one sentence, when somebody already listens on a port that we need."""
    for setting, port in ports.items():
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError as fault:
                raise CannotStart(
                    f"Port {port} is taken. Stop what uses it, or set {setting}=… to another."
                ) from fault


class Child:
    """One running program and what it says."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process, log: Log) -> None:
        self.program = program
        self.process = process
        self.began = time.monotonic()
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._log = log
        self._reader = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def said(self) -> str:
        return "\n".join(self._last)

    async def ended(self) -> int:
        """Wait for its end and end its session; its exit code, when what it said has been read."""
        code = await self.process.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        # A grandchild may hold the pipe open longer than its parent lives.
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._reader), 1.0)
        return code

    async def stop(self) -> None:
        """Ask it to stop, wait, then insist; nothing of its session is left."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(self.program.stop_signal)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_S)
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None, "every child is started with a pipe"
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._say(line)
        if rest:
            self._say(rest)

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        self._last.append(text)
        self._log.line(self.program.name, text)


class Supervisor:
    """Starts programs in the order given, keeps them running, stops them in reverse."""

    def __init__(self, programs: Sequence[Program], log: Log) -> None:
        self._programs = programs
        self._log = log
        self._children: dict[str, Child] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    async def run(self, when_ready: Callable[[], None]) -> None:
        """Run until somebody stops us. Refuses: CannotStart, when a program does not start."""
        self._listen_to_signals()
        starting = asyncio.create_task(self._start_all(when_ready))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
        finally:
            starting.cancel()
            stopping.cancel()
            await self._stop_all()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._told_to_stop)

    def _told_to_stop(self) -> None:
        self._log.say("still stopping" if self._stopping.is_set() else "stopping")
        self._stopping.set()

    async def _start_all(self, when_ready: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as beside:
                for program in self._programs:
                    bringing_up = beside.create_task(self._bring_up(program))
                    if not program.beside:
                        await bringing_up
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from None  # one sentence is enough
        when_ready()

    async def _bring_up(self, program: Program) -> None:
        """Start, again while that is worth it. Refuses: CannotStart."""
        began = time.monotonic()
        while (said := await self._start(program)) is not None:
            if time.monotonic() - began >= program.retry_for_s(said):
                raise CannotStart(f"{program.name} ended before it was ready (see above).")
            await asyncio.sleep(PAUSE_MIN_S)
        if not program.once:
            self._keepers.append(asyncio.create_task(self._keep(program)))

    async def _start(self, program: Program) -> str | None:
        """None when it is ready, else what it said. Refuses: CannotStart, when it is too slow."""
        child = await self._spawn(program)
        ended = asyncio.create_task(child.ended())
        try:
            while not ended.done():
                if not program.once and await asyncio.to_thread(program.is_ready, child.pid):
                    return None
                if time.monotonic() - child.began > program.timeout_s:
                    raise CannotStart(f"{program.name} was not ready in {program.timeout_s:.0f} s.")
                await asyncio.wait({ended}, timeout=POLL_S)
        finally:
            ended.cancel()
        del self._children[program.name]
        return None if program.once and child.process.returncode == 0 else child.said

    async def _spawn(self, program: Program) -> Child:
        process = await asyncio.create_subprocess_exec(
            *program.command(),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        child = Child(program, process, self._log)
        self._children[program.name] = child
        return child

    async def _keep(self, program: Program) -> None:
        """Start the program again whenever it dies, after a pause that doubles while it is ill."""
        pause_s = PAUSE_MIN_S
        while True:
            child = self._children[program.name]
            code = await child.ended()
            if time.monotonic() - child.began > WELL_AFTER_S:
                pause_s = PAUSE_MIN_S
            self._log.say(f"{program.name} ended with {code}; again in {pause_s:g} s")
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_MAX_S)
            await self._spawn(program)

    async def _stop_all(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in reversed(self._children.values()):
            await child.stop()
        self._children.clear()


def python(*arguments: str) -> list[str]:
    """The command of one of our own modules, as a child that dies with us."""
    return command([sys.executable, *arguments], at_death=signal.SIGKILL)
