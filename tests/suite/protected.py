"""Asks the graph about protected families, and reads what the audits got of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from kernel.access import Actor
from kernel.graph import Context, Door
from kernel.messages import Role, Service
from tests.databases import Databases
from tests.suite.documents import arguments, declared, variables
from tests.suite.rehearsal import rehearsed
from tests.suite.world import Scope, World

READ = frozenset({"read_protected_family", "read_in_emergency"})
FRAMES = frozenset({"edges", "node"})
PARTS = ("family", "request", "sent", "booking", "entry", "child", "mentoring", "callBack")

Path = tuple[str, ...]
"""Field names from the root down."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of an audit, and whose audit it is."""

    service: Service
    account: UUID | None
    role: str
    agency: str | None
    subject: UUID | None
    what: str
    why: str | None


@dataclass(frozen=True)
class Answered:
    """What was shown, and the rows that it left."""

    data: Any
    rows: tuple[Row, ...]

    def of(self, family: UUID | None) -> list[Row]:
        return [row for row in self.rows if row.subject == family and row.what in READ]


class Watch:
    """`marks` are words that tell of each family: its ids, its reference, its people's names."""

    def __init__(self, world: World, marks: Mapping[UUID, frozenset[str]]) -> None:
        self.world = world
        self.marks = marks

    async def ask(self, actor: Actor, document: str, **ids: UUID) -> Answered:
        """Answered and undone, with the rows of every audit that came of it."""
        given = variables({**self.world.ids(Scope.OWN, actor), **ids})
        async with AsyncExitStack() as stack:
            doors = {
                service: Door(await stack.enter_async_context(rehearsed(door.db)), door.store_of)
                for service, door in self.world.stage.doors.items()
            }
            before = await _entries(doors)
            context = Context(actor, doors, is_registered=True)
            answer: Any = await self.world.stage.schema.execute(
                document, variable_values=given, context_value=context
            )
            after = await _entries(doors)
        assert not answer.errors, (document, answer.errors)
        rows = tuple(row for id, row in after.items() if id not in before)
        return Answered(answer.data["answer"], rows)

    def told_of(self, data: Any) -> set[UUID | None]:
        """The protected families that an answer tells of."""
        words = [str(leaf) for _, leaf in leaves(data)]
        return {
            family
            for family, marks in self.marks.items()
            if any(mark in word for mark in marks for word in words)
        }


async def _entries(doors: Mapping[Service, Door]) -> dict[UUID, Row]:
    """Every row of the agency's audits, in the transaction that will be undone."""
    found = {}
    reader = Actor(role=Role.DATA_PROTECTION_LEAD, agency="ATV")
    for service, door in doors.items():
        async with door.db.begin(reader) as turn:
            for row in await turn.fetch(
                "SELECT id, account, role, agency, subject, what, why FROM audit"
            ):
                kept = dict(row.items())
                entry = kept.pop("id")
                found[entry] = Row(service=service, **kept)
    return found


async def protect(databases: Databases, world: World) -> Watch:
    """Every household of the agency becomes protected, in every service that knows it.

    One adult has no login: to be rung about a proposal, and invited.
    """
    marks: dict[UUID, set[str]] = {}
    for service, statements in PROTECT.items():
        connection = await asyncpg.connect(databases.dsn(service, "migrator"))
        try:
            for statement in statements:
                await connection.execute(statement)
            for row in await connection.fetch(WORDS[service]):
                marks.setdefault(row["family_id"], set()).update(filter(None, row["words"]))
        finally:
            await connection.close()
    own = world.things[Scope.OWN].ids
    for part in ("booking", "entry", "callBack"):
        marks[own["family"]].add(str(own[part]))
    return Watch(world, {family: frozenset(words) for family, words in marks.items()})


