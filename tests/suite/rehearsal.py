"""The merged graph asked as anybody, with everything undone after each answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from graphql import ExecutionResult

from kernel.access import Actor
from kernel.db import Db, Turn, begin_ask
from kernel.graph import Context, Door
from kernel.messages import Service
from kernel.schema import Schema


class Rehearsal(Db):
    """A service's database on one connection: what is done in a transaction that is never kept.

    Each transaction of the service is a savepoint within it; they take turns.
    """

    def __init__(self, db: Db, connection: Any) -> None:
        super().__init__(db._pool, db.name)
        self._connection = connection
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def begin(self, actor: Actor, *, readonly: bool = False) -> AsyncIterator[Turn]:
        async with self._lock, self._connection.transaction():
            yield Turn(self._connection, actor, await begin_ask(self._connection, actor))


class Stage:
    """The merged graph over three databases that forget."""

    def __init__(self, schema: Schema, doors: Mapping[Service, Door]) -> None:
        self.schema = schema
        self.doors = doors

    async def ask(
        self, actor: Actor, document: str, *, is_gateway: bool = False, **variables: object
    ) -> ExecutionResult:
        """One document of a registered client, answered and undone."""
        async with AsyncExitStack() as stack:
            doors = {
                service: Door(await stack.enter_async_context(rehearsed(door.db)), door.store_of)
                for service, door in self.doors.items()
            }
            context = Context(actor, doors, is_registered=True, is_gateway=is_gateway)
            answer: Any = await self.schema.execute(
                document, variable_values=variables, context_value=context
            )
            return ExecutionResult(data=answer.data, errors=answer.errors)


@asynccontextmanager
async def rehearsed(db: Db) -> AsyncIterator[Rehearsal]:
    async with db._pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        try:
            yield Rehearsal(db, connection)
        finally:
            await undone.rollback()
