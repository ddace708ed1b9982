"""What of the programme somebody asks for."""

from dataclasses import dataclass
from datetime import datetime

from services.events.model.event import EventState, Kind
from services.events.model.ids import OfferingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the programme is asked for; None means any. `has_places`: free, nobody before you."""

    kind: Kind | None = None
    topic: str | None = None
    town: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    has_places: bool = False
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedHosted:
    """What an organiser asks for of their own; None means any."""

    offering: OfferingId | None = None
    state: EventState | None = None
    kind: Kind | None = None
    topic: str | None = None
    town: str | None = None
    search: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    gated: bool | None = None  # whether it asks for something first
