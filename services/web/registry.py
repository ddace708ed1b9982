"""The operations that this front may send: read from `operations/*.graphql`, known by their hash.

Each operation becomes one document of its own, with just the fragments that it uses; fragments
are shared between files. The graph is handed this registry and runs nothing else for us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    parse,
    print_ast,
)

FOLDER = Path(__file__).parent / "operations"


@dataclass(frozen=True, slots=True)
class Operation:
    """One named document. `id` is what travels; `keyed` says that it takes an idempotency key."""

    name: str
    id: str
    text: str
    mutates: bool
    keyed: bool


class Registry:
    """Every operation by name; to the graph, every document by id."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_name: dict[str, Operation] = {}
        for operation in operations:
            assert operation.name not in self._by_name, f"two operations named {operation.name}"
            self._by_name[operation.name] = operation

    def __getitem__(self, name: str) -> Operation:
        return self._by_name[name]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._by_name.values())

    def documents(self) -> dict[str, str]:
        """What the graph is given: id -> document, sorted so that the exported file is stable."""
        return {one.id: one.text for one in sorted(self, key=lambda one: one.name)}


@cache
def load_registry(folder: Path = FOLDER) -> Registry:
    """Read the folder, whole and once; a fault in any file stops the start."""
    definitions = [
        definition
        for file in sorted(folder.glob("*.graphql"))
        for definition in parse(file.read_text("utf-8"), no_location=True).definitions
    ]
    fragments: dict[str, FragmentDefinitionNode] = {}
    for one in definitions:
        if isinstance(one, FragmentDefinitionNode):
            assert one.name.value not in fragments, f"two fragments named {one.name.value}"
            fragments[one.name.value] = one
    return Registry(
        _operation(one, fragments)
        for one in definitions
        if isinstance(one, OperationDefinitionNode)
    )


def _operation(
    definition: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Operation:
    assert definition.name is not None, "an operation of the front has a name"
    used = _fragments_of(definition, fragments)
    text = print_ast(DocumentNode(definitions=(definition, *used)))
    variables = {one.variable.name.value for one in definition.variable_definitions or ()}
    return Operation(
        name=definition.name.value,
        id="sha256:" + hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        mutates=definition.operation.value == "mutation",
        keyed="key" in variables,
    )


def _fragments_of(
    definition: Node, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    """The fragments that a definition reaches, each once, in the order met."""
    found: dict[str, FragmentDefinitionNode] = {}
    open_nodes = [definition]
    while open_nodes:
        for name in _spreads(open_nodes.pop(0)):
            if name not in found:
                found[name] = fragments[name]
                open_nodes.append(fragments[name])
    return list(found.values())


def _spreads(node: Node) -> Iterator[str]:
    if isinstance(node, FragmentSpreadNode):
        yield node.name.value
    for key in node.keys:
        child = getattr(node, key, None)
        for each in child if isinstance(child, (list, tuple)) else (child,):
            if isinstance(each, Node):
                yield from _spreads(each)
