"""What a date runs into: shown before it is published, for a person to judge."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.events.model.ids import EventId


class ClashKind(StrEnum):
    VENUE = "venue"  # something else is there at that hour
    PERSON = "person"  # who leads it leads something else
    BANK_HOLIDAY = "bank_holiday"
    CLOCKS_CHANGE = "clocks_change"  # it lasts an hour more or less than the clock shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Of one date of an event, by its number. `title` is what it runs into, where it is another
    event, which is a draft or published; times are on the wall.
    """

    event_id: EventId
    number: int
    wall_start: datetime
    kind: ClashKind
    title: str | None = None
    title_starts: datetime | None = None