PROTECT = {
    "matching": (
        "UPDATE family SET protected = true WHERE agency = 'ATV'",
        """
        UPDATE adult SET account_id = NULL
          FROM identity
         WHERE identity.adult_id = adult.id AND identity.first_name = 'Tom'
           AND adult.agency = 'ATV'
        """,
        """
        INSERT INTO invitation (agency, role, adult_id, made_at, expires_at)
        SELECT 'ATV', 'adopter', identity.adult_id, made_at, expires_at
          FROM invitation
         CROSS JOIN identity
         WHERE identity.first_name = 'Tom' AND invitation.agency = 'ATV'
         LIMIT 1
        """,
    ),
    "events": ("UPDATE family_card SET protected = true WHERE agency = 'ATV'",),
    "notify": (
        "UPDATE family_card SET protected_from_version = version WHERE agency = 'ATV'",
        "UPDATE notice SET state = 'failed', reason = 'refused_for_good' WHERE state = 'sent'",
    ),
}
WORDS = {
    "matching": """
        SELECT family.id AS family_id,
               ARRAY[family.id::text, family.reference]
               || ARRAY(SELECT word FROM adult, unnest(ARRAY[id::text, account_id::text]) AS word
                         WHERE adult.family_id = family.id)
               || ARRAY(SELECT first_name FROM identity
                         WHERE identity.family_id = family.id
                           AND first_name IN ('Ana', 'Tom', 'Una', 'Mina', 'Noa', 'Gwen'))
               || ARRAY(SELECT id::text FROM child WHERE family_id = family.id)
               || ARRAY(SELECT id::text FROM support_request WHERE family_id = family.id)
               || ARRAY(SELECT id::text FROM mentor WHERE family_id = family.id)
               || ARRAY(SELECT id::text FROM mentoring WHERE family_id = family.id)
               || ARRAY(SELECT id::text FROM proposal WHERE family_id = family.id) AS words
          FROM family
         WHERE agency = 'ATV'
    """,
    "events": "SELECT family_id, ARRAY[family_id::text] AS words FROM family_card"
    " WHERE agency = 'ATV'",
    "notify": """
        SELECT account_card.family_id, array_agg(contact_point.address) AS words
          FROM contact_point
          JOIN account_card USING (account_id)
         WHERE account_card.agency = 'ATV' AND account_card.family_id IS NOT NULL
         GROUP BY account_card.family_id
    """,
}


def leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Each value at the end of an answer, with the way to it."""
    if isinstance(data, list):
        for one in data:
            yield from leaves(one, path)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name != "__typename":
                yield from leaves(value, (*path, name))
    elif data is not None:
        yield path, data


def ways(watch: Watch, data: Any) -> list[Path]:
    """Where in an answer something tells of a protected family: ways to the objects, each once."""
    found = Counter(
        path[:-1]
        for path, leaf in leaves(data)
        if any(mark in str(leaf) for marks in watch.marks.values() for mark in marks)
    )
    return sorted(found)


def along(name: str, field: GraphQLField, path: Path) -> str:
    """A document that goes one way down, and asks for nothing but the values at its end."""
    given = arguments(name, field)
    chosen = " ".join(_down(field.type, path))
    return f"query {declared(given)} {{ answer: {name}{f'({given})' if given else ''} {chosen} }}"


def _down(kind: GraphQLOutputType, path: Path) -> Iterator[str]:
    below = get_named_type(kind)
    assert isinstance(below, GraphQLObjectType), "a way goes through objects"
    yield "{ __typename"
    if path:
        yield path[0]
        yield from _down(below.fields[path[0]].type, path[1:])
    else:
        for name, one in below.fields.items():
            is_plain = not any(map(is_required_argument, one.args.values()))
            if is_leaf_type(get_named_type(one.type)) and is_plain:
                yield name
    yield "}"


def edges(root: str, field: GraphQLField, path: Path) -> list[str]:
    """The same way as the table writes it: `Type.field` of each step, without pages' frames."""
    found, kind = [f"Query.{root}"], get_named_type(field.type)
    for name in path:
        assert isinstance(kind, GraphQLObjectType), "a way goes through objects"
        if name not in FRAMES:
            found.append(f"{kind.name}.{name}")
        kind = get_named_type(kind.fields[name].type)
    return found
