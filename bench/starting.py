"""How long `make up` takes the second time, beside the servers alone that it stands on.

The floor is PostgreSQL and Redis, started one after the other on the same data; site and floor take
turns. Nothing here is a test: no figure fails a build.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dev import node, postgres, redis
from dev.account import remove_home
from dev.settings import Development

ROUNDS = 3
READY = b"Kith is at "
NEEDED_S = 10.0  # what whoever works on Kith waits for gladly, each time


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kith-bench-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "kith"
        settings = replace(Development.read(), data=data)
        try:
            first = started(settings)
            rounds = [(started(settings), servers(settings)) for _ in range(ROUNDS)]
        finally:
            remove_home(data / "postgres")
    whole, floor = ([one[side] for one in rounds] for side in (0, 1))
    print(f"Starting: the first time, with the demo made, {first:.1f} s; then, {ROUNDS} times:")
    print(f"  {told('the whole small site', whole)} ({NEEDED_S:.0f} s allowed)")
    print(f"  {told('floor: PostgreSQL and Redis alone', floor)}")
    print(f"  ours takes {statistics.median(whole) / statistics.median(floor):.1f} x the floor")


def told(what: str, seconds: list[float]) -> str:
    """The middle with the least and the most."""
    middle = statistics.median(seconds)
    return f"{what:48}{middle:10.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"


def started(settings: Development) -> float:
    """Seconds until the site says where it is; it is stopped again. Raises RuntimeError."""
    began = time.perf_counter()
    with site(settings) as said:
        for line in said:
            if READY in line:
                return time.perf_counter() - began
    raise RuntimeError("the site ended before it was ready; run `make up` to read why")


@contextmanager
def site(settings: Development) -> Iterator[Iterator[bytes]]:
    """The lines that a running site says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.up"],
        cwd=node.ROOT,
        env=os.environ | settings.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None, "opened as a pipe"
    try:
        yield iter(process.stdout)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def servers(settings: Development) -> float:
    """Seconds until both answer, on the site's own data."""
    database, bell = postgres.Server(settings.data / "postgres"), redis.Server()
    began = time.perf_counter()
    database.start()
    bell.start()
    took = time.perf_counter() - began
    bell.stop()
    database.stop()
    return took


if __name__ == "__main__":
    main()
