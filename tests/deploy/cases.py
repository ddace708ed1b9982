"""Requests that both shapes must answer alike: what is wrong with them, and what is too much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NEWER = "application/graphql-response+json"
ALL = "{ viewer { displayName } workshopTopics { code } myNotices { totalCount } }"
SET = 'mutation ($key: UUID!) { registerInterest(topic: "W1", key: $key) { __typename } }'


@dataclass(frozen=True)
class Case:
    """One request; `bearer` None means nobody, else it is put behind the token.

    Where `words` is no, each shape says it in the words of its own GraphQL library.
    """

    says: str
    body: Any = None
    content: bytes | None = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    bearer: str | None = ""
    words: bool = True


def asked(says: str, query: str, *, words: bool = True, **more: Any) -> Case:
    return Case(says, {"query": query, **more}, words=words)


def deep(levels: int) -> str:
    inside = "{ id }"
    for _ in range(levels):
        inside = f"{{ requests {{ family {inside} }} }}"
    return f'{{ family(id: "{ID}") {inside} }}'


ID = "00000000-0000-4000-8000-000000000000"
CASES = [
    asked("what all three services answer", ALL),
    asked("a field that is not there", "{ viewer { salary } }", words=False),
    asked("a typing error without a hint", "{ viewr { displayName } }", words=False),
    asked("no document", "{ viewer", words=False),
    asked("an argument too low", "{ families(first: 0) { totalCount } }"),
    asked("an argument below nothing", "{ families(first: -1) { totalCount } }"),
    asked("a list beyond its bound", "{ families(first: 101) { totalCount } }"),
    asked("another list's cursor", '{ families(after: "e30=") { totalCount } }'),
    asked("an id that is none", '{ family(id: "7") { id } }'),
    asked("somebody who is not there", f'{{ family(id: "{ID}") {{ id interests {{ code }} }} }}'),
    asked("a variable that is missing", "query ($id: ID!) { family(id: $id) { id } }", words=False),
    asked("a key that is none", SET, variables={"key": "no key"}, words=False),
    asked("a variable of another type", SET, variables={"key": 7}, words=False),
    asked("two operations, none chosen", "query A { viewer { role } } query B { viewer { role } }"),
    asked("an operation that is not there", "query A { viewer { role } }", operationName="B"),
    asked("a subscription", "subscription { viewer { role } }"),
    asked("entities", "{ _entities(representations: []) { __typename } }", words=False),
    asked("the schema's text", "{ _service { sdl } }", words=False),
    asked("too deep", deep(8)),
    asked(
        "aliases without end", "{" + " ".join(f"a{n}: viewer {{ role }}" for n in range(41)) + "}"
    ),
    asked(
        "pages of pages",
        "{ families(first: 100) { edges { node { requests { family { requests { family"
        " { requests { family { requests { id } } } } } } } } } } }",
    ),
    asked("a fragment in itself", "{ viewer { ...a } } fragment a on Viewer { ...a }"),
    asked("one field often", "{" + "viewer { role } " * 6 + "}"),
    asked("a text with half a character", "{ viewer { role } }", variables={"t": "\ud800"}),
    asked("a text with NUL", '{ outcode(typed: "\\u0000") { label } }'),
    asked("both query and id", "{ viewer { role } }", documentId="sha256:0"),
    Case("an id of nothing", {"documentId": "sha256:0"}),
    Case("nobody", {"query": ALL}, bearer=None),
    Case("a forged token", {"query": ALL}, bearer="x"),
    Case("several at once", [{"query": ALL}]),
    Case("null", content=b"null"),
    Case("no JSON", content=b"{"),
    Case("no UTF-8", content=b'{"query": "\xff"}'),
    Case("too long", content=b'{"query": "' + b" " * 20_001 + b'"}'),
    Case(
        "a form", content=b"query=1", headers={"content-type": "application/x-www-form-urlencoded"}
    ),
    Case("an unknown media type", {"query": ALL}, headers={"accept": "text/html"}),
    Case("by GET", {"query": "{ viewer { role } }"}, method="GET"),
    Case("a change by GET", {"query": SET}, method="GET"),
    Case("by PUT", {"query": ALL}, method="PUT"),
]
