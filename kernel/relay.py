"""Carries messages between services: outbox -> bell -> inbox -> acknowledgement, at least once.

A row of the outbox stays open until its receiver says that it has it; a sweep sends it again, later
each time. The receiver takes each message once, in one transaction with what it does about it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import Db, Turn
from kernel.jobs import Bell, Job, Sweep
from kernel.log import logger
from kernel.messages import Message, Service
from kernel.once import forget_old
from kernel.seal import SEAL_EVERY_S, seal
from kernel.tokens import forget_revoked

T = TypeVar("T")
Handler = Callable[[Ask[Any], Any], Awaitable[Any]]

AT_ONCE_MAX = 100
FIRST_DELAY_S = 10
DELAY_MAX_S = 600
SWEEP_EVERY_S = 5.0
TIDY_EVERY_S = 3600.0
SENT_KEPT = timedelta(days=7)
TAKEN_IN_KEPT = timedelta(days=90)
"""Far longer than a message may stay open, so that none is ever taken in twice."""

log = logger("kernel.relay")


class Relay:
    """One service's post: sends what it told, takes in what it is told.

    `handlers` are by the message's KIND: `async def (ask, message)`, where `ask` is the system's
    for the message's agency, and joins the transaction in which the message is taken in.
    """

    def __init__(
        self,
        service: Service,
        db: Db,
        bell: Bell,
        *,
        store_of: Callable[[Turn], Any],
        handlers: Mapping[str, Handler],
    ) -> None:
        self._service = service
        self._db = db
        self._bell = bell
        self._store_of = store_of
        self._handlers = handlers

    def jobs(self) -> dict[str, Job]:
        """What the service's worker must know, beside its own jobs."""
        return {
            "relay": Job(self.relay, tries=1),
            "receive": Job(self.receive, tries=1),
            "acknowledge": Job(self.acknowledge, tries=1),
        }

    def sweeps(self) -> list[Sweep]:
        return [
            Sweep("relay", self.relay, SWEEP_EVERY_S),
            Sweep("tidy", self.tidy, TIDY_EVERY_S),
            Sweep("seal the audit", self.seal, SEAL_EVERY_S),
        ]

    async def seal(self) -> int:
        """Seal what the audit was told. Every service has one, so it goes with what all do."""
        return await seal(self._db)

    async def wake(self) -> None:
        """Have a worker carry what was just told: what `Db.told` calls after the commit."""
        await self._bell.ring(self._service, "relay")

    async def relay(self) -> int:
        """Hand what is due to the receivers' queues. Returns how many rows were handed over.

        While the bell cannot be heard nothing counts as a try, so nothing is put off for long.
        """
        sent = 0
        if not await self._bell.is_heard():
            return sent
        while rows := await self._claim():
            for row in rows:
                rung = await self._bell.ring(
                    row["receiver"],
                    "receive",
                    id=str(row["id"]),
                    sender=self._service.value,
                    kind=row["kind"],
                    body=row["body"],
                )
                if not rung:
                    return sent  # the sweep comes back to the rest
                sent += 1
            if len(rows) < AT_ONCE_MAX:
                break
        return sent

    async def receive(self, *, id: str, sender: str, kind: str, body: dict[str, Any]) -> None:
        """Take a message in once, do what it asks, and say that we have it."""
        handler = self._handlers.get(kind)
        if handler is None:
            # A newer release may know it: not acknowledged, so it comes again.
            log.warning("nobody here takes such a message", kind=kind, sender=sender)
            return
        message = read(kind, body)
        actor = Actor.system(getattr(message, "agency", None))
        async with self._db.begin(actor) as turn:
            if await self._is_new(turn, UUID(id), sender, message):
                await handler(Ask(actor, self._db, self._store_of).joining(turn), message)
        await self._bell.ring(sender, "acknowledge", id=id)

    async def acknowledge(self, *, id: str) -> None:
        """A receiver has the message: close its row."""
        async with self._db.begin(Actor.system()) as turn:
            await turn.execute(
                """
                UPDATE outbox SET acknowledged_at = $2
                 WHERE id = $1 AND acknowledged_at IS NULL
                """,
                UUID(id),
                turn.now,
            )

    async def tidy(self) -> None:
        """Drop what nobody needs any more: keys, acknowledged rows, old receipts, old ends."""
        await forget_old(self._db)
        async with self._db.begin(Actor.system()) as turn:
            await turn.execute(
                "DELETE FROM outbox WHERE acknowledged_at < $1", turn.now - SENT_KEPT
            )
            await turn.execute("DELETE FROM inbox WHERE received_at < $1", turn.now - TAKEN_IN_KEPT)
            await forget_revoked(turn)

    async def _claim(self) -> list[Mapping[str, Any]]:
        """Rows that are due, each put off until it may be tried again; two workers share them.

        The order in which rows go out does not matter (versions decide), so rows that another
        worker holds are skipped.
        """
        async with self._db.begin(Actor.system()) as turn:
            rows: list[Any] = await turn.fetch(
                """
                WITH due AS (
                    SELECT id FROM outbox
                     WHERE acknowledged_at IS NULL AND next_try_at <= $1
                     ORDER BY told_at
                     LIMIT $2
                       FOR UPDATE SKIP LOCKED
                )
                UPDATE outbox
                   SET tries = tries + 1,
                       next_try_at = $1 + make_interval(
                           secs => least($3::float8 * 2 ^ least(tries, 20), $4::float8))
                  FROM due
                 WHERE outbox.id = due.id
             RETURNING outbox.id, receiver, kind, body
                """,
                turn.now,
                AT_ONCE_MAX,
                FIRST_DELAY_S,
                DELAY_MAX_S,
            )
        return rows

    async def _is_new(self, turn: Turn, id: UUID, sender: str, message: Message) -> bool:
        """Write the receipt. False for one that we have, or that is older than what we know."""
        first = await turn.fetchval(
            """
            INSERT INTO inbox (message_id, sender, kind) VALUES ($1, $2, $3)
                ON CONFLICT (message_id) DO NOTHING
         RETURNING true
            """,
            id,
            sender,
            message.KIND,
        )
        version = getattr(message, "version", None)
        if not first or version is None:
            return bool(first)
        newer = await turn.fetchval(
            """
            INSERT INTO inbox_version (sender, kind, subject, version) VALUES ($1, $2, $3, $4)
                ON CONFLICT (sender, kind, subject) DO UPDATE SET version = excluded.version
                WHERE inbox_version.version < excluded.version
         RETURNING true
            """,
            sender,
            message.KIND,
            _subject(message),
            version,
        )
        return bool(newer)


