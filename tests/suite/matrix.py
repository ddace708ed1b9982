"""Asks the merged graph for every field as everybody, and writes down who was shown what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
)

from kernel.access import Actor
from tests.suite.documents import Ids, change, question, takes_an_id, variables
from tests.suite.rehearsal import Stage
from tests.suite.world import Scope, World

CLOSED = {"NOT_FOUND": "absent", "NOT_ALLOWED": "refused"}
# Text that is empty to those whom it is not for.
PRIVATE_TEXT = {("SupportRequest", "note")}
REFERENCES = {
    "AuditName": ("name", "account"),
    "Family": ("reference outcode displayName", "family"),
}
"""What the register tells of each entity, and whose id is asked for."""
PERSONAL = (
    "account",
    "adult",
    "booking",
    "child",
    "concern",
    "emergency",
    "entry",
    "family",
    "hers",
    "invitation",
    "membership",
    "mentor",
    "note",
    "notice",
    "offer",
    "request",
    "rule",
    "sent",
)


class Matrix:
    """`faults` are answers that were none: an error where a null or a refusal should be."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: list[str] = []
        self.graph: GraphQLSchema = world.stage.schema._schema
        self._read: dict[tuple[str, Scope, str], Any] = {}

    @property
    def mutations(self) -> Mapping[str, GraphQLField]:
        assert self.graph.mutation_type
        return dict(sorted(self.graph.mutation_type.fields.items()))

    @property
    def queries(self) -> Mapping[str, GraphQLField]:
        """Ours; those of the gateway are asked for apart."""
        assert self.graph.query_type
        fields: dict[str, GraphQLField] = self.graph.query_type.fields
        return {name: fields[name] for name in sorted(fields) if not name.startswith("_")}

    async def changes(self) -> list[str]:
        """Each mutation: who is heard (it is done, or refused for what was sent), and who not."""
        lines = []
        for name, field in self.mutations.items():
            lines.append(f"change {name}")
            document = change(name, field)
            for scope in scopes(field):
                answers = {
                    role: await self._changed(actor, scope, name, document)
                    for role, actor in self.world.everybody.items()
                }
                lines += written(scope, answers)
        return lines

    async def references(self, stage: Stage) -> list[str]:
        """Each entity that the gateway asks the register for by an id, as whoever asks it."""
        lines = []
        for name, (fields, thing) in REFERENCES.items():
            document = f"""
                query Refer($things: [_Any!]!) {{
                  answer: _entities(representations: $things) {{ ... on {name} {{ {fields} }} }}
                }}
            """
            lines.append(f"reference {name}")
            for scope in Scope:
                answers = {}
                for role, actor in self.world.everybody.items():
                    id = str(self.world.ids(scope, actor)[thing])
                    things = [{"__typename": name, "id": id}]
                    answer = await stage.ask(actor, document, is_gateway=True, things=things)
                    self.faults += [
                        f"_entities as {role}: {fault}" for fault in answer.errors or []
                    ]
                    is_shown = answer.data and answer.data["answer"][0]
                    answers[role] = "shown" if is_shown else "absent"
                lines += written(scope, answers)
        return lines

    async def read(self) -> None:
        """Ask every root query for all that is below it, in every scope, as everybody."""
        for name, field in self.queries.items():
            document = question(name, field)
            for scope in scopes(field):
                for role, actor in self.world.everybody.items():
                    asked = (document, self.world.ids(scope, actor))
                    answer = await self._ask(actor, asked, f"{name} as {role}, {scope}")
                    self._read[name, scope, role] = answer

    def questions(self) -> list[str]:
        """Each root query: who is shown anything at all."""
        lines = []
        for name, field in self.queries.items():
            lines.append(f"query {name}")
            for scope in scopes(field):
                shown = {role for role in self.world.everybody if self._is_shown(name, scope, role)}
                lines += written(scope, self._told(shown))
        return lines

    def edges(self) -> list[str]:
        """Each field that may be empty, below every root: who ever sees something in it."""
        seen: dict[tuple[str, Scope], set[str]] = defaultdict(set)
        for (name, scope, role), data in self._read.items():
            for edge in self._filled(self.queries[name].type, data):
                seen[edge, scope].add(role)
        lines = []
        for edge in sorted(self._all_edges()):
            lines.append(f"edge {edge}")
            for scope in Scope:
                lines += written(scope, self._told(seen[edge, scope]))
        return lines

    def strays(self) -> list[str]:
        """Another agency's ids, or another household's, in answers to questions without an id."""
        found = []
        for (name, _, role), data in self._read.items():
            if takes_an_id(self.queries[name]):
                continue
            told, actor = str(data), self.world.everybody[role]
            for scope in (Scope.OTHER, Scope.NEIGHBOUR)[: 2 if actor.household else 1]:
                ids = self.world.things[scope].ids
                strays = [thing for thing in PERSONAL if str(ids[thing]) in told]
                found += [f"{name} as {role}: {scope} {thing}" for thing in strays]
        return found

    async def _changed(self, actor: Actor, scope: Scope, name: str, document: str) -> str:
        asked = (document, self.world.ids(scope, actor))
        answer = await self._ask(actor, asked, f"{name} as {actor.role}, {scope}")
        return CLOSED.get((answer or {}).get("code", ""), "heard")

    async def _ask(self, actor: Actor, asked: tuple[str, Ids], where: str) -> Any:
        document, ids = asked
        given = variables(ids)
        answer = await self.world.stage.ask(actor, document, is_gateway=False, **given)
        self.faults += [f"{where}: {error}" for error in answer.errors or []]
        return (answer.data or {}).get("answer")

    def _is_shown(self, name: str, scope: Scope, role: str) -> bool:
        return not is_empty(self._read[name, scope, role])

    def _told(self, shown: set[str]) -> dict[str, str]:
        return {role: "shown" if role in shown else "absent" for role in self.world.everybody}

    def _filled(self, kind: GraphQLOutputType, data: Any) -> Iterator[str]:
        """The edges in what was answered that hold something."""
        below = get_named_type(kind)
        if isinstance(data, list):
            for one in data:
                yield from self._filled(kind, one)
        elif isinstance(data, dict) and isinstance(below, GraphQLObjectType):
            for name, value in data.items():
                if name == "__typename":
                    continue
                if is_edge(below, name) and not is_empty(value):
                    yield f"{below.name}.{name}"
                yield from self._filled(below.fields[name].type, value)

    def _all_edges(self) -> Iterator[str]:
        for kind in self.graph.type_map.values():
            if isinstance(kind, GraphQLObjectType) and self._is_ours(kind):
                yield from (f"{kind.name}.{name}" for name in kind.fields if is_edge(kind, name))

    def _is_ours(self, kind: GraphQLObjectType) -> bool:
        """It holds something: no root, no page of a list, nothing of federation's own."""
        roots = (self.graph.query_type, self.graph.mutation_type)
        frames = ("Connection", "Edge", "PageInfo", "Refusal")
        return (
            kind not in roots and not kind.name.startswith("_") and not kind.name.endswith(frames)
        )


