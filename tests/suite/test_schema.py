"""The graph of the small site is the graphs of the three services, no more and no less."""

from __future__ import annotations

from collections import defaultdict

import pytest
from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
    validate,
)
from graphql.utilities import build_schema

from services.suite import schema
from services.suite.merge import merged
from services.web.registry import load_registry

Shape = dict[str, set[str]]


def shape_of(*texts: str) -> Shape:
    """Every type by name, with its fields, values or members; one text may add to another's."""
    shape: Shape = defaultdict(set)
    for text in texts:
        for node in parse(text).definitions:
            name = getattr(getattr(node, "name", None), "value", "schema")
            shape[name] |= set(parts(node))
    return shape


def parts(node: DefinitionNode) -> list[str]:
    if isinstance(node, ObjectTypeDefinitionNode | InputObjectTypeDefinitionNode):
        return [signature(one) for one in node.fields or ()]
    if isinstance(node, EnumTypeDefinitionNode):
        return [value.name.value for value in node.values or ()]
    if isinstance(node, UnionTypeDefinitionNode):
        return [member.name.value for member in node.types or ()]
    return []


def signature(node: FieldDefinitionNode | InputValueDefinitionNode) -> str:
    """A field without its words and its directives."""
    arguments = getattr(node, "arguments", None) or ()
    takes = sorted(f"{one.name.value}: {print_ast(one.type)}" for one in arguments)
    return f"{node.name.value}({', '.join(takes)}): {print_ast(node.type)}"


@pytest.fixture(scope="module")
def public() -> str:
    return schema.public(merged().as_str())


def test_the_merged_graph_is_the_union_of_the_three(public: str) -> None:
    services = [schema.public(schema.of_service(service)) for service in schema.SERVICES]

    assert shape_of(public) == shape_of(*services)


def test_each_service_adds_something_to_it(public: str) -> None:
    asked = shape_of(public)

    assert {"families", "workshopTopics", "myNotices"} <= {
        field.partition("(")[0] for field in asked["Query"]
    }
    assert {"reference", "interests"} <= {field.partition("(")[0] for field in asked["Family"]}


def test_nothing_of_the_gateways_is_public(public: str) -> None:
    assert "_entities" not in public
    assert "_service" not in public
    assert "@" not in public


def test_the_exported_files_are_what_the_code_says() -> None:
    assert schema.faults() == [], "run `make schema` and commit"


def test_every_operation_of_the_front_fits_the_graph(public: str) -> None:
    graph = build_schema(public)

    wrong = {one.name: validate(graph, parse(one.text)) for one in load_registry()}

    assert {name: errors for name, errors in wrong.items() if errors} == {}
