"""What the queue asks of events: take in what the register tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kernel.ask import Ask
from kernel.messages import FamilyCard, Revoked
from kernel.tokens import take_revoked
from services.events.actions.cards import record_family_card

HANDLERS: Mapping[str, Callable[[Ask[Any], Any], Awaitable[Any]]] = {
    FamilyCard.KIND: record_family_card,
    Revoked.KIND: take_revoked,
}
"""What events does with each kind of message, inside the transaction that takes it in."""
