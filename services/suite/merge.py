"""The graphs of the three services as one: what the small site serves."""

from __future__ import annotations

from functools import cache

from strawberry.tools import merge_types

from kernel import entities
from kernel.schema import Schema, build_schema
from services.events.graph import schema as events
from services.matching.graph import schema as matching
from services.notify.graph import schema as notify

SERVICES = (matching, events, notify)


@cache
def merged(*, introspection: bool = False) -> Schema:
    """One schema a process: the parts of an entity become one class, with the fields of all."""
    entities.assemble()
    return build_schema(
        query=merge_types("Query", tuple(service.Query for service in SERVICES)),
        mutation=merge_types("Mutation", tuple(service.Mutation for service in SERVICES)),
        introspection=introspection,
    )
