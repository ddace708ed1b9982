"""The one client of the graph: registered operations only, by id. A refusal is a value.

`ask` and `do` answer plain values with the names of the graph, which templates read. Three things
may go wrong, each with its own exception, because each has its own page: the graph does not know
who asks (`WhoAreYou`), does not answer (`Away`), or could not read an argument (`BadInput`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import orjson

from services.web.registry import Operation, Registry

Values = dict[str, Any]


class WhoAreYou(Exception):
    """The graph does not accept the token: expired, revoked, or none was sent."""


class Away(Exception):
    """The graph, or what signs people in, does not answer. Nothing was lost that was saved."""


class BadInput(Exception):
    """An argument has a shape that the graph cannot read, such as an id that is no UUID."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected no, in the words that a person reads. `field` is the input at fault."""

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf, and for which request of theirs."""

    token: str | None
    request_id: str


class Gateway:
    def __init__(self, client: httpx2.AsyncClient, registry: Registry) -> None:
        self._client = client
        self.registry = registry

    async def ask(self, asker: Asker, name: str, **variables: object) -> Values:
        """The answer of a query, by its root fields. What the asker may not see is None."""
        operation = self.registry[name]
        assert not operation.mutates, f"{name} changes something: use do()"
        return await self._send(asker, operation, variables)

    async def do(self, asker: Asker, name: str, **variables: object) -> Any:
        """The outcome of a mutation with one root field: its value, or a Refusal."""
        operation = self.registry[name]
        assert operation.mutates, f"{name} changes nothing: use ask()"
        try:
            (outcome,) = (await self._send(asker, operation, variables)).values()
        except BadInput:
            return Refusal(
                "BAD_INPUT", "Something in this form could not be read. Please check it."
            )
        if isinstance(outcome, dict) and outcome.get("__typename") == "Refusal":
            return Refusal(outcome["code"], outcome["message"], outcome["field"])
        return outcome

    async def _send(
        self, asker: Asker, operation: Operation, variables: Mapping[str, object]
    ) -> Values:
        headers = {
            "accept": "application/graphql-response+json",
            "content-type": "application/json",
            "x-request-id": asker.request_id,
        }
        if asker.token:
            headers["authorization"] = f"Bearer {asker.token}"
        body = {
            "documentId": operation.id,
            "operationName": operation.name,
            "variables": variables,
        }
        try:
            answer = await self._client.post(
                "/graphql", content=orjson.dumps(body, default=_plain), headers=headers
            )
        except httpx2.TransportError as fault:
            raise Away(str(fault)) from fault
        return _read(answer)


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} does not go into a variable")


def _read(answer: httpx2.Response) -> Values:
    if answer.status_code == 401:
        raise WhoAreYou
    if answer.status_code >= 500:
        raise Away(f"the graph answered {answer.status_code}")
    payload = orjson.loads(answer.content)
    codes = {error.get("extensions", {}).get("code") for error in payload.get("errors") or ()}
    if "UNAUTHENTICATED" in codes:
        raise WhoAreYou
    if "BAD_INPUT" in codes:
        raise BadInput
    # What is left is a fault of ours, already logged by the graph under this request's id.
    assert not codes, f"the graph answered with errors: {payload['errors']}"
    data: Values = payload["data"]
    return data
