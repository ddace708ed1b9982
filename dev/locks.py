"""Writes the lock files again, from pyproject.toml, locks/*.in and package.json: `make lock`.

Versions and hashes only; no address of a registry, so that a lock means the same everywhere.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dev import node

ROOT = node.ROOT
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "make lock"]
SOURCES = {
    "prod": ["pyproject.toml"],
    "up": ["--extra=up", "pyproject.toml"],
    "dev": ["--extra=up", "--extra=dev", "--extra=numba", "pyproject.toml"],
    "numba": ["--extra=numba", "pyproject.toml"],
    "tools": ["locks/tools.in"],
    "bench-scipy": ["locks/bench-scipy.in"],
    "bench-mentor-match": ["locks/bench-mentor-match.in"],
    "bench-matching": ["locks/bench-matching.in"],
    "redis": ["--no-deps", "locks/redis.in"],
}


def main() -> None:
    uv = Path(sys.prefix) / "bin" / "uv"
    for name, sources in SOURCES.items():
        out = ["--output-file", f"locks/{name}.txt"]
        subprocess.run([uv, *COMPILE, *sources, *out], cwd=ROOT, check=True)
    node.npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")


if __name__ == "__main__":
    main()
