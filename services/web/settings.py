"""What the web front is told by the machine that it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.messages import Fate, Fates
from kernel.settings import Mode, needs_https, setting

ASSETS = Path("build/web")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """In the small site nothing goes by network to graph and register: the suite gives a transport,
    and the two addresses are names only.
    """

    mode: Mode = setting("production or development", default=Mode.PRODUCTION)
    web_dsn: str = setting("Where the web front's own database is, as its serving role")
    web_url: str = setting("The one address by which browsers reach the front, without a path")
    graph_url: str = setting("Where the graph is", default="http://graph.internal")
    register_url: str = setting("Where the register is", default="http://graph.internal")
    oidc_issuer: str = setting("The sign-in provider's issuer, an https address")
    oidc_client_id: str = setting("Kith's name at the sign-in provider")
    oidc_client_secret: str = setting("Kith's secret at the provider, if it has one", default="")
    assets: Path = setting("The folder of built styles, scripts and icons", default=ASSETS)

    def faults(self) -> list[str]:
        return [
            *needs_https("web_url", self.web_url, self.mode),
            *needs_https("oidc_issuer", self.oidc_issuer, self.mode),
        ]


ERASING: Fates = {
    Fate.EXPIRES: {
        "browser": ("secret_hash", "csrf", "sealed", "flash"),
        "draft": ("secret_hash", "sealed"),
    },
}
"""What becomes of each column when a family is erased (domain.md E49): the front holds nothing but
sealed rows of browsers, which no longer open once the register has ended the sign-in.
"""
