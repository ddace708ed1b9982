"""Tell another service something, in the transaction of the change. `kernel.relay` carries it."""

from __future__ import annotations

from dataclasses import asdict

from kernel.db import Turn
from kernel.messages import Message, Service


async def tell(turn: Turn, to: Service, message: Message) -> None:
    """Write an outbox row: it commits with the change, and goes out at least once.

    The receiver ignores what it has had, and a version of a subject that is not newer than the
    one it holds.
    """
    await turn.execute(
        "INSERT INTO outbox (receiver, kind, body) VALUES ($1, $2, $3)",
        to.value,
        message.KIND,
        asdict(message),
    )
    turn.has_told = True
