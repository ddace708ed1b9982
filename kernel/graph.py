"""The edge of every graph: who asks, how a no is answered, how lists are cut."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Generic, Self, TypeVar, overload
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.dataloader import DataLoader
from strawberry.extensions import FieldExtension

from kernel import cost, entities
from kernel.access import Actor
from kernel.ask import Ask, Reads
from kernel.audit import AuditRow, AuditWanted, NewestSeal
from kernel.db import Db, Turn
from kernel.messages import Service
from kernel.refusal import Refused

Node = TypeVar("Node")
Row = TypeVar("Row")
Key = TypeVar("Key")
Value = TypeVar("Value")
SortKey = TypeVar("SortKey", bound=tuple[Any, ...])
One = TypeVar("One")
Two = TypeVar("Two")
Three = TypeVar("Three")

FIRST_MAX = cost.PAGE_MAX
INT_MAX = 2**31 - 1  # of a column of numbers


class BadInput(GraphQLError):
    """What was sent has the wrong shape. Not a refusal: no page of ours sends such a thing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_INPUT"})


def uuid_of(id: str) -> UUID:
    """The UUID of an `ID` that was sent. Raises BadInput when it is none."""
    try:
        return UUID(id)
    except ValueError:
        raise BadInput("An id is a UUID.") from None


@strawberry.federation.type(shareable=True)
class Refusal:
    """The answer is no, and why: a sentence for the person who asked."""

    code: str
    message: str
    field: str | None


def refusal_of(no: Refused) -> Refusal:
    """For a query that shows why it could not work something out, beside what it can show."""
    return Refusal(code=no.code, message=no.message, field=no.field)


class Refusable(FieldExtension):
    """Turns a Refused that an action raised into the Refusal of the mutation's union."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Any, **kwargs: Any
    ) -> Any:
        try:
            return await next_(source, info, **kwargs)
        except Refused as no:
            return refusal_of(no)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one service's data is: its database, and the store made of a transaction."""

    db: Db
    store_of: Callable[[Turn], Any]


class Context:
    """What resolvers reach through `info.context`: who asks, and the services' doors."""

    def __init__(
        self,
        actor: Actor,
        doors: Mapping[Service, Door],
        *,
        is_registered: bool = False,
        is_gateway: bool = False,
    ) -> None:
        self.actor = actor
        self.is_registered = is_registered
        self.is_gateway = is_gateway
        self._doors = doors
        self._reads: dict[Service, Reads] = {}
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}

    def ask(self, service: Service) -> Ask[Any]:
        """A fresh asking of this request's actor."""
        door = self._doors[service]
        reads = self._reads.setdefault(service, Reads())
        return Ask(self.actor, door.db, door.store_of, reads=reads)

    async def load(
        self,
        service: Service,
        many: Callable[[Ask[Any], list[Key]], Awaitable[Mapping[Key, Value]]],
        key: Key,
    ) -> Value | None:
        """One of what `many` finds, asked for together with its siblings; None when absent.

        What was loaded once stays for the rest of the request, so a mutation clears it.
        """
        if (service, many) not in self._loaders:
            self._loaders[service, many] = DataLoader(load_fn=self._batch(service, many))
        found: Value | None = await self._loaders[service, many].load(key)
        return found

    def forget(self) -> None:
        """Drop what was loaded, because something has been changed."""
        self._loaders.clear()

    def _batch(
        self,
        service: Service,
        many: Callable[[Ask[Any], list[Key]], Awaitable[Mapping[Key, Value]]],
    ) -> Callable[[list[Key]], Awaitable[list[Value | None]]]:
        async def batch(keys: list[Key]) -> list[Value | None]:
            found = await many(self.ask(service), keys)
            return [found.get(key) for key in keys]

        return batch


Info = strawberry.Info[Context, None]


@strawberry.federation.type(shareable=True)
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Edge(Generic[Node]):
    cursor: str
    node: Node


@strawberry.type
class Connection(Generic[Node]):
    """One page of a list, and how to ask for the next."""

    edges: list[Edge[Node]]
    page_info: PageInfo
    total_count: int


@dataclass(frozen=True, slots=True)
class Page(Generic[SortKey]):
    """What was asked of a list: how many, and after which row. `after` holds the row's sort key."""

    first: int
    after: SortKey | None

    @property
    def limit(self) -> int:
        """One more than is shown, so that we know whether there is more."""
        return self.first + 1

    @overload
    @staticmethod
    def of(first: int, after: str | None, /) -> Page[tuple[()]]: ...

    @overload
    @staticmethod
    def of(first: int, after: str | None, one: type[One], /) -> Page[tuple[One]]: ...

    @overload
    @staticmethod
    def of(
        first: int, after: str | None, one: type[One], two: type[Two], /
    ) -> Page[tuple[One, Two]]: ...

    @overload
    @staticmethod
    def of(
        first: int, after: str | None, one: type[One], two: type[Two], three: type[Three], /
    ) -> Page[tuple[One, Two, Three]]: ...

    @staticmethod
    def of(first: int, after: str | None, *kinds: type) -> Page[Any]:
        """`kinds` are the types of the sort key's parts: int, str, date, datetime, UUID or an id.

        Raises BadInput when `first` is not 1 to 100 or the cursor is none of ours.
        """
        if not 1 <= first <= FIRST_MAX:
            raise BadInput(f"`first` must be from 1 to {FIRST_MAX}.")
        return Page(first, None if after is None else _key_of(after, kinds))


