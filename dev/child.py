"""Becomes another program in such a way that nothing is left behind when the parent dies.

Run as a script, with nothing imported but the standard library: a few milliseconds, then `exec`.
It is a program of its own, not a `preexec_fn`, because forking a process that has threads may
deadlock; and root's Python may lie where the ordinary account cannot reach it, so the account is
changed here, after Python has started.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Account:
    """The ordinary account that a child of root becomes."""

    user: int
    group: int


def command(
    program: Sequence[str], *, at_death: signal.Signals, account: Account | None = None
) -> list[str]:
    """The command line that runs `program` as our child, and sends it `at_death` when we die."""
    who = f"{account.user}:{account.group}" if account else "-"
    script = os.path.abspath(__file__)
    return [sys.executable, "-I", "-S", script, str(os.getpid()), str(int(at_death)), who, *program]


def main(arguments: Sequence[str]) -> None:
    parent, at_death, who, *program = arguments
    if who != "-":
        user, group = (int(part) for part in who.split(":"))
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if sys.platform == "linux":
        # After the change of account: the kernel forgets the wish when the account changes.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(at_death))
    if os.getppid() != int(parent):
        sys.exit("the parent died while this process started")
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
