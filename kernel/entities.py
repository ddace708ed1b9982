"""Entities that several services describe: each registers its part, one class is made of them.

    @entities.part("Family")                      # in the owner
    @strawberry.type
    class FamilyOfMatching:
        owns: ClassVar = True
        id: strawberry.ID
        @classmethod
        async def resolve_reference(
            cls, info: Info, id: strawberry.ID
        ) -> FamilyOfMatching | None: …

    @entities.part("Family")                      # in another service: `id`, and what it adds
    @strawberry.type
    class FamilyOfEvents:
        id: strawberry.ID
        @strawberry.field
        async def bookings(self, info: Info) -> list[Booking]: …

`build_schema(…, types=assemble())` makes and shows them. Fields refer to the whole as
`Annotated["Family", strawberry.lazy("kernel.entities")]`; the owner makes one with
`whole(FamilyOfMatching)(id=…, …)`, others with `await refer(FamilyOfEvents, info, id)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

T = TypeVar("T")

_parts: defaultdict[str, list[type]] = defaultdict(list)
_names: dict[type, str] = {}


def part(name: str) -> Callable[[type[T]], type[T]]:
    """Register a Strawberry type as one service's part of the entity `name`."""

    def register(kind: type[T]) -> type[T]:
        _parts[name].append(kind)
        _names[kind] = name
        return kind

    return register


def assemble() -> list[type]:
    """Make each entity of the parts imported so far; strawberry.lazy finds it in this module.

    Returns them for the schema, which would not know of entities that fields name lazily. Doing
    it again gives the same classes, so that two schemas of one process agree.
    """
    for name, parts in _parts.items():
        ordered = tuple(sorted(parts, key=lambda kind: not _owns(kind)))
        assert sum(_owns(kind) for kind in parts) <= 1, f"{name} has one owner"
        made = globals().get(name)
        if made is None or made.__bases__ != ordered:
            globals()[name] = _made(name, ordered)
    return [globals()[name] for name in _parts]


def whole(kind: type[T]) -> type[T]:
    """The assembled class of a part; typed as the part, so only its own fields are given."""
    made: type[T] = globals()[_names[kind]]
    return made


async def refer(kind: type[T], info: Any, id: strawberry.ID) -> T | None:
    """The entity with this id: the owner's where it is in this process, else the id alone.

    In the region shape the gateway asks the owner for the rest; here we do.
    """
    found: T | None = await whole(kind).resolve_reference(info=info, id=id)  # type: ignore[attr-defined]
    return found


def _owns(kind: type) -> bool:
    return bool(getattr(kind, "owns", False))


def _made(name: str, parts: tuple[type, ...]) -> type:
    """One class with all fields. Where no owner is present, a reference is the id alone."""
    made = type(name, parts, {"__module__": __name__})
    if not any(_owns(kind) for kind in parts):
        made.resolve_reference = classmethod(_by_id_alone)  # type: ignore[attr-defined]
    return strawberry.federation.type(made, name=name, keys=["id"])


async def _by_id_alone(cls: type, info: Any, id: strawberry.ID) -> Any:
    return cls(id=id)
