"""Idempotency: the same key twice answers once.

A resolver writes

    family_id = await once(info.context.ask(Service.MATCHING), key, actions.add_family, outcode=…)

where the action is `async def add_family(ask, *, outcode: str) -> FamilyId`: it returns the id of
what it changed (an id, ids, a text, a number or None), and the resolver reads that again to show
it. What is remembered is this reference, never a copy of what was shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import orjson

from kernel.access import Actor
from kernel.ask import Ask
from kernel.db import UNDONE, Db, Turn
from kernel.refusal import Reason, Refused

S = TypeVar("S")
P = ParamSpec("P")
T = TypeVar("T")

KEPT_FOR = timedelta(days=7)
TRIES_MAX = 4


class Why(Reason):
    """What the kernel itself refuses."""

    KEY_ALREADY_USED = (
        "This form was already sent with other answers. Open the page again and send it once more."
    )


async def once(
    ask: Ask[S],
    key: UUID,
    action: Callable[Concatenate[Ask[S], P], Awaitable[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run `action` in one transaction with the memory that it has run; later give its answer.

    The scope is the caller and the action's name. Two at once: the second waits for the first and
    gives its answer. A deadlock is tried again here, since nothing of the first try is left.

    Refuses: KEY_ALREADY_USED (the key came before with other arguments), and what the action
    refuses, which is not remembered.
    """
    name = getattr(action, "__name__", "")
    assert name, "an action is a named function, so that its answers can be found again"
    fingerprint = _fingerprint(args, kwargs)
    for tries_left in reversed(range(TRIES_MAX)):
        try:
            async with ask.db.begin(ask.actor) as turn:
                if not await _claimed(turn, name, key, fingerprint):
                    answer: T = await _remembered(turn, name, key, fingerprint)
                    return answer
                answer = await action(ask.joining(turn), *args, **kwargs)
                await _remember(turn, name, key, answer)
                return answer
        except UNDONE:
            if not tries_left:
                raise
            await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - spreads, hides nothing
    raise AssertionError("the last try returns or raises")


async def forget_old(db: Db) -> None:
    """Drop the memories that are older than 7 days: a sweep of every worker."""
    async with db.begin(Actor.system()) as turn:
        await turn.execute("DELETE FROM once WHERE made_at < $1", turn.now - KEPT_FOR)


async def _claimed(turn: Turn, operation: str, key: UUID, fingerprint: bytes) -> bool:
    """True when the key is new. Waits for a transaction that is just using it."""
    claimed = await turn.fetchval(
        """
        INSERT INTO once (caller, operation, key, arguments_hash)
        VALUES ($1, $2, $3, $4)
            ON CONFLICT (caller, operation, key) DO NOTHING
     RETURNING true
        """,
        _caller(turn.actor),
        operation,
        key,
        fingerprint,
    )
    return bool(claimed)


async def _remembered(turn: Turn, operation: str, key: UUID, fingerprint: bytes) -> Any:
    row = await turn.fetchrow(
        """
        SELECT arguments_hash, outcome FROM once
         WHERE caller = $1 AND operation = $2 AND key = $3
        """,
        _caller(turn.actor),
        operation,
        key,
    )
    assert row is not None, "a key that cannot be claimed is there"
    if row["arguments_hash"] != fingerprint:
        raise Refused(Why.KEY_ALREADY_USED)
    return _referred(row["outcome"])


async def _remember(turn: Turn, operation: str, key: UUID, answer: object) -> None:
    await turn.execute(
        "UPDATE once SET outcome = $4 WHERE caller = $1 AND operation = $2 AND key = $3",
        _caller(turn.actor),
        operation,
        key,
        _reference(answer),
    )


def _caller(actor: Actor) -> str:
    return str(actor.account or actor.role)


def _fingerprint(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    """One hash for the same arguments, in whatever order their names and their sets stand."""
    told = orjson.dumps(
        [args, kwargs],
        default=_plain,
        option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
    )
    return hashlib.sha256(told).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, UUID):  # the driver's own kind, which orjson does not know
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be an argument that is remembered")


def _reference(answer: object) -> dict[str, Any]:
    """How an answer is stored; the key says what to make of it."""
    if isinstance(answer, UUID):
        return {"id": str(answer)}
    if isinstance(answer, list | tuple) and all(isinstance(one, UUID) for one in answer):
        return {"ids": [str(one) for one in answer]}
    assert answer is None or isinstance(answer, str | int), (
        "an action that runs once returns an id, ids, a text, a number or None"
    )
    return {"value": answer}


def _referred(stored: dict[str, Any]) -> Any:
    if "id" in stored:
        return UUID(stored["id"])
    if "ids" in stored:
        return tuple(UUID(one) for one in stored["ids"])
    return stored["value"]
