"""Every operation that the front may send is one that the merged graph can answer."""

from __future__ import annotations

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from services.suite.merge import merged
from services.suite.schema import public
from services.web.registry import Operation, load_registry


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(public(merged().as_str()))


@pytest.mark.parametrize("operation", list(load_registry()), ids=lambda operation: operation.name)
def test_operation_fits_the_graph(graph: GraphQLSchema, operation: Operation) -> None:
    assert [error.message for error in validate(graph, parse(operation.text))] == []
