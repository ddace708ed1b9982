"""The small site as `make up` runs it, on free ports and with few people, for the tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from dev import node
from dev.mail import Folder, Mail
from dev.settings import Development
from tests.patience import PATIENCE_S

FAMILIES = 600
# What it says last, when everything is ready.
READY = "Kith is at "


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now; all are held together, so that no two are the same."""
    holders = [socket.socket() for _ in range(count)]
    for holder in holders:
        holder.bind(("127.0.0.1", 0))
    ports = [int(holder.getsockname()[1]) for holder in holders]
    for holder in holders:
        holder.close()
    return ports


class Site:
    """A running small site. Its data is below `data`, and may be started again on it."""

    module = "dev.up"
    own: tuple[str, ...] = ("KITH_DATA", "KITH_DEMO_FAMILIES")

    def __init__(self, data: Path, *, families: int = FAMILIES) -> None:
        self.settings = self.settings_for(data, families)
        self.log = data.with_name(f"{data.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def settings_for(data: Path, families: int) -> Development:
        port, dev_port, smtp_port = free_ports(3)
        return Development(
            data=data, port=port, dev_port=dev_port, smtp_port=smtp_port, families=families
        )

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def pid(self) -> int:
        assert self._process is not None, "the site has been started"
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it is ready; whatever it said is the fault's text."""
        given = self.settings.environment()
        own = {name: given[name] for name in (*self.own, *self.settings.ports)}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=node.ROOT,
                env=os.environ | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE_S
        while READY not in self.said():
            assert self._process.poll() is None, f"the site ended: {self.said()[-4000:]}"
            assert time.monotonic() < until, f"the site was not ready: {self.said()[-4000:]}"
            time.sleep(0.05)
        self.settings = replace(self.settings, **json.loads(self.settings.sockets.read_text()))

    def stop(self, told: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        assert self._process is not None, "the site has been started"
        self._process.send_signal(told)
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def mail_to(self, address: str, *, at_least: int = 1) -> list[Mail]:
        """The newest mails to an address, once there are so many."""
        folder = Folder(self.settings.mail)
        until = time.monotonic() + PATIENCE_S
        while len(found := folder.newest_first(address)) < at_least:
            assert time.monotonic() < until, f"no mail to {address}: {self.said()[-4000:]}"
            time.sleep(0.1)
        return found
