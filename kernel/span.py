"""Half-open spans of time [start, end), in UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From `start`, included, to `end`, not included; both aware. No end means open."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        assert self.start.tzinfo is not None, "a span is made of aware instants"
        assert self.end is None or self.end >= self.start, "a span does not end before it starts"

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)

    def meets(self, other: "Span") -> bool:
        """True when the two share at least one instant."""
        starts_in_time = other.end is None or self.start < other.end
        return starts_in_time and (self.end is None or other.start < self.end)
