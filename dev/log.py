"""One readable log of many programs: a time, a coloured name, a line."""

from __future__ import annotations

import itertools
import os
import sys
from datetime import datetime
from typing import TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
OURS = "kith"


class Log:
    """Lines of several programs on one stream, in colour where a person watches."""

    def __init__(self, stream: TextIO = sys.stdout, *, width: int = 8) -> None:
        self._stream = stream
        self._width = width
        self._in_colour = stream.isatty() and "NO_COLOR" not in os.environ
        self._colours = itertools.cycle(COLOURS)
        self._colour_of: dict[str, int] = {}

    def line(self, name: str, text: str) -> None:
        """Write one line of a program."""
        now = datetime.now().astimezone().strftime("%H:%M:%S")
        self._write(f"{now} {self._named(name)} | {text}")

    def say(self, text: str) -> None:
        """Write a line of our own."""
        self.line(OURS, text)

    def plain(self, text: str) -> None:
        """Write lines as they are: the summary at the end."""
        self._write(text)

    def _named(self, name: str) -> str:
        padded = name.ljust(self._width)
        if not self._in_colour:
            return padded
        if name not in self._colour_of:
            self._colour_of[name] = next(self._colours)
        return f"\033[{self._colour_of[name]}m{padded}\033[0m"

    def _write(self, text: str) -> None:
        """A reader who went away (`make up | head`) must not stop the programs."""
        try:
            print(text, file=self._stream, flush=True)
        except (BrokenPipeError, ValueError):
            self._stream = open(os.devnull, "w")  # noqa: SIM115 - lives as long as the process
