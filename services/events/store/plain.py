"""A message as the outbox keeps it, for statements that write it along with what it is about."""

from dataclasses import asdict
from typing import Any

from kernel.messages import FamilyNoticeWanted


def body_of(message: FamilyNoticeWanted) -> dict[str, Any]:
    return asdict(message)
