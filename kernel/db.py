"""A service's database as its serving role: the pool, transactions of one actor, and the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from kernel.access import Actor, NotSignedIn

Record = asyncpg.Record

ACQUIRE_TIMEOUT_S = 4.0
CONNECT_TIMEOUT_S = 4.0
STATEMENT_TIMEOUT_MS = 5000
LOCK_TIMEOUT_MS = 4000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 15000
# Out of reach, stopping, out of connections or of time: the asker may try again.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.InternalClientError,  # the server hung up in the middle of an answer
)
# It answered, and knows no such role, password or database; trying again would not help.
LOCKED_OUT = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)
# PostgreSQL undid one of two that stood in each other's way; doing it again is safe.
UNDONE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Unavailable(Exception):
    """What we depend on cannot be reached, or has no time for us just now.

    `server_answered` says that it was reached, and refused for want of time or room.
    """

    def __init__(self, message: str, *, server_answered: bool = False) -> None:
        super().__init__(message)
        self.server_answered = server_answered


class Turn:
    """One transaction of one actor. Stores are made of it; nothing else speaks to the database."""

    def __init__(self, connection: Any, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        self.has_told = False
        self._connection = connection

    async def fetch(self, sql: str, *args: object) -> list[Record]:
        with _away_in_words(self._connection):
            rows: list[Record] = await self._connection.fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: object) -> Record | None:
        with _away_in_words(self._connection):
            row: Record | None = await self._connection.fetchrow(sql, *args)
        return row

    async def fetchval(self, sql: str, *args: object) -> Any:
        with _away_in_words(self._connection):
            return await self._connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        """Returns the command's tag, such as `UPDATE 1`."""
        with _away_in_words(self._connection):
            tag: str = await self._connection.execute(sql, *args)
        return tag

    async def executemany(self, sql: str, rows: Iterable[Iterable[object]]) -> None:
        with _away_in_words(self._connection):
            await self._connection.executemany(sql, rows)

    async def become_system(self, agency: str | None) -> None:
        """From here on see and write as the system does for `agency`, in the same transaction.

        For effects beyond the asker's own rows. `actor` stays who asked: audit rows name them.
        """
        await self.execute(
            "SELECT begin_ask('system', $1, $2, NULL, NULL)", self.actor.account, agency
        )


class Db:
    """One service's database. `begin` is the only way in, and it always names an actor.

    `told` is called after a transaction that told another service something has committed.
    """

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        self.name = name
        self.told: Callable[[], Awaitable[object]] | None = None
        self._pool = pool

    @classmethod
    async def open(cls, dsn: str, *, name: str, size_max: int = 10) -> Db:
        """Open the pool; `name` is what the database shows as the application's name."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size_max,
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=STATEMENT_TIMEOUT_MS / 1000 + 1,
                init=_teach_json,
                server_settings=_settings(name),
            )
        except LOCKED_OUT as cause:
            raise Unavailable(f"The database of {name} does not let us in: {cause}") from cause
        except AWAY as cause:
            raise Unavailable(f"The database of {name} cannot be reached: {cause}") from cause
        return cls(pool, name)

    async def close(self) -> None:
        await self._pool.close()

    async def check(self, actor: Actor) -> None:
        """Raises NotSignedIn when what the actor's token rests on has ended; Unavailable."""
        rests_on = (actor.sign_in, actor.account, actor.held)
        with _away_in_words():
            async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
                stands = await connection.fetchval("SELECT token_stands($1, $2, $3)", *rests_on)
        if not stands:
            raise NotSignedIn("what the token rests on has ended")

    @asynccontextmanager
    async def begin(self, actor: Actor, *, readonly: bool = False) -> AsyncIterator[Turn]:
        """A transaction of `actor`: commits at the end, rolls back when anything is raised.

        Raises NotSignedIn when what the actor's token rests on has ended. Raises Unavailable when
        the database is away; then nothing has been written, or (when the connection broke during
        COMMIT) it is unknown, which is what idempotency keys are for.
        """
        with _away_in_words():
            connection = await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        try:
            async with _transaction(connection, readonly=readonly):
                with _away_in_words(connection):
                    now = await begin_ask(connection, actor)
                turn = Turn(connection, actor, now)
                yield turn
        except Unavailable as fault:
            if not fault.server_answered:
                with suppress(asyncpg.InterfaceError):  # the pool may have taken it away already
                    connection.terminate()  # to let it roll back would be to wait once more
            raise
        finally:
            with suppress(*AWAY, asyncpg.InterfaceError):
                await self._pool.release(connection)
        if turn.has_told and self.told is not None:
            await self.told()


@asynccontextmanager
async def _transaction(connection: Any, *, readonly: bool) -> AsyncIterator[None]:
    transaction = connection.transaction(readonly=readonly)
    with _away_in_words(connection):
        await transaction.start()
    try:
        yield
    except BaseException as fault:
        # What went wrong first is what counts; a lost connection has rolled back by itself.
        if not isinstance(fault, Unavailable) or fault.server_answered:
            with suppress(*AWAY, asyncpg.InterfaceError):
                await transaction.rollback()
        raise
    with _away_in_words(connection):
        await transaction.commit()


@contextmanager
def _away_in_words(connection: Any = None) -> Iterator[None]:
    """Tell a database that is away from a bug of ours: only the first becomes Unavailable."""
    try:
        yield
    except AWAY as cause:
        answered = isinstance(cause, asyncpg.PostgresError) and connection is not None
        raise Unavailable(
            f"The database is away: {cause!r}",
            server_answered=answered and not _is_lost(connection),
        ) from cause
    except asyncpg.InterfaceError as cause:
        # Without a connection it is the pool that speaks: it is being closed.
        if connection is not None and not _is_lost(connection):
            raise
        raise Unavailable(f"The connection was lost: {cause!r}") from cause


def _is_lost(connection: Any) -> bool:
    """The pool takes a broken connection away from us, after which it answers nothing at all."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def begin_ask(connection: Any, actor: Actor) -> datetime:
    """Set who asks and read the clock, in one statement. Raises NotSignedIn."""
    names = (actor.role, actor.account, actor.agency, actor.person, actor.household)
    if actor.sign_in is None:
        now = await connection.fetchval("SELECT begin_ask($1, $2, $3, $4, $5)", *names)
    else:
        now = await connection.fetchval(
            "SELECT begin_ask($1, $2, $3, $4, $5, $6, $7)", *names, actor.sign_in, actor.held
        )
    if not isinstance(now, datetime):
        raise NotSignedIn("what the token rests on has ended")
    return now


async def _teach_json(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_encoded, decoder=orjson.loads
        )


def _encoded(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    """The driver's own kind of UUID, which orjson does not know."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _settings(name: str) -> dict[str, str]:
    return {
        "application_name": name,
        "timezone": "UTC",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        "search_path": "public",
    }
