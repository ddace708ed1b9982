"""Two families who must not meet and have a place at one event (event-scenarios.md I08)."""

from dataclasses import dataclass

from services.events.model.event import Event
from services.events.model.ids import BookingId, EventId
from services.events.model.place import Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartId:
    """Where such a place is. `elsewhere`: the other family comes as another agency's."""

    booking_id: BookingId
    event_id: EventId
    host: str
    elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceApart:
    """One such place, of a family of the reader's agency; `reference` is how its register calls
    it.
    """

    booking: Booking
    event: Event
    reference: str
    elsewhere: bool
