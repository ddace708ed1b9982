"""One site on one data folder: a lock that the kernel drops however its holder ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class InUse(RuntimeError):
    """Another process holds the folder; says which."""


class Hold:
    """The folder's lock, held until released or until this process ends."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._file = (data / "pid").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            pid = self._file.read().strip()
            self._file.close()
            raise InUse(f"Kith is running on {data} (process {pid}). Stop it first.") from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()
