"""A hall for benches of places: a migrated database, the events API in a process, and crowds."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import orjson
import uvicorn
from joserfc.jwk import KeySet, OKPKey

from dev.postgres import Server
from kernel.access import Actor
from kernel.app import build_app
from kernel.ask import Ask
from kernel.db import Db
from kernel.http import Graph
from kernel.messages import Role, Service
from kernel.migrate import migrate
from kernel.provision import provision
from kernel.tokens import Verifier, keys_given
from services.events import main as events
from services.events.actions.filling import fill_event
from services.events.graph.schema import build
from services.events.model.ids import EventId
from services.events.store.whole import Whole
from services.matching.http.keys import SigningKeys

ISSUER = "http://127.0.0.1"
AGENCY = "ATV"
READY_S = 30
BOOK = """mutation ($event: ID!, $key: UUID!) {
  book(event: $event, party: {adults: 2}, key: $key) {
    __typename ... on Booking { id state } ... on Refusal { code }
  }
}"""


@dataclass(frozen=True)
class Line:
    """A connection that stays open, with nothing of a client's own work: two cores do all of it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self, asking: bytes) -> bytes:
        """The head and the body as they came."""
        self.writer.write(asking)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, head
        return head + await self.reader.readexactly(int(length[1]))


def told(answer: bytes) -> str:
    """`Booking`, the code of a refusal, or what went wrong."""
    head, _, body = answer.partition(b"\r\n\r\n")
    found = orjson.loads(body)
    if not head.startswith(b"HTTP/1.1 200 ") or "errors" in found:
        return answer[:400].decode(errors="replace")
    booked = found["data"]["book"]
    return str(booked["code"] if booked["__typename"] == "Refusal" else booked["__typename"])


