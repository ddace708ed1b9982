"""Mentor pairing beside its peers, on one invented instance a size, in one run: `make bench`.

Each trial is a process of its own, so that its memory is its own. Peers get the pairs judged
already, and only their own work is timed. The table goes to bench/results as JSON, to docs/bench.md
as a page, to docs/bench/time.svg as a chart, and into the README between its two marks. Nothing
here is a test: no figure fails a build.

python -m bench.matching [--quick] [SIZE ...]; --quick leaves out the peers that take minutes.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report
from bench.environments import ROOT, python_of
from bench.instance import MATCHES_THEN_SCORE, joint, write
from services.matching.places.places import Places

SIZES = (1_000, 10_000, 50_000)
RUNS = 3
PEERS = ROOT / "bench" / "peers"
Row = dict[str, Any]
LARGEST = {
    "columns": 50_000,
    "scipy, dense": 10_000,
    "scipy, sparse": 10_000,
    "matching": 10_000,
    "mentor-match": 1_000,
}
"""Beyond these a peer takes longer than the whole table may, or more memory than there is."""
TIMEOUT_S = 600


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    sizes = tuple(int(one) for one in arguments if one.isdigit()) or SIZES
    found: Row = {"rows": [], "extra": []}
    for size in sizes:
        for row in of_size(size, quick=quick):
            found["rows"].append(row)
            print(report.line(row), flush=True)
        report.keep({**found, "machine": machine()})  # what was measured stays, if it is cut off
    report.keep({**found, "machine": machine(), "extra": extras(sizes)})
    print(f"kept: {report.PAGE}, {report.CHART}, {report.RESULT}")


def of_size(size: int, *, quick: bool) -> Iterator[Row]:
    rows = [ours(size, "compiled")]
    if rows[0].get("how") != "columns" and size <= LARGEST["columns"]:  # else it was numpy already
        rows.append(ours(size, "columns"))
    queue = rows[0].pop("by_wait", None)
    for row in rows[1:]:
        row.pop("by_wait", None)
    yield from rows
    if queue is not None:
        yield {"who": "first come, first served", "size": size, **queue}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.npz"
        for name in ("scipy, dense", "scipy, sparse", "matching", "mentor-match"):
            if size > LARGEST[name] or (quick and name in ("matching", "mentor-match")):
                continue
            if not path.exists():
                write(path, joint(size, Places.load()), MATCHES_THEN_SCORE)
            yield peer(name, size, path)


def ours(size: int, how: str, *tiers: str) -> Row:
    found = said([sys.executable, "-m", "bench.trial", str(size), how, str(RUNS), *tiers])
    steps = found.pop("steps", None)
    if steps is None:
        return {**found, "who": "Kith", "size": size}
    # So few pairs that compiled code would not pay are judged by numpy, whatever is installed.
    name = "Kith with numba" if found["how"] == "compiled" else "Kith with numpy"
    middle = {step: sorted(each[step] for each in steps)[len(steps) // 2] for step in steps[0]}
    totals = [each["total"] for each in steps]
    return {
        **found,
        "who": name if not tiers else f"{name}, strict waiting tiers",
        "seconds": middle["total"],
        "least_s": min(totals),
        "most_s": max(totals),
        "steps": middle,
    }


def peer(name: str, size: int, path: Path) -> Row:
    script = {
        "scipy, dense": ("scipy", "by_scipy.py", "dense"),
        "scipy, sparse": ("scipy", "by_scipy.py", "sparse"),
        "matching": ("matching", "by_matching.py"),
        "mentor-match": ("mentor-match", "by_mentor_match.py"),
    }[name]
    python = python_of(script[0])
    command = [str(python), "-I", str(PEERS / script[1]), *script[2:], str(path)]
    return {"who": name, "size": size, **said(command)}


def said(command: list[str]) -> Row:
    """The one line of JSON that a trial prints; what went wrong, if it did."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return {"fault": f"no answer in {TIMEOUT_S} s"}
    if done.returncode:
        return {"fault": (done.stderr.strip().splitlines() or ["ended"])[-1][:120]}
    found: Row = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def extras(sizes: tuple[int, ...]) -> list[Row]:
    """What is no row of the table: waiting tiers, prices of pairs, a run after people changed."""
    return [
        {
            "size": size,
            "tiers": ours(size, "compiled", "tiers"),
            **said([sys.executable, "-m", "bench.again", str(size)]),
        }
        for size in sizes
        if size <= LARGEST["scipy, dense"]
    ]


def machine() -> Row:
    """Named, so that a figure can be placed; load tells how much else it was doing."""
    model = next(
        (
            row.split(":", 1)[1].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if row.startswith("model name")
        ),
        platform.processor(),
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "on": datetime.now(UTC).date().isoformat(),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
