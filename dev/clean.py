"""Removes the demo's data: `make clean`."""

from __future__ import annotations

import sys
from pathlib import Path

from dev.account import remove_home
from dev.hold import Hold, InUse

DATA = Path(__file__).resolve().parent.parent / ".kith"


def clean(data: Path) -> None:
    """Refuses: InUse, while a site runs on it."""
    Hold(data).release()
    remove_home(data / "postgres")
    remove_home(data)


if __name__ == "__main__":
    try:
        clean(DATA)
    except InUse as fault:
        sys.exit(str(fault))
