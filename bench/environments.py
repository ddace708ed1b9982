"""An environment for each peer below build/bench: they share an import name, so none shares one.

Made once from a lock with hashes (locks/bench-*.txt) by the same installer as our own.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from dev import bootstrap

ROOT = Path(bootstrap.ROOT)
BUILD = ROOT / "build" / "bench"


def python_of(name: str) -> Path:
    """The Python of a peer's environment, made if it is not there or its lock has changed."""
    lock, folder = ROOT / "locks" / f"bench-{name}.txt", BUILD / name
    stamp, digest = folder / "made-from", hashlib.sha256(lock.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != digest:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        wanted = dict(bootstrap.environment(), VIRTUAL_ENV=str(folder))
        uv = os.path.join(bootstrap.BIN, "uv")
        command = [uv, "pip", "sync", "--quiet", "--require-hashes", str(lock)]
        subprocess.run(command, cwd=ROOT, env=wanted, check=True)
        stamp.write_text(digest)
    return python
