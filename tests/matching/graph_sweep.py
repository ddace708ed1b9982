"""Asks the register's graph about everything with given ids, as people without a right would."""

from uuid import UUID, uuid4

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    is_required_argument,
    is_required_input_field,
)

from kernel.access import Actor
from kernel.db import Db, Turn
from kernel.graph import Context, Door
from kernel.messages import Service
from kernel.schema import Schema
from services.matching.graph.schema import build
from services.matching.store.whole import Whole
from tests.matching.register import places

SCALARS = {
    "String": '"x"',
    "Int": "1",
    "Boolean": "true",
    "Date": '"2026-11-02"',
    "DateTime": '"2026-11-02T09:00:00Z"',
}


class Sweep:
    """The whole graph over one database, asked as anybody."""

    def __init__(self, db: Db) -> None:
        self.schema: Schema = build()
        self.doors = {Service.MATCHING: Door(db, self._store)}
        self.transactions = 0

    def _store(self, turn: Turn) -> Whole:
        self.transactions += 1
        return Whole(turn, places())

    async def ask(
        self, actor: Actor, document: str, **variables: object
    ) -> dict[str, dict[str, object] | None]:
        """The data; a document that is wrong, or a fault of ours, fails the test."""
        context = Context(actor, self.doors, is_registered=True)
        answer = await self.schema.execute(
            document, variable_values=variables, context_value=context
        )
        assert not answer.errors, answer.errors
        assert answer.data is not None
        return answer.data

    async def faults(self, actor: Actor, document: str) -> list[object]:
        """The codes of what was wrong with a document."""
        context = Context(actor, self.doors, is_registered=True)
        answer = await self.schema.execute(document, context_value=context)
        return [(fault.extensions or {}).get("code") for fault in answer.errors or []]

    async def change(self, actor: Actor, name: str, id: UUID) -> tuple[object, ...]:
        """What one mutation answers when `id` stands wherever an id may stand."""
        field = self.mutations[name]
        document = (
            f"mutation {{ answer: {name}({arguments(field, id)})"
            " { __typename ... on Refusal { code message field } } }"
        )
        answer = (await self.ask(actor, document))["answer"] or {}
        return tuple(answer.get(part) for part in ("__typename", "code", "message", "field"))

    async def question(self, actor: Actor, name: str, id: UUID) -> object:
        """What one query of a thing by its id answers."""
        document = (
            f"query {{ answer: {name}({arguments(self.queries[name], id)}) {{ __typename }} }}"
        )
        return (await self.ask(actor, document))["answer"]

    @property
    def graph(self) -> GraphQLSchema:
        return self.schema._schema

    @property
    def mutations(self) -> dict[str, GraphQLField]:
        assert self.graph.mutation_type
        fields: dict[str, GraphQLField] = self.graph.mutation_type.fields
        return fields

    @property
    def queries(self) -> dict[str, GraphQLField]:
        """Ours; those of the gateway are asked for in the access matrix."""
        assert self.graph.query_type
        fields: dict[str, GraphQLField] = self.graph.query_type.fields
        return {name: field for name, field in fields.items() if not name.startswith("_")}

    def takes_an_id(self, field: GraphQLField) -> bool:
        somebody = uuid4()
        return str(somebody) in arguments(field, somebody)


def arguments(field: GraphQLField, id: UUID) -> str:
    """What the field must be given, and every id that it may be given."""
    return ", ".join(
        f"{name}: {literal(argument.type, id)}"
        for name, argument in field.args.items()
        if is_required_argument(argument) or is_id(argument)
    )


def is_id(argument: GraphQLArgument) -> bool:
    return str(argument.type).strip("!") == "ID"


def literal(kind: GraphQLInputType, id: UUID) -> str:
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, id)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type, id)}]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        whole = (
            f"{name}: {literal(field.type, id)}"
            for name, field in kind.fields.items()
            if is_required_input_field(field) or str(field.type) == "ID"
        )
        return f"{{{', '.join(whole)}}}"
    if kind.name == "UUID":
        return f'"{uuid4()}"'
    return f'"{id}"' if kind.name == "ID" else SCALARS[kind.name]
