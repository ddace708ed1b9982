"""Ask: who asks, at what instant, through which store. What every action takes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from kernel.access import Actor
from kernel.db import Db, Turn

S = TypeVar("S")


class Reads:
    """Of which subjects one request has written down already that it read them."""

    def __init__(self) -> None:
        self._known: set[UUID] = set()
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def new(self, subjects: Iterable[UUID]) -> AsyncIterator[list[UUID]]:
        """Those of `subjects` that are to be written down in the block, each once.

        One block at a time: who asks for the same at once waits until it is written, so nothing is
        shown before. When the block raises, nothing was written, and the next one is asked anew.
        """
        async with self._lock:
            unwritten = sorted(set(subjects) - self._known)
            yield unwritten
            self._known.update(unwritten)


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
    reads: Reads = field(default_factory=Reads, repr=False)
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
