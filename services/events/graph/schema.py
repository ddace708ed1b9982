"""Events' graph as one schema, for the region shape and for the exported file."""

from __future__ import annotations

from kernel import entities
from kernel.schema import Schema, build_schema
from services.events.graph.resolvers import Mutation, Query

__all__ = ["Mutation", "Query", "build"]


def build(*, introspection: bool = False) -> Schema:
    """Where the register is not in the process, a family is its id and what events adds."""
    return build_schema(
        query=Query, mutation=Mutation, types=entities.assemble(), introspection=introspection
    )
