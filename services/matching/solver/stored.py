"""Runs as JSON and back: what went in, by which settings, and what came out.

Sets are written in order, so that the same run is the same text.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

Json = Mapping[str, Any]  # as read from the wire
Kind = TypeVar("Kind")


def dump(value: object) -> dict[str, Any]:
    """A Snapshot, RunSettings or Outcome as plain JSON values."""
    plain = _plain(value)
    assert isinstance(plain, dict), "only a record is stored"
    return plain


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, frozenset | tuple | list):
        items = [_plain(item) for item in value]
        return sorted(items, key=repr) if isinstance(value, frozenset) else items
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def load(kind: type[Kind], raw: Json) -> Kind:
    """The record of this kind that was dumped. A key that is not known is passed over."""
    record: Kind = _typed(kind, raw)
    return record


def _typed(kind: Any, raw: Any) -> Any:
    if isinstance(kind, NewType):
        return _typed(kind.__supertype__, raw)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        known = [field.name for field in dataclasses.fields(kind) if field.name in raw]
        return kind(**{name: _typed(hints[name], raw[name]) for name in known})
    if get_origin(kind) is not None:
        return _generic(kind, raw)
    if kind is date:
        return date.fromisoformat(raw)
    return kind(raw)


def _generic(kind: Any, raw: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        rest = [one for one in inner if one is not type(None)]
        return None if raw is None else _typed(rest[0], raw)
    if origin is frozenset:
        return frozenset(_typed(inner[0], item) for item in raw)
    if origin is dict:
        return {key: _typed(inner[1], item) for key, item in raw.items()}
    if inner[-1] is Ellipsis:
        return tuple(_typed(inner[0], item) for item in raw)
    return tuple(_typed(one, item) for one, item in zip(inner, raw, strict=True))
