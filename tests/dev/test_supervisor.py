"""The supervisor: it starts in order, mends what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def supervised(
    folder: Path, *, kind: str = "well", port: int = 0
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("supervised.py"), folder, kind, str(port)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def until(claim: Callable[[], bool]) -> None:
    """Wait for what another process does; fails when it does not."""
    end = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read: list[str] = []
    for line in process.stdout:
        read.append(line)
        if words in line:
            return "".join(read)
    raise AssertionError(f"it ended without {words!r}: {''.join(read)}")


def pid_of(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_programs_start_in_order_and_speak_in_one_log(tmp_path: Path) -> None:
    with supervised(tmp_path) as process:
        log = read_until(process, "all is ready")
        process.send_signal(signal.SIGTERM)
        log += process.communicate(timeout=PATIENCE_S)[0]

    said = [line.split()[1:] for line in log.splitlines() if "|" in line]
    assert [words for words in said if words[0] != "kith"] == [
        ["first", "|", "hello", "from", "first"],
        ["step", "|", "done", "once"],
        ["second", "|", "hello", "from", "second"],
    ]


def test_told_to_stop_it_stops_all_in_reverse_order(tmp_path: Path) -> None:
    for told in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        (tmp_path / "stopped").unlink(missing_ok=True)
        with supervised(tmp_path) as process:
            read_until(process, "all is ready")
            pids = [pid_of(tmp_path, name) for name in ("first", "second")]
            process.send_signal(told)

            assert process.wait(PATIENCE_S) == 0
        assert (tmp_path / "stopped").read_text() == "second first "
        assert not any(is_running(pid) for pid in pids)


def test_killed_child_is_started_again(tmp_path: Path) -> None:
    with supervised(tmp_path) as process:
        read_until(process, "all is ready")
        killed = pid_of(tmp_path, "first")

        os.kill(killed, signal.SIGKILL)

        assert "first ended with -9; again in" in read_until(process, "first ended")
        until(lambda: pid_of(tmp_path, "first") != killed)
        assert is_running(pid_of(tmp_path, "first"))


def test_nothing_is_left_when_it_is_killed_itself(tmp_path: Path) -> None:
    with supervised(tmp_path) as process:
        read_until(process, "all is ready")
        pids = [pid_of(tmp_path, name) for name in ("first", "second")]

        process.kill()

        until(lambda: not any(is_running(pid) for pid in pids))


def test_taken_port_is_said_in_one_sentence_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with supervised(tmp_path, port=port) as process:
            said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert said == f"Port {port} is taken. Stop what uses it, or set KITH_PORT=… to another.\n"
    assert not (tmp_path / "first").exists()


def test_step_that_fails_ends_everything_and_is_named(tmp_path: Path) -> None:
    with supervised(tmp_path, kind="broken") as process:
        said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert "the step broke" in said
    assert said.endswith("step ended before it was ready (see above).\n")
    assert not is_running(pid_of(tmp_path, "first"))
    assert not (tmp_path / "second").exists()
