"""Removes the demo's data: `make clean`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dev.account import remove_home

DATA = Path(__file__).resolve().parent.parent / ".kith"


def running_pid(data: Path) -> int | None:
    """The process that runs on this data, when there is one."""
    try:
        pid = int((data / "pid").read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def clean(data: Path) -> None:
    pid = running_pid(data)
    if pid is not None:
        sys.exit(f"Kith is running on this data (process {pid}). Stop it first.")
    remove_home(data / "postgres")
    remove_home(data)


if __name__ == "__main__":
    clean(DATA)
