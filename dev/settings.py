"""Where the development site lives, and the settings that it gives to the suite."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dev import assets, node, postgres

HOST = "127.0.0.1"
SERVICES = ("matching", "events", "notify", "web")
# Anybody on this machine may be anybody in the demo; the secret guards nothing.
CLIENT_ID = "kith-web"
CLIENT_SECRET = "development-only"


@dataclass(frozen=True)
class Development:
    """Ports and folders. `data` holds all that is kept between two starts."""

    data: Path = node.ROOT / ".kith"
    port: int = 8000
    dev_port: int = 8100
    smtp_port: int = 8125
    # How many families the demo is seeded with; the cast comes on top.
    families: int = 2400
    # Where the private sockets are; known to the programs that `make up` starts.
    postgres_socket: str = ""
    redis_url: str = ""

    @classmethod
    def read(cls) -> Development:
        """From the environment, with safe defaults."""
        usual = cls()
        return cls(
            data=Path(os.environ.get("KITH_DATA", usual.data)),
            port=int(os.environ.get("KITH_PORT", usual.port)),
            dev_port=int(os.environ.get("KITH_DEV_PORT", usual.dev_port)),
            smtp_port=int(os.environ.get("KITH_SMTP_PORT", usual.smtp_port)),
            families=int(os.environ.get("KITH_DEMO_FAMILIES", usual.families)),
            postgres_socket=os.environ.get("KITH_DEV_POSTGRES", usual.postgres_socket),
            redis_url=os.environ.get("KITH_REDIS_URL", usual.redis_url),
        )

    @property
    def ports(self) -> dict[str, int]:
        """Each port by the setting that moves it."""
        return {
            "KITH_PORT": self.port,
            "KITH_DEV_PORT": self.dev_port,
            "KITH_SMTP_PORT": self.smtp_port,
        }

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def register_url(self) -> str:
        """Where tokens are had: in the small site, the site itself."""
        return self.url

    @property
    def graph_url(self) -> str:
        return f"{self.url}/graphql"

    @property
    def dev_url(self) -> str:
        return f"http://{HOST}:{self.dev_port}"

    @property
    def mail(self) -> Path:
        return self.data / "mail"

    @property
    def sockets(self) -> Path:
        """Where a running site tells others on this machine its private sockets."""
        return self.data / "sockets.json"

    @property
    def summary(self) -> Path:
        """What the newest run came to, in words, for the end of `make up`."""
        return self.data / "summary.txt"

    @property
    def filled(self) -> Path:
        """By which sources, and where, the demo's people were written."""
        return self.data / "filled-by"

    @property
    def token_keys(self) -> Path:
        return self.data / "token-keys.json"

    def dsn(self, database: str, role: str) -> str:
        return postgres.dsn(self.postgres_socket, database, role)

    def environment(self) -> dict[str, str]:
        """Every setting that the programs of the small site read, for this machine alone."""
        databases = {
            f"KITH_{service.upper()}_DSN": self.dsn(service, f"{service}_app")
            for service in SERVICES
        }
        return databases | {
            "KITH_MODE": "development",
            "KITH_HOST": HOST,
            "KITH_PORT": str(self.port),
            "KITH_WEB_URL": self.url,
            "KITH_REDIS_URL": self.redis_url,
            "KITH_SMTP_URL": f"smtp://{HOST}:{self.smtp_port}",
            "KITH_SMTP_SENDER": "Kith <kith@example.org>",
            # Somebody who tries the demo at night still wants to see the mail.
            "KITH_KEEPS_QUIET": "no",
            "KITH_OIDC_ISSUER": self.dev_url,
            "KITH_OIDC_CLIENT_ID": CLIENT_ID,
            "KITH_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "KITH_TOKEN_KEYS_FILE": str(self.token_keys),
            "KITH_ASSETS": str(assets.OUT),
            # For our own programs only.
            "KITH_DATA": str(self.data),
            "KITH_DEMO_FAMILIES": str(self.families),
            "KITH_DEV_PORT": str(self.dev_port),
            "KITH_SMTP_PORT": str(self.smtp_port),
            "KITH_DEV_POSTGRES": self.postgres_socket,
        }
