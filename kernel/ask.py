"""Ask: who asks, at what instant, through which store. What every action takes first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from kernel.access import Actor
from kernel.db import Db, Turn

S = TypeVar("S")


@dataclass
class Ask(Generic[S]):
    """One asking. `begin` and `read` open a transaction of the actor and give its store.

    Inside `kernel.once` (and while a message is received) a transaction is already open: then
    both join it, so that the effect and the memory of it are one.
    """

    actor: Actor
    db: Db
    store_of: Callable[[Turn], S]
    key: UUID | None = None
    _joined: Turn | None = field(default=None, repr=False)
    _now: datetime | None = field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """The database's instant (UTC) in the transaction that was opened last."""
        assert self._now is not None, "ask.now is known once the transaction has begun"
        return self._now

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[S]:
        """A writing transaction: committed at the end of the block, undone when it raises."""
        async with self._turn(readonly=False) as turn:
            yield self.store_of(turn)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[S]:
        """A transaction that PostgreSQL keeps from writing."""
        async with self._turn(readonly=True) as turn:
            yield self.store_of(turn)

    def joining(self, turn: Turn) -> Ask[S]:
        """The same asking, inside a transaction that somebody else opened and will end."""
        return replace(self, _joined=turn, _now=turn.now)

    @asynccontextmanager
    async def _turn(self, *, readonly: bool) -> AsyncIterator[Turn]:
        if self._joined is not None:
            yield self._joined
            return
        async with self.db.begin(self.actor, readonly=readonly) as turn:
            self._now = turn.now
            yield turn
