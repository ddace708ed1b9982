"""What the shell needs to stand around a page: who reads it, where, what just happened."""

from dataclasses import dataclass
from enum import StrEnum

WARNING_S = 120


class Scheme(StrEnum):
    """As my phone, light or dark: kept on the server for those who chose."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The reader: `role` is a role's code, `says` the words under the name ("Coordinator, …")."""

    name: str
    role: str
    says: str


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str
    icon: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Flash:
    """The result of the last action, shown once. `kind` is a tint: leaf, straw, sky, hip."""

    text: str
    kind: str = "leaf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`csrf` is the token that every form of the page carries; empty for those not signed in.
    `closes_s` is how long the page may stand untouched; 0 when nobody is signed in.
    """

    path: str
    viewer: Who | None = None
    navigation: tuple[Link, ...] = ()
    tabs: tuple[Link, ...] = ()
    flash: Flash | None = None
    csrf: str = ""
    closes_s: int = 0
    scheme: Scheme = Scheme.AUTO
    demo: bool = False

    @property
    def warns_s(self) -> int:
        """When to say that the page will close: two minutes before."""
        return max(self.closes_s - WARNING_S, 1)
