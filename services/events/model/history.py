"""What was done about an event, and whom a change of it would reach."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many families would be told of a change, by where they stand."""

    booked: int = 0
    offered: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDeed:
    """One thing that was done at one instant; `times` to how many places or lines at once."""

    what: str
    why: str | None
    at: datetime
    times: int