def connection(
    page: Page[Any],
    rows: Sequence[Row],
    *,
    node: Callable[[Row], Node],
    cursor: Callable[[Row], tuple[Any, ...]],
    total_count: int,
) -> Connection[Node]:
    """A page of `rows`, of which the store was asked for `page.limit`."""
    shown = rows[: page.first]
    edges = [Edge(cursor=_cursor_of(cursor(row)), node=node(row)) for row in shown]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=len(rows) > page.first, end_cursor=edges[-1].cursor if edges else None
        ),
        total_count=total_count,
    )


def _cursor_of(key: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).decode()


def _key_of(after: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(after))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise ValueError("another list's cursor")
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error):
        raise BadInput("`after` is not a cursor of this list.") from None


def _part(part: Any, kind: type) -> Any:
    """What the database can take as such a key. Raises ValueError, TypeError."""
    if kind is int:
        if type(part) is not int or not -INT_MAX <= part <= INT_MAX:
            raise ValueError("no number of ours")
        return part
    if type(part) is not str or "\0" in part:
        raise ValueError("another kind of key")
    if kind is datetime:
        instant = datetime.fromisoformat(part)
        if instant.tzinfo is None:
            raise ValueError("an instant has a zone")
        return instant
    if kind is date:
        return date.fromisoformat(part)
    return getattr(kind, "__supertype__", kind)(part)  # an id of ours is a UUID by another name


@strawberry.federation.type(shareable=True)
class AuditSeal:
    """The newest seal: it stands for every entry before it. Noted elsewhere, it proves them."""

    head: str
    sealed_at: datetime

    @staticmethod
    def of(seal: NewestSeal) -> AuditSeal:
        return AuditSeal(head=seal.head, sealed_at=seal.sealed_at)


@entities.part("AuditName")
@strawberry.type
class AuditNameById:
    """An account or a family, as an audit that holds no names knows it."""

    id: strawberry.ID


if TYPE_CHECKING:
    LazyAuditName = AuditNameById
else:
    LazyAuditName = Annotated["AuditName", strawberry.lazy("kernel.entities")]  # noqa: F821 - made there


@strawberry.type
class AuditByIdEntry:
    """One entry of an audit that holds ids alone; the register tells the names.

    `who` is null for the worker, and where the register tells no name to this agency.
    """

    id: strawberry.ID
    at: datetime
    role: str
    what: str
    why: str | None
    about: str | None
    times: int
    row: strawberry.Private[AuditRow]

    @strawberry.field
    async def who(self, info: Info) -> LazyAuditName | None:
        return await _named(info, self.row.account)

    @strawberry.field
    async def for_whom(self, info: Info) -> LazyAuditName | None:
        return await _named(info, self.row.for_id)

    @classmethod
    def of(cls, row: AuditRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            at=row.at,
            role=row.role,
            what=row.what,
            why=row.why,
            about=row.about,
            times=row.times,
            row=row,
        )


async def _named(info: Info, id: UUID | None) -> AuditNameById | None:
    if id is None:
        return None
    return await entities.refer(AuditNameById, info, strawberry.ID(str(id)))


ReadsAudit = Callable[..., Awaitable[tuple[Sequence[AuditRow], int]]]
ById = TypeVar("ById", bound=AuditByIdEntry)


async def audit_connection(
    entry: type[ById],
    reads: ReadsAudit,
    ask: Ask[Any],
    wanted: AuditSearch | None,
    page: Page[tuple[datetime, UUID]],
) -> Connection[ById]:
    """A page of a service's own audit, the newest first; `reads` asks who may."""
    looked_for = (wanted or AuditSearch()).wanted
    rows, total = await reads(ask, looked_for, after=page.after, limit=page.limit)
    return connection(
        page, rows, node=entry.of, cursor=lambda row: (row.at, row.id), total_count=total
    )


@strawberry.input
class AuditSearch:
    """`search` is matched with the deeds and what they were about; `named` with who and for whom.

    `what` is one deed's code; `since` and `until` are days in England, both in it.
    """

    search: str | None = None
    named: list[strawberry.ID] | None = None
    what: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def wanted(self) -> AuditWanted:
        return AuditWanted(
            search=self.search,
            named=[uuid_of(each) for each in self.named or []],
            what=self.what,
            since=self.since,
            until=self.until,
        )
