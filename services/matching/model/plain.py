"""The model's frozen values as plain JSON values and back: how a run is kept so that it replays."""

from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")


def plain(value: object) -> Any:
    """Make the value JSON: sets become sorted lists, so that the same value is the same text."""
    if isinstance(value, Set):
        return sorted((plain(each) for each in value), key=str)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | StrEnum) else value


def typed(kind: type[T], value: Any) -> T:
    """Read what `plain` wrote. A missing field takes its default; an unknown one is left."""
    made: T = _read(kind, value)
    return made


def _read(kind: Any, value: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)  # a NewType is what it is made of
    if get_origin(kind) is not None:
        return _read_generic(kind, value)
    if is_dataclass(kind):
        hints = _hints(kind)
        return kind(  # type: ignore[operator]  # a dataclass kind is a class
            **{each.name: _read(hints[each.name], value[each.name])
               for each in fields(kind) if each.name in value}
        )  # fmt: skip
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, UUID | StrEnum):
        return kind(value)
    return value


_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)
"""Looked up once for each kind: a national run has a million values of them."""


def _read_generic(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (only,) = (each for each in inner if each is not NoneType)
        return None if value is None else _read(only, value)
    if origin is dict:
        return {_read(inner[0], key): _read(inner[1], each) for key, each in value.items()}
    if origin is tuple and (len(inner) != 2 or inner[1] is not Ellipsis):
        return tuple(_read(one, each) for one, each in zip(inner, value, strict=True))
    made = frozenset if origin is Set else origin
    return made(_read(inner[0], each) for each in value)