def read(kind: str, body: Mapping[str, Any]) -> Message:
    """The message of a stored body. Fields that this release does not know are left out.

    Raises ValueError or KeyError when it does not fit: then it is not acknowledged.
    """
    return _made(_kinds()[kind], body)


def _made(made: type[T], body: Mapping[str, Any]) -> T:
    hints = get_type_hints(made)
    given = {}
    for one in fields(made):  # type: ignore[arg-type]  # messages and their parts are dataclasses
        if one.name in body:
            given[one.name] = _value(body[one.name], hints[one.name])
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f"{made.__name__} has no {one.name}")
    return made(**given)


@cache
def _kinds() -> dict[str, type[Message]]:
    return {kind.KIND: kind for kind in get_args(Message)}


def _subject(message: Message) -> UUID:
    """A message's first field says whom or what it is about."""
    subject = getattr(message, fields(message)[0].name)
    assert isinstance(subject, UUID), "the first field of a message is its subject's id"
    return subject


def _value(value: Any, hint: Any) -> Any:
    if isinstance(hint, UnionType):
        if value is None:
            return None
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is list:
        return [_value(one, get_args(hint)[0]) for one in value]
    if hint is UUID or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return hint(value)
    if is_dataclass(hint) and isinstance(value, Mapping):
        return _made(hint, value)  # type: ignore[arg-type]  # a hint is a class, not an instance
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    if not isinstance(value, hint):
        raise ValueError(f"{type(value).__name__} is no {hint.__name__}")
    return value
