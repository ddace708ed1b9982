"""A graph of no service, to test the edge with: what a field may do, well and badly."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx2
import strawberry
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.types import ASGIApp

from kernel.app import build_app, database_ready
from kernel.ask import Ask
from kernel.audit import record
from kernel.db import Db, Turn, Unavailable
from kernel.graph import (
    BadInput,
    Connection,
    Door,
    Info,
    Page,
    Refusable,
    Refusal,
    connection,
    uuid_of,
)
from kernel.http import Graph
from kernel.messages import Service
from kernel.once import once
from kernel.refusal import Reason, Refused
from kernel.schema import Schema, build_schema
from kernel.tokens import Verifier, keys_given
from tests.databases import ROOT

ISSUER = "https://register.example"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
FOREIGN_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
ACCOUNT = UUID("6f1f64e0-0000-4000-8000-000000000001")
LINE = UUID("6f1f64e0-0000-4000-8000-000000000002")
HELD = UUID("6f1f64e0-0000-4000-8000-000000000003")
EXPIRES = 4_102_444_800
SECRET = "the gateway's own"


class Why(Reason):
    TOO_LOUD = "{volume} is too loud. Speak below 10."


@strawberry.type
class Thing:
    id: strawberry.ID
    number: int

    @strawberry.field
    async def parent(self) -> Thing:
        return Thing(id=self.id, number=self.number - 1)

    @strawberry.field
    async def parts(self, first: int = 20) -> list[Thing]:
        return [Thing(id=self.id, number=number) for number in range(min(first, 3))]

    @staticmethod
    def of(number: int) -> Thing:
        return Thing(id=strawberry.ID(str(UUID(int=number))), number=number)


@strawberry.type
class Said:
    notes: int


SayResult = Annotated[Said | Refusal, strawberry.union("SayResult")]


async def say(ask: Ask[Turn], *, text: str, volume: int) -> UUID:
    """An action: one audit row, unless it is too loud."""
    async with ask.begin() as turn:
        if volume > 10:
            raise Refused(Why.TOO_LOUD, field="volume", volume=volume)
        await record(turn, what="said", why=text)
        return uuid4()


async def doubled(ask: Ask[Turn], numbers: list[int]) -> dict[int, int]:
    """A batch: one statement for all that is asked for together, and nothing for 13."""
    async with ask.read() as turn:
        await record_batch(turn, len(numbers))
    return {number: 2 * number for number in numbers if number != 13}


BATCHES: list[int] = []


async def record_batch(turn: Turn, size: int) -> None:
    await turn.fetchval("SELECT 1")
    BATCHES.append(size)


@strawberry.type
class Query:
    @strawberry.field
    async def who(self, info: Info) -> str:
        return info.context.actor.role

    @strawberry.field
    async def thing(self, id: strawberry.ID) -> Thing | None:
        return Thing(id=strawberry.ID(str(uuid_of(id))), number=1)

    @strawberry.field
    async def echo(self, text: str, at: UUID | None = None) -> str:
        return text

    @strawberry.field
    async def things(self, first: int = 20, after: str | None = None) -> Connection[Thing]:
        page = Page.of(first, after, int)
        start = page.after[0] if page.after else 0
        rows = list(range(start + 1, 51))[: page.limit]
        return connection(
            page, rows, node=Thing.of, cursor=lambda number: (number,), total_count=50
        )

    @strawberry.field
    async def double(self, info: Info, number: int) -> int | None:
        return await info.context.load(Service.MATCHING, doubled, number)

    @strawberry.field
    async def broken(self) -> str | None:
        raise KeyError("Ana Smith, 1 High Street")

    @strawberry.field
    async def away(self) -> str | None:
        raise Unavailable("postgresql://matching_app:secret@db is away")

    @strawberry.field
    async def picky(self) -> str | None:
        raise BadInput("Not like that.")


@strawberry.type
class Mutation:
    @strawberry.mutation(extensions=[Refusable()])  # type: ignore[untyped-decorator]
    async def say(self, info: Info, key: UUID, text: str, volume: int = 1) -> SayResult:
        ask = info.context.ask(Service.MATCHING)
        await once(ask, key, say, text=text, volume=volume)
        async with ask.db.begin(ask.actor) as turn:
            return Said(notes=await turn.fetchval("SELECT count(*) FROM audit"))


def schema(*, introspection: bool = True) -> Schema:
    return build_schema(query=Query, mutation=Mutation, introspection=introspection)


def app(db: Db, *, introspection: bool = True, documents: dict[str, str] | None = None) -> ASGIApp:
    """Over a service that is told what has ended of signing in; the register knows it itself."""
    published = KeySet([KEY]).as_dict(private=False)
    graph = Graph(
        schema=schema(introspection=introspection),
        doors={Service.MATCHING: Door(db, lambda turn: turn)},
        verifier=Verifier(keys_given(published), issuer=ISSUER),
        documents=documents or {},
        gateway_secret=SECRET,
    )
    folder = ROOT / "services" / "events" / "migrations"
    return build_app(graph, ready=[database_ready(db, "events", folder)])


def token(*, key: RSAKey = KEY, typ: str = "at+jwt", **claims: Any) -> str:
    whole = {
        "iss": ISSUER,
        "aud": "kith",
        "sub": str(ACCOUNT),
        "role": "coordinator",
        "agency": "ATV",
        "sid": str(LINE),
        "held": str(HELD),
        "exp": EXPIRES,
        **claims,
    }
    given = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": typ}, given, key)


def client(app: ASGIApp, *, bearer: str | None = None) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://kith", headers=headers)


async def asked(
    app: ASGIApp, query: str, *, bearer: str | None = "", **variables: Any
) -> dict[str, Any]:
    """Ask as the coordinator (or with another token) and give the body."""
    async with client(app, bearer=token() if bearer == "" else bearer) as kith:
        answer = await kith.post("/graphql", json={"query": query, "variables": variables})
    body: dict[str, Any] = answer.json()
    return body
