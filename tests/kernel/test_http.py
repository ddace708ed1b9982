"""GraphQL over HTTP: what is refused at the door, and what an answer may show."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from kernel.db import Db
from kernel.graph import BadInput, Page
from tests.kernel.small_graph import (
    FOREIGN_KEY,
    SECRET,
    app,
    asked,
    client,
    token,
)

GRAPHQL = "application/graphql-response+json"


async def posted(db: Db, content: Any, **headers: str) -> httpx2.Response:
    """Send bytes as they are, signed in."""
    sent = {"Content-Type": "application/json", **headers}
    async with client(app(db), bearer=token()) as kith:
        return await kith.post("/graphql", content=content, headers=sent)


def code_of(answer: httpx2.Response) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"7",
        b'"{ who }"',
        b"",
        b"{",
        b"{}",
        b'{"query": null}',
        b'{"query": 7}',
        b'{"query": "{ who }", "variables": []}',
        b'{"query": "{ who }", "operationName": {}}',
        b'{"query": "{ who }", "extensions": 1}',
        b'{"query": "{ who }", "documentId": "sha256:0"}',
        b'{"documentId": "sha256:0"}',
        b'[{"query": "{ who }"}]',
        b'{"query": "{ echo(text: \\"a\\u0000b\\") }"}',
        b'{"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": "a\\u0000"}}',
        b'{"query": "query($t: String!) { echo(text: $t) }", "variables": {"\\u0000": ["a"]}}',
        b'{"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": "\\ud800"}}',
        b'{"query": "{ echo(text: \\"\xff\\") }"}',
        b"[" * 5000,
    ],
)
async def test_what_is_no_request_is_refused_in_words(events_db: Db, body: bytes) -> None:
    answer = await posted(events_db, body)

    assert answer.status_code == 400
    assert code_of(answer) == "BAD_INPUT"


async def test_nul_inside_a_literal_reaches_no_database(events_db: Db) -> None:
    body = rb'{"query": "{ echo(text: \"\\u0000\") }"}'

    answer = await posted(events_db, body)

    assert code_of(answer) == "BAD_INPUT"


async def test_body_is_bounded_while_it_is_read(events_db: Db) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while read < 1_000_000:
            read += 1000
            yield b" " * 1000

    answer = await posted(events_db, endless())

    assert answer.status_code == 413
    assert read <= 22_000


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
async def test_other_kinds_of_body_are_refused(events_db: Db, kind: str) -> None:
    answer = await posted(events_db, b'{"query": "{ who }"}', **{"Content-Type": kind})

    assert answer.status_code == 415


async def test_other_kinds_of_answer_are_refused(events_db: Db) -> None:
    answer = await posted(events_db, b'{"query": "{ who }"}', Accept="text/html")

    assert answer.status_code == 406


async def test_get_changes_nothing(events_db: Db) -> None:
    mutation = f'mutation {{ say(key: "{uuid4()}", text: "x") {{ __typename }} }}'
    async with client(app(events_db), bearer=token()) as kith:
        answer = await kith.get("/graphql", params={"query": mutation})
        read = await kith.get("/graphql", params={"query": "{ who }"})

    assert answer.status_code == 405
    assert read.json() == {"data": {"who": "coordinator"}}


async def test_free_documents_are_for_people_who_signed_in(events_db: Db) -> None:
    async with client(app(events_db)) as kith:
        answer = await kith.post("/graphql", json={"query": "{ who }"})

    assert answer.status_code == 401
    assert code_of(answer) == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_registered_operation_needs_no_sign_in(events_db: Db) -> None:
    registered = app(events_db, documents={"sha256:1": "query Who { who }"})

    async with client(registered) as kith:
        answer = await kith.post("/graphql", json={"documentId": "sha256:1"})

    assert answer.json() == {"data": {"who": "nobody"}}


@pytest.mark.parametrize(
    "bearer",
    [
        "nonsense",
        token(key=FOREIGN_KEY),
        token(typ="JWT"),
        token(iss="https://elsewhere.example"),
        token(aud="another"),
        token(exp=1_700_000_000),
        token(exp=None),
        token(sub=None),
        token(sub="cleo"),
        token(role="system"),
        token(role="emperor"),
        token().rpartition(".")[0] + ".",
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.",
    ],
)
async def test_token_that_is_not_ours_is_refused(events_db: Db, bearer: str) -> None:
    async with client(app(events_db), bearer=bearer) as kith:
        answer = await kith.post("/graphql", json={"query": "{ who }"})

    assert answer.status_code == 401
    assert code_of(answer) == "UNAUTHENTICATED"


async def test_account_without_a_role_has_signed_in_all_the_same(events_db: Db) -> None:
    body = await asked(app(events_db), "{ who }", bearer=token(role="nobody", agency=None))

    assert body == {"data": {"who": "nobody"}}


async def test_fault_is_masked_and_written_down_once_with_the_request_id(
    events_db: Db, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(app(events_db), bearer=token()) as kith:
        answer = await kith.post(
            "/graphql", json={"query": "{ broken who }"}, headers={"X-Request-Id": "request-1"}
        )

    body = answer.json()
    lines = [record.getMessage() for record in caplog.records]
    assert body["data"] == {"broken": None, "who": "coordinator"}
    assert code_of(answer) == "INTERNAL"
    assert "Ana" not in answer.text
    assert answer.headers["x-request-id"] == "request-1"
    assert len(lines) == 1
    assert "request-1" in lines[0]
    assert "KeyError" in lines[0]
    assert "Ana" not in lines[0]


async def test_database_that_is_away_is_a_503(events_db: Db) -> None:
    async with client(app(events_db), bearer=token()) as kith:
        answer = await kith.post("/graphql", json={"query": "{ away who }"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "secret" not in answer.text


@pytest.mark.parametrize("first", [-1, 0, 101, 2147483647])
async def test_size_of_a_page_is_bounded(events_db: Db, first: int) -> None:
    body = await asked(
        app(events_db), "query($n: Int!) { things(first: $n) { totalCount } }", n=first
    )

    assert body["errors"][0]["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0=", "WzEsMl0=", "é", "bnVsbA=="])
async def test_cursor_of_another_list_is_refused(events_db: Db, cursor: str) -> None:
    body = await asked(
        app(events_db), "query($c: String) { things(after: $c) { totalCount } }", c=cursor
    )

    assert body["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_pages_follow_each_other_without_a_gap(events_db: Db) -> None:
    seen: list[int] = []
    after, more = None, True
    while more:
        body = await asked(
            app(events_db),
            "query($c: String) { things(first: 20, after: $c)"
            " { edges { node { number } } pageInfo { hasNextPage endCursor } } }",
            c=after,
        )
        page = body["data"]["things"]
        seen += [edge["node"]["number"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert seen == list(range(1, 51))


async def test_production_tells_nothing_of_its_schema(events_db: Db) -> None:
    closed = app(events_db, introspection=False)

    types = await asked(closed, "{ __schema { types { name } } }")
    near = await asked(closed, "{ whoo }")

    assert types["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "data" not in types
    assert "Did you mean" not in str(near)


async def test_only_the_gateway_asks_for_entities(events_db: Db) -> None:
    closed = app(events_db, introspection=False)
    async with client(closed) as kith:
        stranger = await kith.post("/graphql", json={"query": "{ _service { sdl } }"})
    signed_in = await asked(closed, "{ a: _service { sdl } }")
    async with client(closed) as kith:
        gateway = await kith.post(
            "/graphql",
            json={"query": "{ _service { sdl } }"},
            headers={"Kith-Gateway": SECRET},
        )

    assert stranger.status_code == 401
    assert "errors" in signed_in
    assert "type Query" in gateway.json()["data"]["_service"]["sdl"]


async def test_same_key_answers_once_and_a_refusal_is_an_answer(events_db: Db) -> None:
    say = (
        'mutation($key: UUID!, $volume: Int!) { say(key: $key, text: "hello", volume: $volume)'
        " { __typename ... on Said { notes } ... on Refusal { code message field } } }"
    )
    key = "6f1f64e0-0000-4000-8000-00000000000a"
    kith = app(events_db)

    loud = await asked(kith, say, key=key, volume=11)
    first = await asked(kith, say, key=key, volume=1)
    second = await asked(kith, say, key=key, volume=1)
    other = await asked(kith, say, key=key, volume=2)

    assert loud["data"]["say"] == {
        "__typename": "Refusal",
        "code": "TOO_LOUD",
        "message": "11 is too loud. Speak below 10.",
        "field": "volume",
    }
    assert first["data"]["say"] == second["data"]["say"] == {"__typename": "Said", "notes": 1}
    assert other["data"]["say"]["code"] == "KEY_ALREADY_USED"


async def test_live_and_ready_say_so(events_db: Db) -> None:
    async with client(app(events_db)) as kith:
        live = await kith.get("/live")
        ready = await kith.get("/ready")

    assert (live.status_code, ready.status_code) == (200, 200)
    assert ready.json() == {"ready": True, "why": []}
    assert ready.headers["cache-control"] == "no-store"


async def test_not_ready_says_why(events_db: Db) -> None:
    serving = app(events_db)
    await events_db.close()

    async with client(serving) as kith:
        live = await kith.get("/live")
        ready = await kith.get("/ready")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["why"] == ["The database of events cannot be reached."]


@pytest.mark.parametrize(
    "key",
    [
        b"[]",
        b'"x"',
        b"{}",
        b'["a\\u0000b", "00000000-0000-4000-8000-000000000000"]',
        b'["a", 5]',
        b'["a", "5"]',
        b'[7, "00000000-0000-4000-8000-000000000000"]',
    ],
)
def test_cursor_that_no_list_gave_is_bad_input_and_no_fault(key: bytes) -> None:
    with pytest.raises(BadInput):
        Page.of(20, base64.urlsafe_b64encode(key).decode(), str, UUID)


@pytest.mark.parametrize(
    ("key", "kind"), [(b'["2026-11-28T21:00"]', datetime), (b"[99999999999999999999]", int)]
)
def test_cursor_that_the_database_would_not_take_is_bad_input(key: bytes, kind: type) -> None:
    with pytest.raises(BadInput):
        Page.of(20, base64.urlsafe_b64encode(key).decode(), kind)
