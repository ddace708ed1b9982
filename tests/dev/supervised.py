"""A small supervised site for the tests: run as a script with a folder for the process ids."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from dev.log import Log
from dev.supervisor import CannotStart, Program, Supervisor, python, refuse_taken_ports

SLEEPER = """
import os, pathlib, signal, sys, time
path = pathlib.Path(sys.argv[1])
def stop(*_):
    with open(path.parent / "stopped", "a") as log: log.write(path.name + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("hello from", path.name, flush=True)
path.with_suffix(".new").write_text(str(os.getpid()))
path.with_suffix(".new").rename(path)
while True: time.sleep(3600)
"""


def sleeper(folder: Path, name: str) -> Program:
    """A program that writes its process id when it is ready, and its name when it is stopped."""
    pid_file = folder / name

    def is_ready(pid: int) -> bool:
        return pid_file.exists() and pid_file.read_text() == str(pid)

    return Program(name, lambda: python("-c", SLEEPER, str(pid_file)), is_ready)


def step(name: str, code: str) -> Program:
    return Program(name, lambda: python("-c", code), once=True)


def main(folder: Path, kind: str, port: int) -> None:
    steps = {
        "well": [step("step", "print('done once')")],
        "broken": [step("step", "import sys; sys.exit('the step broke')")],
    }
    programs = [sleeper(folder, "first"), *steps[kind], sleeper(folder, "second")]
    log = Log()
    try:
        refuse_taken_ports({"KITH_PORT": port})
        asyncio.run(Supervisor(programs, log).run(lambda: log.plain("all is ready")))
    except CannotStart as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
