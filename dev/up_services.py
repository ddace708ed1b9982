"""What `make up-services` runs: the region shape on this machine, each part a process of its own.

Three services with a worker each, the gateway before them, and the web front; on the same data as
`make up`.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field

from dev import gateway, node
from dev.child import command
from dev.log import Log
from dev.settings import HOST, Development
from dev.supervisor import Program, python
from dev.up import answers, started, up


@dataclass(frozen=True)
class Region(Development):
    """The small site's settings, and a port for each part more. `port` is the web front's."""

    gateway_port: int = 4000
    matching_port: int = 8001
    events_port: int = 8002
    notify_port: int = 8003
    gateway_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @classmethod
    def read(cls) -> Region:
        def port(name: str, usual: int) -> int:
            return int(os.environ.get(name, usual))

        return cls(
            **vars(Development.read()),
            gateway_port=port("KITH_GATEWAY_PORT", cls.gateway_port),
            matching_port=port("KITH_MATCHING_PORT", cls.matching_port),
            events_port=port("KITH_EVENTS_PORT", cls.events_port),
            notify_port=port("KITH_NOTIFY_PORT", cls.notify_port),
            gateway_secret=os.environ.get("KITH_GATEWAY_SECRET") or secrets.token_urlsafe(32),
        )

    @property
    def services(self) -> dict[str, int]:
        """Each service's port."""
        return {
            "matching": self.matching_port,
            "events": self.events_port,
            "notify": self.notify_port,
        }

    @property
    def ports(self) -> dict[str, int]:
        return super().ports | {
            "KITH_GATEWAY_PORT": self.gateway_port,
            **{f"KITH_{name.upper()}_PORT": port for name, port in self.services.items()},
        }

    @property
    def register_url(self) -> str:
        return at(self.matching_port)

    @property
    def gateway_url(self) -> str:
        return at(self.gateway_port)

    @property
    def graph_url(self) -> str:
        return f"{self.gateway_url}/graphql"

    def environment(self) -> dict[str, str]:
        """What every part is given, but its port; where the others are is part of it."""
        return super().environment() | {
            "KITH_GATEWAY_SECRET": self.gateway_secret,
            "KITH_GRAPH_URL": self.gateway_url,
            "KITH_REGISTER_URL": self.register_url,
            "KITH_GATEWAY_PORT": str(self.gateway_port),
            "KITH_SCHEMA": str(gateway.SCHEMA),
            **{f"KITH_{name.upper()}_URL": at(port) for name, port in self.services.items()},
            **{f"KITH_{name.upper()}_PORT": str(port) for name, port in self.services.items()},
        }


def at(port: int) -> str:
    return f"http://{HOST}:{port}"


def programs(settings: Region) -> list[Program]:
    """Services and workers, then what stands before them."""
    parts = [_service(settings, name, port) for name, port in settings.services.items()]
    workers = [_worker(settings, name) for name in settings.services]
    front = Program(
        "web",
        lambda: python("-m", "services.web", "serve"),
        lambda _pid: answers(settings.port, "/live"),
        _listening_at(settings, settings.port),
        beside=True,
    )
    door = Program(
        "gateway",
        lambda: command(_gateway(), at_death=signal.SIGKILL),
        lambda _pid: answers(settings.gateway_port, "/ready"),
        _listening_at(settings, settings.gateway_port),
    )
    return [*parts, *workers, front, door]


def _service(settings: Region, name: str, port: int) -> Program:
    return Program(
        name,
        lambda: python("-m", f"services.{name}", "serve"),
        lambda _pid: answers(port, "/ready"),
        _listening_at(settings, port),
        beside=True,
    )


def _worker(settings: Region, name: str) -> Program:
    return Program(
        f"{name}'s worker",
        lambda: python("-m", f"services.{name}", "work"),
        environment=settings.environment(),
    )


def _gateway() -> Sequence[str]:
    """The program itself, not its wrapper: that one leaves its child behind."""
    return [str(node.node()), str(gateway.BUNDLE)]


def _listening_at(settings: Region, port: int) -> dict[str, str]:
    return settings.environment() | {"KITH_PORT": str(port)}


def main() -> None:
    log = Log()
    if gateway.build():
        log.say("built the gateway")
    up(Region.read(), log, programs)


if __name__ == "__main__":
    started(main)
