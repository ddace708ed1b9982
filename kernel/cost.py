"""How much a document may ask for, judged before it is validated or run.

Each fragment is costed once, however often it is spread, so judging takes time in proportion to
the text; limiters that walk every spread take exponential time on chained fragments.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
)
from graphql import OperationType as Operation

DEPTH_MAX = 12
ALIASES_MAX = 40
COST_MAX = 20_000
TOKENS_MAX = 4_000
# Validation compares each field with its namesakes and each fragment with the others: these
# bound that square. Nobody writes the same field down more often than a few times.
FIELDS_WRITTEN_MAX = 800
FRAGMENTS_MAX = 50
NAMESAKES_MAX = 5
PAGE_MAX = 100
"""What `first` may be, and what a `first` in a variable is taken to be."""
LIST_GUESS = 5
"""How many things a list without paging is taken to hold, such as a family's children."""

GATEWAYS_OWN = frozenset({"_entities", "_service"})

Fragments = dict[str, FragmentDefinitionNode]


class TooMuch(Exception):
    """The document asks for more than a document may; the text says what."""


class Weight(NamedTuple):
    """What a selection asks for: fields answered, aliases written, levels down."""

    cost: int = 0
    aliases: int = 0
    depth: int = 0


@dataclass
class _Judge:
    schema: GraphQLSchema
    fragments: Fragments
    known: dict[str, Weight] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    fields: int = 0
    is_gateways: bool = False

    def selections(self, found: SelectionSetNode, parent: GraphQLNamedType | None) -> Weight:
        """The sum of a selection set. Stops as soon as it is too much."""
        cost = aliases = depth = 0
        self.written(found)
        for selection in found.selections:
            if isinstance(selection, FieldNode):
                one = self.field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                one = self.spread(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                one = self.selections(selection.selection_set, self.narrowed(selection, parent))
            cost += one.cost
            aliases += one.aliases
            depth = max(depth, one.depth)
            _bound(Weight(cost, aliases, depth))
        return Weight(cost, aliases, depth)

    def field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Weight:
        self.is_gateways |= node.name.value in GATEWAYS_OWN
        definition = _definition(node, parent)
        alias = 1 if node.alias else 0
        if node.selection_set is None:
            return Weight(1, alias, 1)
        named = get_named_type(definition.type) if definition else None
        inside = self.selections(node.selection_set, named)
        # How deep a question about the schema itself may go is the validation rules' affair.
        depth = 0 if node.name.value.startswith("__") else inside.depth + 1
        times = _times(node, definition)
        return Weight(1 + times * inside.cost, alias + inside.aliases, depth)

    def spread(self, name: str) -> Weight:
        if name in self.known:
            return self.known[name]
        if name in self.open:
            raise TooMuch(f"Fragment '{name}' contains itself.")
        definition = self.fragments.get(name)
        if definition is None:
            return Weight()  # validation says that it is missing
        self.open.add(name)
        parent = self.schema.get_type(definition.type_condition.name.value)
        self.known[name] = self.selections(definition.selection_set, parent)
        self.open.discard(name)
        return self.known[name]

    def written(self, found: SelectionSetNode) -> None:
        """Count what is written down, wherever it is spread."""
        names = Counter(
            (node.alias or node.name).value
            for node in found.selections
            if isinstance(node, FieldNode)
        )
        self.fields += names.total()
        if max(names.values(), default=0) > NAMESAKES_MAX:
            raise TooMuch(f"A field is asked for more than {NAMESAKES_MAX} times in one place.")
        if self.fields > FIELDS_WRITTEN_MAX:
            raise TooMuch(f"The document names more than {FIELDS_WRITTEN_MAX} fields.")

    def narrowed(
        self, node: InlineFragmentNode, parent: GraphQLNamedType | None
    ) -> GraphQLNamedType | None:
        if node.type_condition is None:
            return parent
        return self.schema.get_type(node.type_condition.name.value)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a document: what is too much about it, whether the gateway wrote it."""

    too_much: str | None
    is_gateways: bool
    operations: int


def judge(schema: GraphQLSchema, document: DocumentNode) -> Judged:
    """Weigh every operation and every fragment, spread or not: validation walks them all."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    weighing = _Judge(schema, fragments)
    too_much = None
    try:
        if len(fragments) > FRAGMENTS_MAX:
            raise TooMuch(f"The document has more than {FRAGMENTS_MAX} fragments.")
        for name in fragments:
            weighing.spread(name)
        _bound(Weight(cost=sum(_operation(weighing, node).cost for node in operations)))
    except TooMuch as fault:
        too_much = str(fault)
    return Judged(too_much, weighing.is_gateways, len(operations))


def _operation(weighing: _Judge, node: OperationDefinitionNode) -> Weight:
    root = weighing.schema.get_root_type(Operation(node.operation.value))
    return weighing.selections(node.selection_set, root)


def _bound(weight: Weight) -> None:
    if weight.depth > DEPTH_MAX:
        raise TooMuch(f"The document goes deeper than {DEPTH_MAX} levels.")
    if weight.aliases > ALIASES_MAX:
        raise TooMuch(f"The document has more than {ALIASES_MAX} aliases.")
    if weight.cost > COST_MAX:
        raise TooMuch(f"The document asks for too much at once (more than {COST_MAX} fields).")


def _definition(node: FieldNode, parent: GraphQLNamedType | None) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(node.name.value)
        return found
    return None


def _times(node: FieldNode, definition: GraphQLField | None) -> int:
    """How many times what is inside may be answered.

    The page's size is multiplied in where the page is asked for; the lists inside a connection
    (its edges) are that same page and count once.
    """
    for argument in node.arguments or ():
        if argument.name.value == "first":
            literal = argument.value
            asked = int(literal.value) if isinstance(literal, IntValueNode) else PAGE_MAX
            return max(1, min(asked, PAGE_MAX))
    if definition is None or node.name.value == "edges":
        return 1
    if "first" in definition.args:
        default = definition.args["first"].default_value
        return default if isinstance(default, int) else PAGE_MAX
    return LIST_GUESS if isinstance(get_nullable_type(definition.type), GraphQLList) else 1
