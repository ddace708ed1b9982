"""The merged graph behind its door, as somebody outside meets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from joserfc.jwk import KeySet
from starlette.types import ASGIApp

from kernel.access import Actor
from kernel.app import build_app
from kernel.db import Turn
from kernel.http import Graph
from kernel.tokens import Verifier, keys_given
from services.web.registry import load_registry
from tests.databases import Clock, Databases
from tests.kernel.small_graph import ISSUER, KEY, client, token
from tests.suite.documents import Ids
from tests.suite.signed_in import signed_in
from tests.suite.world import World, world

STATEMENTS = ("fetch", "fetchrow", "fetchval", "execute")
# What every service remembers of keys that were sent is nobody's.
MEMORY = ("once",)


@dataclass
class Attack:
    """The merged graph behind its door, and everything that somebody outside may want to know."""

    world: World
    app: ASGIApp
    databases: Databases

    async def signed_in(self, actor: Actor) -> Actor:
        return await signed_in(self.databases, actor)

    async def post(self, bearer: str | None, document: str, **more: Any) -> httpx2.Response:
        async with client(self.app, bearer=bearer) as kith:
            return await kith.post("/graphql", json={"query": document, **more})

    async def tells(self, actor: Actor, document: str, **more: Any) -> bytes:
        answer = await self.post(bearer_of(actor), document, **more)
        return answer.content


async def attack_on(databases: Databases, clock: Clock) -> Attack:
    whole = await world(databases, clock)
    published = KeySet([KEY]).as_dict(private=False)
    graph = Graph(
        schema=whole.stage.schema,
        doors=whole.stage.doors,
        verifier=Verifier(keys_given(published), issuer=ISSUER),
        documents=load_registry().documents(),
    )
    return Attack(whole, build_app(graph), databases)


def statements_taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of every turn from now on, in order."""
    taken: list[str] = []

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        async def count(turn: Turn, sql: str, *args: object) -> Any:
            taken.append(" ".join(sql.split())[:60])
            return await method(turn, sql, *args)

        return count

    for name in STATEMENTS:
        monkeypatch.setattr(Turn, name, counted(getattr(Turn, name)))
    return taken


def bearer_of(actor: Actor, **claims: Any) -> str:
    """What the register would have signed for the actor."""
    whole = {
        "sub": str(actor.account),
        "role": actor.role,
        "agency": actor.agency,
        "person": str(actor.person) if actor.person else None,
        "household": str(actor.household) if actor.household else None,
        "sid": str(actor.sign_in),
        "held": str(actor.held) if actor.held else None,
    }
    return token(**{**whole, **claims})


async def everything(databases: Databases) -> dict[str, str]:
    """A sum over the rows of every table of every service."""
    found = {}
    for service in databases.names:
        connection = await asyncpg.connect(databases.dsn(service, "migrator"))
        try:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> ALL ($1)",
                MEMORY,
            )
            for (table,) in tables:
                found[f"{service}.{table}"] = await connection.fetchval(
                    f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
                )
        finally:
            await connection.close()
    return found


def hidden(body: bytes, ids: Ids) -> bytes:
    """The answer without the ids that were sent, should it repeat them."""
    for id in ids.values():
        assert isinstance(id, UUID)
        body = body.replace(str(id).encode(), b"id")
    return body
