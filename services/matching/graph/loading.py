"""Asking for one thing of the register together with its siblings (one statement a batch)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from kernel.ask import Ask
from kernel.graph import Info
from kernel.messages import Service

Value = TypeVar("Value")

Many = Callable[[Ask[Any], list[UUID]], Awaitable[Mapping[UUID, Value]]]


async def load(info: Info, many: Many[Value], key: UUID) -> Value | None:
    """None when it is not there, or not for the asker."""
    return await info.context.load(Service.MATCHING, many, key)
