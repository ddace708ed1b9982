"""Abusive documents are refused, and fast; what pages ask for passes."""

from __future__ import annotations

import time

import pytest

from kernel.db import Db
from tests.kernel.small_graph import app, asked, client, token

# Of this process's own work; what is here takes a fifth of it, and without the bounds never ends.
FAST_S = 1.0


def doubled_fragments(levels: int) -> str:
    """Each fragment spreads the next twice: 2 ** levels fields in a text of 40 bytes a level."""
    parts = [f"fragment f{n} on Thing {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    last = f"fragment f{levels} on Thing {{ number }}"
    return " ".join(["{ thing(id: 1) { ...f0 } }", *parts, last])


def nested(levels: int) -> str:
    inside = "{ number }"
    for _ in range(levels):
        inside = f"{{ parent {inside} }}"
    return f'{{ thing(id: "1") {inside} }}'


ABUSE = {
    "chained doubled fragments": doubled_fragments(25),
    "many more of them": doubled_fragments(200),
    "fragments without end": "{ thing(id: 1) { "
    + " ".join(f"...f{n}" for n in range(300))
    + " } } "
    + " ".join(f"fragment f{n} on Thing {{ number id }}" for n in range(300)),
    "one field often": "{" + "things { totalCount } " * 700 + "}",
    "one field often, deep down": "{"
    + "thing(id: 1) { parent { parent { number } } } " * 150
    + "}",
    "many fields under other names": "{"
    + "".join(
        f"a{n}: thing(id: 1) {{ " + "id number parent { id number } " * 4 + "} " for n in range(39)
    )
    + "}",
    "a fragment in itself": "{ thing(id: 1) { ...a } } fragment a on Thing { parent { ...a } }",
    "two fragments in a ring": (
        "{ thing(id: 1) { ...a } } fragment a on Thing { ...b } fragment b on Thing { ...a }"
    ),
    "an unused ring": "{ who } fragment a on Thing { ...b } fragment b on Thing { ...a }",
    "too deep": nested(30),
    "deep through fragments": " ".join(
        ["{ thing(id: 1) { ...f0 } }"]
        + [f"fragment f{n} on Thing {{ parent {{ ...f{n + 1} }} }}" for n in range(20)]
        + ["fragment f20 on Thing { number }"]
    ),
    "many aliases": "{ " + " ".join(f"a{n}: who" for n in range(100)) + " }",
    "aliases in a fragment spread often": (
        "{ "
        + " ".join(f"t{n}: thing(id: 1) {{ ...f }}" for n in range(20))
        + " } fragment f on Thing { a: number b: number c: number }"
    ),
    "pages of pages": (
        "{ things(first: 100) { edges { node { parts(first: 100)"
        " { parts(first: 100) { number } } } } } }"
    ),
    "one field very often indeed": "{ " + "who " * 4500 + "}",
    "braces without end": "{ thing " * 2000,
    "a list without end": "{ echo(text: " + "[" * 3500 + "}",
    "introspection that feeds on itself": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields"
        " { name } } } } } } } } } }"
    ),
}


@pytest.mark.parametrize("document", ABUSE.values(), ids=ABUSE.keys())
async def test_abusive_document_is_refused_fast(events_db: Db, document: str) -> None:
    kith = app(events_db)
    await asked(kith, "{ who }")

    began = time.process_time()
    async with client(kith, bearer=token()) as signed_in:
        answer = await signed_in.post("/graphql", json={"query": document})
    took_s = time.process_time() - began

    assert len(document) < 20_000
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "data" not in answer.json()
    assert took_s < FAST_S


async def test_what_a_page_asks_for_passes(events_db: Db) -> None:
    body = await asked(
        app(events_db),
        "{ things(first: 50) { edges { cursor node { ...t } } pageInfo { endCursor } totalCount } }"
        " fragment t on Thing { id number parent { number } parts(first: 3) { number } }",
    )

    assert "errors" not in body


async def test_registered_operation_was_reviewed_and_may_be_large(events_db: Db) -> None:
    large = "{ " + " ".join(f"a{n}: who" for n in range(60)) + " }"
    registered = app(events_db, documents={"sha256:1": large})

    async with client(registered) as kith:
        answer = await kith.post("/graphql", json={"documentId": "sha256:1"})

    assert len(answer.json()["data"]) == 60