@dataclass(frozen=True)
class Hall:
    """`port` is where the API listens; `owner_dsn` reaches the tables past row security."""

    port: int
    owner_dsn: str
    db: Db
    keys: SigningKeys

    @classmethod
    @asynccontextmanager
    async def open(cls, server: Server) -> AsyncIterator[Hall]:
        await provision(server.dsn(), "events", kind="demo", database="events")
        await migrate(server.dsn("events", "events_migrator"), "events", events.FOLDER)
        kept = orjson.dumps(
            KeySet([OKPKey.generate_key("Ed25519", {"kid": "bench"})]).as_dict(private=True)
        ).decode()
        port = _free_port()
        serving = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.hall",
            env={**os.environ, "BENCH_DSN": server.dsn("events", "events_app"),
                 "BENCH_KEYS": kept, "BENCH_PORT": str(port)},
        )  # fmt: skip
        db = await Db.open(server.dsn("events", "events_app"), name="bench")
        try:
            await _until_ready(f"http://127.0.0.1:{port}")
            keys = SigningKeys.read(kept, issuer=ISSUER)
            yield cls(port, server.dsn("events", "events_migrator"), db, keys)
        finally:
            serving.terminate()
            await serving.wait()
            await db.close()

    async def families(self, number: int) -> list[UUID]:
        """So many that the register has told of."""
        made = [uuid4() for _ in range(number)]
        await self._write(
            """
            INSERT INTO family_card (family_id, version, agency, reference, stage, child_age_bands,
                                     access_needs, consents, blocked_family_ids, protected,
                                     approved_by)
            SELECT id, 1, $2, '', 'placed', '{}', '{}', '{}', '{}', false, $2
              FROM unnest($1::uuid[]) AS id
            """,
            made,
            AGENCY,
        )
        return made

    async def event(self, capacity: int) -> UUID:
        """Published, a month from now."""
        offering, event = uuid4(), uuid4()
        await self._write(
            """
            INSERT INTO offering (id, agency, kind, title, summary)
            VALUES ($1, $2, 'support_group', 'An evening', '')
            """,
            offering,
            AGENCY,
        )
        begins = datetime.now(UTC) + timedelta(days=30)
        await self._write(
            """
            INSERT INTO event (id, offering_id, agency, state, town, starts_at, ends_at,
                               books_until, offers_until, capacity, agencies, guaranteed, most,
                               releases, used, queue)
            VALUES ($1, $2, $3, 'published', 'Didcot', $4::timestamptz, $6::timestamptz, $4, $4, $5,
                    ARRAY[$3], '{0}', '{9999}', ARRAY[$4], '{0}', '{0}')
            """,
            event,
            offering,
            AGENCY,
            begins,
            capacity,
            begins + timedelta(hours=2),
        )
        return event

    async def waiting(self, number: int) -> UUID:
        """An event with as many places as there are families who wait for one."""
        event, families = await self.event(number), await self.families(number)
        await self._write(
            """
            INSERT INTO waiting_entry (id, event_id, family_id, agency, agencies, state, places,
                                       adults, children, since, draw, joined_by, joined_at)
            SELECT gen_random_uuid(), $1, id, $3, ARRAY[$3], 'waiting', 1, 2, '{}',
                   now() - place * interval '1 second', place, id, now()
              FROM unnest($2::uuid[]) WITH ORDINALITY AS one (id, place)
            """,
            event,
            families,
            AGENCY,
        )
        await self._write(
            "UPDATE event SET queue = ARRAY[$2::integer], listed = $2 WHERE id = $1", event, number
        )
        return event

    async def fill(self, event: UUID) -> int:
        """The next fifty offers, as the worker makes them."""
        return await fill_event(Ask(Actor.system(AGENCY), self.db, Whole), EventId(event))

    @asynccontextmanager
    async def lines(self, number: int) -> AsyncIterator[list[Line]]:
        """So many open connections, as of pages that are open on a phone."""
        opened = [await asyncio.open_connection("127.0.0.1", self.port) for _ in range(number)]
        try:
            yield [Line(*ends) for ends in opened]
        finally:
            for _, writer in opened:
                writer.close()

    def asking(self, event: UUID, family: UUID) -> bytes:
        """To book, by a family that has signed in: the token is theirs before the clock runs."""
        variables = {"event": str(event), "key": str(uuid4())}
        body = orjson.dumps({"query": BOOK, "variables": variables})
        head = (
            "POST /graphql HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Authorization: Bearer {self._token(family)}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join((*head, "", "")).encode() + body

    def _token(self, family: UUID) -> str:
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "sub": str(family),
            "sid": str(family),
            "held": str(family),
            "role": Role.ADOPTER.value,
            "agency": AGENCY,
            "person": str(family),
            "household": str(family),
        }
        return self.keys.sign(claims, issued_at=now, expires_at=now + timedelta(minutes=10))

    async def _write(self, sql: str, *given: object) -> None:
        connection = await asyncpg.connect(self.owner_dsn)
        try:
            await connection.execute(sql, *given)
        finally:
            await connection.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def _until_ready(url: str) -> None:
    async with httpx2.AsyncClient() as client, asyncio.timeout(READY_S):
        while True:
            try:
                if (await client.get(f"{url}/live")).status_code == 200:
                    return
            except httpx2.HTTPError:
                await asyncio.sleep(0.1)


async def serve(given: Sequence[str]) -> None:
    """The events API alone, as it serves in the region shape."""
    dsn, text, port = given
    keys = SigningKeys.read(text, issuer=ISSUER)
    db = await Db.open(dsn, name="events", size_max=16)
    graph = Graph(
        schema=build(),
        doors={Service.EVENTS: events.door(db)},
        verifier=Verifier(keys_given(keys.published()), issuer=keys.issuer),
    )
    app = build_app(graph, ready=[], routes=[])
    config = uvicorn.Config(
        app, port=int(port), log_level="error", access_log=False, timeout_keep_alive=75
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve([os.environ[f"BENCH_{name}"] for name in ("DSN", "KEYS", "PORT")]))
