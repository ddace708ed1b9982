"""The merged graph over this test's databases, asked by registered operations as anybody."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID, uuid4

from kernel.access import Actor
from kernel.db import Db
from kernel.graph import Context, Door
from kernel.messages import Service
from kernel.schema import Schema
from services.events import main as events
from services.matching import main as matching
from services.notify import main as notify
from services.suite.merge import merged
from services.web.registry import load_registry
from tests.databases import Databases

DOORS = {
    Service.MATCHING: matching.door,
    Service.EVENTS: events.door,
    Service.NOTIFY: notify.door,
}


@cache
def schema() -> Schema:
    return merged()


class SmallSite:
    """Opens the databases that the asked services need, each on its first use by a test."""

    def __init__(self, doors: dict[Service, Door]) -> None:
        self.doors = doors
        self._operations = load_registry()

    @classmethod
    async def open(cls, databases: Databases, *services: Service) -> SmallSite:
        found = {one: DOORS[one](await databases.serving(one.value)) for one in services}
        return cls(found)

    def db(self, service: Service) -> Db:
        return self.doors[service].db

    async def do(self, actor: Actor, name: str, /, **variables: Any) -> dict[str, Any]:
        """The data of an operation of the front; any error is a failure of the test."""
        operation = self._operations[name]
        if operation.keyed:
            variables.setdefault("key", str(uuid4()))
        answer = await self.execute(actor, operation.text, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def refusal(self, actor: Actor, name: str, /, **variables: Any) -> str:
        """The code of the Refusal that a mutation answers with."""
        (answer,) = (await self.do(actor, name, **variables)).values()
        assert answer["__typename"] == "Refusal", answer
        code: str = answer["code"]
        return code

    async def execute(self, actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
        given = {name: _wire(value) for name, value in variables.items()}
        context = Context(actor, self.doors, is_registered=True)
        found = await schema().execute(document, variable_values=given, context_value=context)
        body: dict[str, Any] = {"data": found.data}
        if found.errors:
            body["errors"] = [(error.extensions or {}).get("code") for error in found.errors]
        return body


def _wire(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
