"""The graph as the web front uses it: registered operations by name, on behalf of somebody."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from kernel.access import Actor
from kernel.db import Db
from kernel.graph import Context, Door
from kernel.messages import Service
from kernel.schema import Schema
from services.matching.store.whole import Whole
from services.web.registry import load_registry
from tests.matching.register import places


class Graph:
    """Runs an operation of the front against a schema; any error is a failure of the test."""

    def __init__(self, schema: Schema, db: Db) -> None:
        self._schema = schema
        self._doors = {Service.MATCHING: Door(db, partial(Whole, places=places()))}
        self._operations = load_registry()

    async def __call__(self, actor: Actor, name: str, /, **variables: Any) -> Any:
        """The value of the operation's one root field, or of all by name when there are several."""
        operation = self._operations[name]
        if operation.keyed:
            variables.setdefault("key", str(uuid4()))
        answer = await self._schema.execute(
            operation.text,
            variable_values=variables,
            context_value=Context(actor, self._doors, is_registered=True),
        )
        assert not answer.errors, answer.errors
        assert answer.data is not None
        values = list(answer.data.values())
        return values[0] if len(values) == 1 else answer.data
