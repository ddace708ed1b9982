"""Settings from the environment: one frozen dataclass, read once, every fault said at once.

    @dataclass(frozen=True)
    class Settings:
        matching_dsn: str = setting("Where the database is, as its serving role")
        port: int = setting("Port to listen on", default=8001)

reads KITH_MATCHING_DSN and KITH_PORT. A secret may come as KITH_MATCHING_DSN_FILE, the path of a
file that holds it. What cannot be seen from one value alone a class says in a method of its own,
`def faults(self) -> list[str]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_type_hints
from urllib.parse import urlsplit

PREFIX = "KITH_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})

T = TypeVar("T")


class Faulty(Exception):
    """Everything that is wrong with the settings, a line each, with names and never values."""


class Mode(StrEnum):
    """Production unless said otherwise (design decision 8)."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


def setting(says: str, *, default: Any = MISSING) -> Any:
    """A field of a Settings class, with what it is for and its unit."""
    return field(default=default, metadata={"says": says})


def read(kind: type[T], environment: Mapping[str, str]) -> T:
    """Make `kind` of the environment. Raises Faulty with every fault, not the first alone.

    Whether values go together is asked once each can be read.
    """
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    faults: list[str] = []
    for one in fields(kind):  # type: ignore[arg-type]  # T is a dataclass by contract
        try:
            values[one.name] = _value(one, hints[one.name], environment)
        except ValueError as fault:
            faults.append(f"{name_of(one.name)}: {fault}")
    if faults:
        raise Faulty("\n".join(faults))
    settings = kind(**values)
    if faults := _together(settings):
        raise Faulty("\n".join(faults))
    return settings


def name_of(field_name: str) -> str:
    """The name of the environment variable."""
    return PREFIX + field_name.upper()


def loopback(host: str) -> bool:
    """Whether a name or address can only be this machine."""
    return host in {"127.0.0.1", "::1", "localhost"}


def needs_https(field_name: str, url: str, mode: Mode) -> list[str]:
    """The fault of an address that production would be fooled on; in development, this machine's
    own is as good.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return []
    if mode is Mode.DEVELOPMENT and parts.scheme == "http" and loopback(parts.hostname or ""):
        return []
    return [f"{name_of(field_name)}: must be an https address"]


def _together(settings: object) -> list[str]:
    """What each class of the settings has against them, everything once."""
    said = (
        fault
        for part in reversed(type(settings).__mro__)
        if "faults" in vars(part)
        for fault in vars(part)["faults"](settings)
    )
    return list(dict.fromkeys(said))


def _value(one: Field[Any], hint: Any, environment: Mapping[str, str]) -> Any:
    given = _given(name_of(one.name), environment)
    if given is not None:
        return _converted(given, hint)
    if one.default is MISSING:
        raise ValueError(f"is not set. {one.metadata.get('says', '')}".strip())
    return one.default


def _given(name: str, environment: Mapping[str, str]) -> str | None:
    """An empty variable counts as not set, as compose files leave them."""
    if text := environment.get(name, "").strip():
        return text
    if path := environment.get(f"{name}_FILE", "").strip():
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise ValueError(f"its file cannot be read ({fault.strerror})") from fault
    return None


def _converted(text: str, hint: Any) -> Any:
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if hint is bool:
        return _yes_or_no(text)
    if hint is int:
        return _number(text)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of(text, hint)
    return hint(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError("must be yes or no")
    return text.lower() in YES


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _one_of(text: str, words: type[StrEnum]) -> StrEnum:
    try:
        return words(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(words)}") from None