def scopes(field: GraphQLField) -> list[Scope]:
    return list(Scope) if takes_an_id(field) else [Scope.OWN]


def written(scope: Scope, answers: Mapping[str, str]) -> Iterator[str]:
    """A line for each kind of answer; those to whom nothing is there are not named."""
    by_answer: dict[str, list[str]] = defaultdict(list)
    for role, answer in answers.items():
        by_answer[answer].append(role)
    absent = by_answer.pop("absent", [])
    for answer, roles in sorted(by_answer.items()):
        everybody = not absent and len(by_answer) == 1
        yield f"    {scope}: {answer} {'everybody' if everybody else ', '.join(sorted(roles))}"
    if not by_answer:
        yield f"    {scope}: nobody"


def is_edge(kind: GraphQLObjectType, name: str) -> bool:
    """It may be null, or a list, or a page of one: so that its absence says something."""
    shape = kind.fields[name].type
    if not isinstance(shape, GraphQLNonNull):
        return True
    is_list = isinstance(shape.of_type, GraphQLList)
    is_page = get_named_type(shape).name.endswith("Connection")
    return is_list or is_page or (kind.name, name) in PRIVATE_TEXT


def is_empty(value: Any) -> bool:
    if isinstance(value, dict) and "totalCount" in value:
        return not value["totalCount"]
    return value in (None, [], {}, 0, "")
